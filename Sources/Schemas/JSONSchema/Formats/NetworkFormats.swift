enum NetworkFormats {
    /// RFC 1123: labels of letters, digits and hyphens, none at an end.
    static func isHostname(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard 1...253 ~= bytes.count else { return false }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { TextFormats.isLetter($0) || TextFormats.isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                1...3 ~= part.count && part.allSatisfy { TextFormats.isDigit($0) }
                    && (part.count == 1 || part.first != 0x30) && part.reduce(0) { $0 * 10 + Int($1) - 0x30 } < 256
            }
    }

    /// RFC 4291, section 2.2: without a zone.
    static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard 3...9 ~= groups.count else { return false }
        // A colon at an end is half of "::".
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups[groups.count - 1].isEmpty {
            guard groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        let gaps = groups.count { $0.isEmpty }
        guard gaps <= 1, let last = groups.last else { return false }
        let hasIPv4 = last.contains(UInt8(ascii: "."))
        if hasIPv4 {
            guard isIPv4(last) else { return false }
            groups.removeLast()
        }
        guard groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy { TextFormats.isHexDigit($0) } }) else { return false }
        let count = groups.count - gaps + (hasIPv4 ? 2 : 0)
        return gaps == 1 ? count < 8 : count == 8
    }

    /// RFC 5321, section 4.1.2.
    static func isEmail(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let mark = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let local = bytes[..<mark]
        let domain = bytes[(mark + 1)...]
        guard isQuoted(local) || isDotted(local) else { return false }
        if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]") {
            let address = domain.dropFirst().dropLast()
            return address.starts(with: "IPv6:".utf8) ? isIPv6(address.dropFirst(5)) : isIPv4(address)
        }
        return isHostname(domain)
    }

    private static func isDotted(_ local: ArraySlice<UInt8>) -> Bool {
        local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.allSatisfy {
                    TextFormats.isLetter($0) || TextFormats.isDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0)
                }
        }
    }

    private static func isQuoted(_ local: ArraySlice<UInt8>) -> Bool {
        guard local.count >= 2, local.first == UInt8(ascii: "\""), local.last == UInt8(ascii: "\"") else {
            return false
        }
        var isEscaped = false
        for byte in local.dropFirst().dropLast() {
            guard 0x20...0x7e ~= byte, isEscaped || byte != UInt8(ascii: "\"") else { return false }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return !isEscaped
    }
}
