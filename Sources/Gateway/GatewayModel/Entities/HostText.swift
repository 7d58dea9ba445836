/// What a text is as a host: a name or an address, perhaps with a port.
enum HostText: Equatable {
    case invalid
    case name(String, port: Int?)
    /// In dots, as given.
    case address4(String, port: Int?)
    /// Without brackets, as given.
    case address6(String, port: Int?)

    init(_ text: String) { self = Self.read(Array(text.utf8)) }

    var port: Int? {
        switch self {
        case .invalid: nil
        case .name(_, let port), .address4(_, let port), .address6(_, let port): port
        }
    }

    /// Without the port; addresses of version 6 written in full and in brackets, as Kong stores them.
    var normalizedHost: String? {
        switch self {
        case .invalid: nil
        case .name(let name, _): name
        case .address4(let address, _):
            address.split(separator: ".").map { String(Int($0) ?? 0) }.joined(separator: ".")
        case .address6(let address, _): "[\(Self.expanded6(address))]"
        }
    }

    private static func read(_ text: [UInt8]) -> HostText {
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")), isVersion6(text[1..<end]) else { return .invalid }
            let rest = text[(end + 1)...]
            if rest.isEmpty { return .address6(string(text[1..<end]), port: nil) }
            guard rest.first == UInt8(ascii: ":"), let port = port(rest.dropFirst()) else { return .invalid }
            return .address6(string(text[1..<end]), port: port)
        }
        let colons = text.count { $0 == UInt8(ascii: ":") }
        if colons > 1 { return isVersion6(text[...]) ? .address6(string(text[...]), port: nil) : .invalid }
        var host = text[...]
        var number: Int?
        if colons == 1, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            guard let port = port(text[(colon + 1)...]) else { return .invalid }
            number = port
            host = text[..<colon]
        }
        if isVersion4(host) { return .address4(string(host), port: number) }
        return isName(host) ? .name(string(host), port: number) : .invalid
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func port(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(text.count), text.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let number = text.reduce(0) { $0 * 10 + Int($1) - 48 }
        return number <= 65535 ? number : nil
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

    /// Eight groups of four digits in lower case, of an address that is one.
    private static func expanded6(_ text: String) -> String {
        var groups: [String] = []
        var gap: Int?
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            if part.isEmpty {
                gap = groups.count
            } else if part.contains(".") {
                let bytes = part.split(separator: ".").map { Int($0) ?? 0 }
                groups += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]].map { String($0, radix: 16) }
            } else {
                groups.append(part.lowercased())
            }
        }
        if let gap { groups.insert(contentsOf: Array(repeating: "0", count: max(0, 8 - groups.count)), at: gap) }
        return groups.map { String(repeating: "0", count: 4 - $0.utf8.count) + $0 }.joined(separator: ":")
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
