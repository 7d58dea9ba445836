internal import Bytes
internal import EventLoop
package import HTTPServer
internal import Observability
package import PluginKit

/// Requests for tests that need no connection.
package enum RequestFixture {
    package struct NotARequest: Error {
        package let text: String
    }

    /// The head made of `lines`: a method with its target, then header fields; `Host` comes last if none is given.
    package static func head(_ lines: String) throws -> RequestHead {
        var lines = lines.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[0] += " HTTP/1.1"
        if !lines.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: gateway") }
        let text = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        var head = RequestHead()
        guard case .complete = HTTP1Parser.parse(text.span, into: &head, limits: HTTPServerLimits()) else {
            throw NotARequest(text: lines.joined(separator: " | "))
        }
        return head
    }

    /// An exchange of no connection; its loop does not run.
    package static func exchange(_ lines: String = "GET /", body: [UInt8] = []) throws -> Exchange {
        let address = try SocketAddress(host: "127.0.0.1", port: 1)
        var exchange = Exchange(
            loop: try EventLoop(), connection: ConnectionFacts(remoteAddress: address, localAddress: address))
        exchange.request = try head(lines)
        exchange.body = body
        return exchange
    }

    package static func context() -> RequestContext { RequestContext(logger: .silent) }
}
