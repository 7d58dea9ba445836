internal import Bytes
package import GatewayModel
package import HTTPServer
package import PluginKit
internal import RegularExpression

/// Finds the route of a request: built once for a snapshot and shared by all loops. A class, for a request takes hold of
/// it whole.
///
/// Entries are sorted by Kong's order. Those with a plain host are found by it; within a host's entries those with a
/// prefix path are found by a hash of the prefix; the rest is tried one after another.
package final class Router: Sendable {
    package struct Match {
        /// Which of the routes that the router was made of.
        package let route: Int
        /// Nil: the path has none.
        package let captures: PathCaptures?
        /// Which of the route's paths it was, for `matchedCount`.
        let entry: Int
    }

    /// Numbers of entries, in order.
    fileprivate struct Bucket: Sendable {
        /// By the hash of the prefix.
        var prefixes: [UInt64: [Int]] = [:]
        /// Lengths of prefixes that occur, in order.
        var lengths: [Int] = []
        var others: [Int] = []
    }

    /// The entries of one host: a class, for a request takes hold of it whole.
    private final class Host: Sendable {
        /// In lower case.
        let name: [UInt8]
        let bucket: Bucket

        init(_ name: [UInt8], _ bucket: Bucket) {
            self.name = name
            self.bucket = bucket
        }
    }

    private let entries: [RouteEntry]
    /// Which route each entry is of.
    private let routes: [Int]
    /// By the hash of the name.
    private let hosts: [UInt64: [Host]]
    /// Entries without a host, or with a wildcard.
    private let anyHost: Bucket
    private let looksAtHosts: Bool
    private let looksAtServerNames: Bool

    /// - Parameter routes: Entities of routes; a match names one by its place.
    /// - Throws: For an expression that does not compile; validation has refused those before.
    package convenience init(routes: [Entity]) throws {
        self.init(entries: try routes.map { try RouteEntry.entries(of: $0) })
    }

    /// - Parameter routeEntries: Of each route; a match names one by its place.
    init(entries routeEntries: [[RouteEntry]]) {
        var all: [(entry: RouteEntry, route: Int)] = []
        all.reserveCapacity(routeEntries.count)
        for (route, entries) in routeEntries.enumerated() { for entry in entries { all.append((entry, route)) } }
        all.sort { $0.entry.order < $1.entry.order }
        entries = all.map(\.entry)
        routes = all.map(\.route)
        looksAtHosts = entries.contains { !$0.hosts.isEmpty }
        looksAtServerNames = entries.contains { !$0.serverNames.isEmpty }
        var anyHost = Bucket()
        var byName: [[UInt8]: Bucket] = [:]
        for (number, entry) in entries.enumerated() {
            let plain = entry.hosts.filter { $0.kind == .exact }
            if !entry.hosts.isEmpty, plain.count == entry.hosts.count {
                for host in Set(plain.map(\.text)) { byName[host, default: Bucket()].add(number, entry) }
            } else {
                anyHost.add(number, entry)
            }
        }
        self.anyHost = anyHost
        var hosts: [UInt64: [Host]] = [:]
        for (name, bucket) in byName {
            var hash = BytesHash()
            hash.add(name.span)
            hosts[hash.value, default: []].append(Host(name, bucket))
        }
        self.hosts = hosts
    }

    /// The route that the request belongs to.
    ///
    /// - Parameters:
    ///   - localPort: The request's port when its Host names none.
    ///   - serverName: What the client named in the TLS handshake, in lower case; nil without TLS.
    package func match(_ request: borrowing RequestHead, localPort: Int, serverName: [UInt8]? = nil) -> Match? {
        if entries.isEmpty { return nil }
        let path = request.pathBytes()
        let facts = Facts(localPort: localPort, serverName: looksAtServerNames ? serverName : nil)
        if NormalizedPath.isNormal(path) { return match(request, path: path, facts) }
        let normalized = NormalizedPath.make(path)
        return match(request, path: normalized.span, facts)
    }

    /// What is asked besides the request itself.
    private struct Facts {
        let localPort: Int
        let serverName: [UInt8]?
    }

    private func match(_ request: borrowing RequestHead, path: Span<UInt8>, _ facts: Facts) -> Match? {
        guard looksAtHosts else { return match(request, path: path, host: Span(), port: facts.localPort, facts) }
        let value = request.hostBytes()
        let end = HostPattern.hostEnd(value)
        let port = HostPattern.port(value, after: end) ?? facts.localPort
        let host = value.extracting(0..<end)
        if HostPattern.isNormal(host) { return match(request, path: path, host: host, port: port, facts) }
        let normalized = HostPattern.normalized(host)
        return match(request, path: path, host: normalized.span, port: port, facts)
    }

    private func match(
        _ request: borrowing RequestHead, path: Span<UInt8>, host: Span<UInt8>, port: Int, _ facts: Facts
    ) -> Match? {
        var best = Int.max
        if !hosts.isEmpty {
            var hash = BytesHash()
            hash.add(host)
            for known in hosts[hash.value] ?? [] {
                let name = known.name
                guard host.equals(name.span) else { continue }
                find(in: known.bucket, request, path: path, host: host, port: port, facts, best: &best)
            }
        }
        find(in: anyHost, request, path: path, host: host, port: port, facts, best: &best)
        guard best != .max else { return nil }
        return Match(route: routes[best], captures: captures(of: entries[best], path), entry: best)
    }

    /// Bytes of the normalized path that the match's path took; nil when the route has none.
    func matchedCount(_ entry: Int, _ path: Span<UInt8>) -> Int? {
        switch entries[entry].path {
        case .any: nil
        case .prefix(let prefix): prefix.count
        case .expression(let expression): expression.captures(path)?.range.upperBound
        }
    }

    private func find(
        in bucket: Bucket, _ request: borrowing RequestHead, path: Span<UInt8>, host: Span<UInt8>, port: Int,
        _ facts: Facts, best: inout Int
    ) {
        if !bucket.lengths.isEmpty {
            var hash = BytesHash()
            var position = 0
            for length in bucket.lengths {
                if length > path.count { break }
                while position < length {
                    hash.add(path[position])
                    position += 1
                }
                for number in bucket.prefixes[hash.value] ?? [] where number < best {
                    let entry = entries[number]
                    guard case .prefix(let prefix) = entry.path, path.starts(with: prefix.span),
                        fits(entry, request, host: host, port: port, facts)
                    else { continue }
                    best = number
                }
            }
        }
        for number in bucket.others {
            if number >= best { return }
            let entry = entries[number]
            guard fits(entry, request, host: host, port: port, facts) else { continue }
            if case .expression(let expression) = entry.path, !expression.matches(path) { continue }
            best = number
            return
        }
    }

    private func fits(
        _ entry: RouteEntry, _ request: borrowing RequestHead, host: Span<UInt8>, port: Int, _ facts: Facts
    ) -> Bool {
        entry.matchesMethod(request.methodBytes()) && entry.matchesHost(host, port: port)
            && entry.matchesServerName(facts.serverName) && entry.matchesHeaders(request)
    }

    private func captures(of entry: RouteEntry, _ path: Span<UInt8>) -> PathCaptures? {
        guard case .expression(let expression) = entry.path, expression.groupCount > 0,
            let match = expression.captures(path)
        else { return nil }
        var values: [[UInt8]?] = []
        for group in match.groups.dropFirst() {
            if let group { values.append(path.extracting(group).array) } else { values.append(nil) }
        }
        return PathCaptures(names: match.names, values: values)
    }
}

extension Router.Bucket {
    fileprivate mutating func add(_ number: Int, _ entry: RouteEntry) {
        guard case .prefix(let prefix) = entry.path else {
            others.append(number)
            return
        }
        var hash = BytesHash()
        hash.add(prefix.span)
        prefixes[hash.value, default: []].append(number)
        if !lengths.contains(prefix.count) {
            lengths.append(prefix.count)
            lengths.sort()
        }
    }
}

/// FNV-1a, which can be told for every length on the way.
private struct BytesHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    mutating func add(_ bytes: Span<UInt8>) { for index in bytes.indices { add(bytes[index]) } }
}
