import EventLoop

/// One address of a `…_listen` setting, in Kong's syntax: `0.0.0.0:8443 ssl http2 reuseport backlog=16384`.
struct ListenAddress: Sendable, Equatable {
    var address: SocketAddress
    /// Connections that may wait to be accepted.
    var backlog = 4096
    var usesTLS = false
    /// By ALPN, or without TLS by prior knowledge.
    var speaksHTTP2 = false
    /// Whether connections begin with a PROXY header.
    var hasProxyHeader = false

    var scheme: String { usesTLS ? "https" : "http" }

    /// What is spoken, for people.
    var protocols: String {
        (hasProxyHeader ? "PROXY, " : "") + scheme + (speaksHTTP2 ? ", HTTP/2 too" : "")
    }

    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// All addresses of a setting; none for `off`.
    static func parse(_ text: String) throws(Problem) -> [ListenAddress] {
        let entries = text.split(separator: ",").map { $0.split(separator: " ").map(String.init) }
        if entries == [["off"]] { return [] }
        var addresses: [ListenAddress] = []
        for words in entries {
            guard let first = words.first else { continue }
            addresses.append(try parse(first, flags: words.dropFirst()))
        }
        guard !addresses.isEmpty else { throw Problem(description: "expected an address such as 0.0.0.0:8000, or off") }
        return addresses
    }

    private static func parse(
        _ text: String, flags: ArraySlice<String>
    ) throws(Problem) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
            throw Problem(description: "'\(text)' is no address with a port, such as 0.0.0.0:8000")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        var listen: ListenAddress
        do { listen = ListenAddress(address: try SocketAddress(host: host, port: port)) } catch {
            throw Problem(description: "\(error)")
        }
        for flag in flags { try listen.apply(flag, of: text) }
        return listen
    }

    private mutating func apply(_ flag: String, of text: String) throws(Problem) {
        if flag.hasPrefix("backlog="), let count = Int(flag.dropFirst(8)), (1...1_000_000).contains(count) {
            backlog = count
            return
        }
        switch flag {
        case "ssl": usesTLS = true
        case "http2": speaksHTTP2 = true
        case "proxy_protocol": hasProxyHeader = true
        // Each loop has a socket of its own anyway.
        case "reuseport", "bind": return
        case "ipv6only=on": return
        case "deferred", "ipv6only=off":
            throw Problem(description: "'\(flag)' of '\(text)' is not available in this version; remove it")
        default:
            throw Problem(
                description: "'\(flag)' of '\(text)' is unknown; known are ssl, http2, proxy_protocol, reuseport and "
                    + "backlog=N")
        }
    }
}
