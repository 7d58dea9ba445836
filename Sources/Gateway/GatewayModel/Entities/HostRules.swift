/// What is a host name, an address or a pattern of them, and what is wrong in Kong's words.
enum HostRules {
    /// The host of a service: a name or an address, without port.
    static func serviceProblem(_ text: String) -> String? {
        switch HostText(text) {
        case .invalid: "invalid value: \(text)"
        case .name(let hasPort), .address(let hasPort): hasPort ? "must not have a port" : nil
        }
    }

    /// A host of a route: perhaps with a port, perhaps with one wildcard for the leftmost or rightmost label.
    static func routeProblem(_ text: String) -> String? {
        let wildcards = text.utf8.count { $0 == UInt8(ascii: "*") }
        if wildcards > 1 { return "invalid wildcard: must have at most one wildcard" }
        if wildcards == 1, !text.hasPrefix("*.") {
            // A port may follow the wildcard.
            guard text.hasSuffix(".*") || text.contains(".*:") else {
                return "invalid wildcard: must be placed at leftmost or rightmost label"
            }
        }
        if case .invalid = HostText(withoutWildcard(text)) { return "invalid value: \(text)" }
        return nil
    }

    /// A TLS server name, with a wildcard at one end where that is allowed.
    static func serverNameProblem(_ text: String, allowsWildcard: Bool) -> String? {
        let wildcards = text.utf8.count { $0 == UInt8(ascii: "*") }
        if wildcards > 0 {
            guard allowsWildcard else { return "wildcard not allowed in SNI: \(text)" }
            if wildcards > 1 { return "only one wildcard must be specified" }
            guard text.hasPrefix("*") || text.hasSuffix("*") else {
                return "wildcard must be leftmost or rightmost character"
            }
        }
        switch HostText(withoutWildcard(text)) {
        case .invalid: return "invalid value: \(text)"
        case .address: return "must not be an IP"
        case .name(let hasPort): return hasPort ? "must not have a port" : nil
        }
    }

    private static func withoutWildcard(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "w") : $0 }, as: UTF8.self)
    }
}

/// What a host text is.
private enum HostText {
    case invalid
    case name(hasPort: Bool)
    case address(hasPort: Bool)

    init(_ text: String) {
        self = Self.read(Array(text.utf8))
    }

    private static func read(_ text: [UInt8]) -> HostText {
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")), isVersion6(text[1..<end]) else { return .invalid }
            let rest = text[(end + 1)...]
            if rest.isEmpty { return .address(hasPort: false) }
            return rest.first == UInt8(ascii: ":") && isPort(rest.dropFirst()) ? .address(hasPort: true) : .invalid
        }
        let colons = text.count { $0 == UInt8(ascii: ":") }
        if colons > 1 { return isVersion6(text[...]) ? .address(hasPort: false) : .invalid }
        var host = text[...]
        if colons == 1, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(text[(colon + 1)...]) else { return .invalid }
            host = text[..<colon]
        }
        if isVersion4(host) { return .address(hasPort: colons == 1) }
        return isName(host) ? .name(hasPort: colons == 1) : .invalid
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        guard (1...5).contains(text.count), text.allSatisfy({ (48...57).contains($0) }) else { return false }
        return text.reduce(0) { $0 * 10 + Int($1) - 48 } <= 65535
    }

    private static func isVersion4(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy { (48...57).contains($0) }
                    && part.reduce(0) { $0 * 10 + Int($1) - 48 } <= 255
            }
    }

    private static func isVersion6(_ text: ArraySlice<UInt8>) -> Bool {
        let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (3...9).contains(groups.count), text.count <= 45 else { return false }
        var length = 0
        var gaps = 0
        for (index, group) in groups.enumerated() {
            let isEdge = index == 0 || index == groups.count - 1
            if group.isEmpty {
                // `::` makes one empty group, or two at an edge.
                if isEdge { continue }
                gaps += 1
            } else if index == groups.count - 1, isVersion4(group) {
                length += 2
            } else {
                guard group.count <= 4, group.allSatisfy(isHexDigit) else { return false }
                length += 1
            }
        }
        if groups[0].isEmpty, groups.count > 1, !groups[1].isEmpty { return false }
        if groups[groups.count - 1].isEmpty, !groups[groups.count - 2].isEmpty { return false }
        return gaps == 1 ? length < 8 : gaps == 0 && length == 8
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
        guard (1...253).contains(text.count) else { return false }
        var labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // A dot at the end stands for the root.
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        return labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
    }
}
