import EventLoop

/// One address of a `…_listen` setting, in Kong's syntax: `0.0.0.0:8000 reuseport backlog=16384`.
struct ListenAddress: Sendable, Equatable {
    let address: SocketAddress
    /// Connections that may wait to be accepted.
    let backlog: Int

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
        var backlog = 4096
        for flag in flags {
            if flag == "reuseport" { continue }  // Each loop has a socket of its own anyway.
            if flag.hasPrefix("backlog="), let count = Int(flag.dropFirst(8)), (1...1_000_000).contains(count) {
                backlog = count
                continue
            }
            switch flag {
            case "ssl", "http2", "proxy_protocol", "deferred", "bind", "ipv6only":
                throw Problem(
                    description: "'\(flag)' of '\(text)' is not available in this version; remove it")
            default:
                throw Problem(description: "'\(flag)' of '\(text)' is unknown; known are reuseport and backlog=N")
            }
        }
        do { return ListenAddress(address: try SocketAddress(host: host, port: port), backlog: backlog) } catch {
            throw Problem(description: "\(error)")
        }
    }
}
