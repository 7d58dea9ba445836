internal import EventLoop
internal import System

/// The names of a hosts file (hosts(5)): lines of an address and its names.
struct HostsFile {
    private static let maximumBytes = 1 << 20

    /// With port 0, in the file's order.
    private(set) var addresses: [String: [SocketAddress]] = [:]

    /// Reads `path` with blocking calls. The system's own file need not be there.
    static func read(_ path: String) throws(EventLoopError) -> HostsFile {
        if path == NameResolverConfiguration.systemHostsFile, !File.exists(path) { return HostsFile("") }
        do throws(SystemError) {
            return HostsFile(String(decoding: try File.read(path, maximumBytes: maximumBytes), as: UTF8.self))
        } catch { throw EventLoopError("use the hosts file", reason: error.description) }
    }

    /// Lines that begin with no address count nothing, as everywhere.
    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, let address = HostName.address(String(words[0])) else { continue }
            for name in words.dropFirst() {
                let name = name.lowercased()
                if addresses[name]?.contains(address) != true { addresses[name, default: []].append(address) }
            }
        }
    }

    /// The addresses of the first of `types` that `name` has, or else whatever it has: a name of this file is never
    /// asked for elsewhere.
    func addresses(of name: String, _ types: [RecordType]) -> [SocketAddress]? {
        guard let all = addresses[name] else { return Self.localhost(name, types) }
        for type in types where type == .a || type == .aaaa {
            let chosen = all.filter { $0.isIPv6 == (type == .aaaa) }
            if !chosen.isEmpty { return chosen }
        }
        return all
    }

    /// RFC 6761 §6.3: `localhost` and what ends so is this machine, and no name server is asked.
    private static func localhost(_ name: String, _ types: [RecordType]) -> [SocketAddress]? {
        guard name == "localhost" || name.hasSuffix(".localhost") else { return nil }
        let first = types.first { $0 == .a || $0 == .aaaa }
        return HostName.address(first == .aaaa ? "::1" : "127.0.0.1").map { [$0] }
    }
}
