internal import Bytes
internal import EventLoop
internal import HTTPServer
internal import HTTPUpstream
internal import Observability
internal import PluginKit

/// Turns a client's request into the one that its service gets: the path by the route's rules or a plugin's, the fields
/// of an intermediary (RFC 9110 §7.6) and Kong's `X-Forwarded-…`.
struct ForwardedRequest {
    let forwarding: RouteForwarding
    /// Bytes of the normalized path that the route has matched; nil when it matches by none.
    let matchedPath: Int?
    /// Whether the peer may say whom it speaks for.
    let isPeerTrusted: Bool
    let tellsRequestID: Bool

    /// - Parameter body: How the body comes.
    func write(
        _ exchange: borrowing Exchange, _ context: RequestContext, body: UpstreamRequest.Body,
        into request: inout UpstreamRequest
    ) {
        request.reset()
        // The client's fields, and those of an intermediary.
        request.fields.reserve(
            bytes: exchange.request.byteCount + Self.ownBytes, fields: exchange.request.fieldCount + 10)
        request.method.append(exchange.request.methodBytes())
        request.isHead = exchange.request.method == .head
        request.body = body
        writeTarget(exchange.request, context, into: &request)
        if let host = context.upstreamHost, !host.isEmpty {
            request.authority = host.filter { $0 > 0x20 && $0 < 0x7f }
        } else if forwarding.preservesHost, exchange.request.hostBytes().count > 0 {
            request.authority.append(exchange.request.hostBytes())
        } else {
            request.authority = forwarding.service.authority
        }
        copyFields(exchange.request, into: &request)
        writeForwarded(exchange, into: &request)
        if tellsRequestID {
            let id = context.requestID.digits
            request.fields.add("X-Kong-Request-Id", id.span)
        }
    }

    /// About what the fields of an intermediary take besides what they repeat.
    private static let ownBytes = 256

    // MARK: - The target

    private func writeTarget(
        _ head: borrowing RequestHead, _ context: RequestContext, into request: inout UpstreamRequest
    ) {
        let path = head.pathBytes()
        if let path = context.upstreamPath {
            Self.append(path.span, to: &request.target)
        } else if NormalizedPath.isNormal(path) {
            request.target = target(path)
        } else {
            let normalized = NormalizedPath.make(path)
            request.target = target(normalized.span)
        }
        guard head.hasQueryMark else { return }
        // A plugin's path may bring a query of its own.
        let hasQuery = context.upstreamPath?.contains(UInt8(ascii: "?")) ?? false
        request.target.append(hasQuery ? UInt8(ascii: "&") : UInt8(ascii: "?"))
        request.target.append(head.queryBytes())
    }

