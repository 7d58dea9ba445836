internal import EventLoop
internal import JSON

/// A broker as one text: `host:port`, an IPv6 address in brackets.
struct BrokerAddress: Equatable {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
            do throws(EventLoopError) { _ = try SocketAddress(host: String(host), port: port) } catch { return nil }
        } else if host.contains(where: { $0 == ":" || $0 == "," || $0.isWhitespace || $0 == "/" }) {
            return nil
        }
        if host.isEmpty { return nil }
        self.host = String(host)
        self.port = port
    }

    /// As other Kafka plugins' configurations have it.
    var value: JSONValue { ["host": .string(host), "port": .integer(port)] }
}
