/// The characters and the form of RFC 3986.
enum URIFormat {
    static func isURI(_ bytes: ArraySlice<UInt8>, mayBeRelative: Bool) -> Bool {
        guard hasGoodEscapes(bytes) else { return false }
        var rest = bytes
        if let mark = rest.firstIndex(of: UInt8(ascii: "#")) {
            guard consists(rest[(mark + 1)...], of: ":@/?") else { return false }
            rest = rest[..<mark]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            guard consists(rest[(mark + 1)...], of: ":@/?") else { return false }
            rest = rest[..<mark]
        }
        let segment = rest.prefix { $0 != UInt8(ascii: "/") }
        if let colon = segment.firstIndex(of: UInt8(ascii: ":")) {
            guard isScheme(rest[..<colon]) else { return false }
            rest = rest[(colon + 1)...]
        } else if !mayBeRelative {
            return false
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != UInt8(ascii: "/") }
            guard isAuthority(authority) else { return false }
            rest = rest.dropFirst(authority.count)
        }
        return consists(rest, of: ":@/")
    }

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, TextFormats.isLetter(first) else { return false }
        return bytes.allSatisfy { TextFormats.isLetter($0) || TextFormats.isDigit($0) || "+-.".utf8.contains($0) }
    }

    private static func isAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        var rest = authority
        if let mark = rest.lastIndex(of: UInt8(ascii: "@")) {
            guard consists(rest[..<mark], of: ":") else { return false }
            rest = rest[(mark + 1)...]
        }
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = rest[(rest.startIndex + 1)..<end]
            let isFuture = address.first.map { $0 | 0x20 == UInt8(ascii: "v") } ?? false
            guard isFuture ? consists(address, of: ":") : NetworkFormats.isIPv6(address) else { return false }
            rest = rest[(end + 1)...]
            return rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(TextFormats.isDigit)
        }
        if let colon = rest.lastIndex(of: UInt8(ascii: ":")) {
            guard rest[(colon + 1)...].allSatisfy(TextFormats.isDigit) else { return false }
            rest = rest[..<colon]
        }
        return consists(rest, of: "")
    }

    /// Unreserved characters, sub-delimiters, escapes and `others`.
    private static func consists(_ bytes: ArraySlice<UInt8>, of others: String) -> Bool {
        bytes.allSatisfy {
            TextFormats.isLetter($0) || TextFormats.isDigit($0) || "-._~!$&'()*+,;=%".utf8.contains($0)
                || others.utf8.contains($0)
        }
    }

    private static func hasGoodEscapes(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.allSatisfy { place in
            bytes[place] != UInt8(ascii: "%")
                || place + 2 < bytes.endIndex && TextFormats.isHexDigit(bytes[place + 1])
                    && TextFormats.isHexDigit(bytes[place + 2])
        }
    }
}