    /// Whatever plugins have put together, it does not end its line.
    private static func append(_ path: Span<UInt8>, to target: inout [UInt8]) {
        if path.count == 0 || path[0] != UInt8(ascii: "/") { target.append(UInt8(ascii: "/")) }
        for index in path.indices {
            let byte = path[index]
            if byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "#") {
                target.append(byte)
            } else {
                PercentCoding.append(path.extracting(index..<index + 1), to: &target)
            }
        }
    }

    private func target(_ path: Span<UInt8>) -> [UInt8] {
        UpstreamPath.make(
            path, matched: matchedPath ?? 0, strips: forwarding.stripsPath && matchedPath != nil,
            handling: forwarding.pathHandling, base: forwarding.service.path)
    }

    // MARK: - Fields

    private func copyFields(_ head: borrowing RequestHead, into request: inout UpstreamRequest) {
        let options = Self.connectionOptions(head)
        var takesTrailers = false
        for index in 0..<head.fieldCount {
            let name = head.name(index)
            if Self.isLeftOut(name) { continue }
            if name.count == 2, name.equalsIgnoringCase("te") {
                takesTrailers = takesTrailers || head.value(index).hasElement("trailers")
                continue
            }
            // What a plugin tells the service is not the client's to take away.
            if !options.isEmpty, head.isClients(index), options.contains(where: { name.equalsIgnoringCase($0.span) }) {
                continue
            }
            request.fields.add(name, head.value(index))
        }
        if takesTrailers { request.fields.add("TE", Self.trailers.span) }
        if let index = head.index(of: "upgrade"), options.contains(Self.upgrade),
            !Self.mayCarryRequests(head.value(index))
        {
            request.upgrade.append(head.value(index))
        }
    }

    /// Whether there may be requests behind an upgrade that would meet no route and no plugin: `h2c`, other versions of
    /// HTTP, `TLS`; and lists, of which the service would choose one.
    private static func mayCarryRequests(_ protocols: Span<UInt8>) -> Bool {
        let name = protocols.extracting(first: protocols.firstIndex(of: 0x2f) ?? protocols.count)
        return name.equalsIgnoringCase("h2c") || name.equalsIgnoringCase("h2") || name.equalsIgnoringCase("http")
            || name.equalsIgnoringCase("tls") || protocols.firstIndex(of: 0x2c) != nil
    }

    private static let trailers = Array("trailers".utf8)
    private static let upgrade = Array("upgrade".utf8)

    /// Those of the fields' names that `Connection` lists: they are for the connection that they came on. In lower case.
    private static func connectionOptions(_ head: borrowing RequestHead) -> [[UInt8]] {
        guard head.index(of: "connection") != nil else { return [] }
        var options: [[UInt8]] = []
        for index in 0..<head.fieldCount where head.name(index).equalsIgnoringCase("connection") {
            let value = head.value(index)
            var start = 0
            while start <= value.count {
                let end = value.firstIndex(of: 0x2c, from: start) ?? value.count
                let option = value.extracting(start..<end).trimmed()
                start = end + 1
                if option.isEmpty || option.equalsIgnoringCase("close") || option.equalsIgnoringCase("keep-alive") {
                    continue
                }
                // However many it lists, there are no more than fields.
                guard head.index(of: option) != nil else { continue }
                let name = option.array.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
                if !options.contains(name) { options.append(name) }
            }
        }
        return options
    }

    /// What is of the connection, of the framing, or written anew.
    private static func isLeftOut(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 4: name.equalsIgnoringCase("host")
        case 6: name.equalsIgnoringCase("expect")
        case 7: name.equalsIgnoringCase("upgrade") || name.equalsIgnoringCase("trailer")
        case 9: name.equalsIgnoringCase("x-real-ip")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 14: name.equalsIgnoringCase("content-length")
        case 15: name.equalsIgnoringCase("x-forwarded-for")
        case 16:
            name.equalsIgnoringCase("proxy-connection") || name.equalsIgnoringCase("x-forwarded-host")
                || name.equalsIgnoringCase("x-forwarded-port") || name.equalsIgnoringCase("x-forwarded-path")
        case 17:
            name.equalsIgnoringCase("transfer-encoding") || name.equalsIgnoringCase("x-forwarded-proto")
                || name.equalsIgnoringCase("x-kong-request-id")
        case 18: name.equalsIgnoringCase("x-forwarded-prefix")
        default: false
        }
    }

    // MARK: - X-Forwarded

    private func writeForwarded(_ exchange: borrowing Exchange, into request: inout UpstreamRequest) {
        let client = Array(exchange.clientAddress.host.utf8)
        if exchange.request.index(of: "x-forwarded-for") == nil {
            request.fields.add("X-Forwarded-For", client.span)
        } else {
            writeHops(exchange, into: &request)
        }
        request.fields.add("X-Real-IP", client.span)
        if !told("X-Forwarded-Proto", "x-forwarded-proto", exchange.request, &request) {
            request.fields.add("X-Forwarded-Proto", exchange.scheme == .https ? "https" : "http" as StaticString)
        }
        let host = exchange.request.hostBytes()
        let end = HostPattern.hostEnd(host)
        if !told("X-Forwarded-Host", "x-forwarded-host", exchange.request, &request) {
            request.fields.add("X-Forwarded-Host", host.extracting(0..<end))
        }
        if !told("X-Forwarded-Port", "x-forwarded-port", exchange.request, &request) {
            let port = HostPattern.port(host, after: end) ?? exchange.localAddress.port
            request.fields.add("X-Forwarded-Port", decimal: port)
        }
        if !told("X-Forwarded-Path", "x-forwarded-path", exchange.request, &request) {
            request.fields.add("X-Forwarded-Path", exchange.request.pathBytes())
        }
        let prefix = forwarding.stripsPath ? matchedPrefix(exchange.request.pathBytes()) : []
        if !prefix.isEmpty, prefix != [UInt8(ascii: "/")] {
            if !told("X-Forwarded-Prefix", "x-forwarded-prefix", exchange.request, &request) {
                request.fields.add("X-Forwarded-Prefix", prefix.span)
            }
        } else if isPeerTrusted, let index = exchange.request.index(of: "x-forwarded-prefix") {
            request.fields.add("X-Forwarded-Prefix", exchange.request.value(index))
        }
    }

    /// The part that the route has matched, of the path in the form in which it was matched.
    private func matchedPrefix(_ path: Span<UInt8>) -> [UInt8] {
        guard let matchedPath, matchedPath > 0 else { return [] }
        if NormalizedPath.isNormal(path) { return path.extracting(..<min(matchedPath, path.count)).array }
        return Array(NormalizedPath.make(path).prefix(matchedPath))
    }

    /// Each hop adds whom it sees: who counts from the end need believe nobody else.
    private func writeHops(_ exchange: borrowing Exchange, into request: inout UpstreamRequest) {
        var list: [UInt8] = []
        for index in 0..<exchange.request.fieldCount
        where exchange.request.name(index).equalsIgnoringCase("x-forwarded-for") {
            let value = exchange.request.value(index)
            if value.isEmpty { continue }
            list.append(value)
            list.append(", " as StaticString)
        }
        list.append(list.isEmpty ? exchange.clientAddress.host : exchange.connection.remoteAddress.host)
        request.fields.add("X-Forwarded-For", list.span)
    }

    /// Whether a trusted peer has said it, which counts.
    private func told(
        _ name: StaticString, _ lowercased: StaticString, _ head: borrowing RequestHead,
        _ request: inout UpstreamRequest
    ) -> Bool {
        guard isPeerTrusted, let index = head.index(of: lowercased) else { return false }
        request.fields.add(name, head.value(index))
        return true
    }
}
