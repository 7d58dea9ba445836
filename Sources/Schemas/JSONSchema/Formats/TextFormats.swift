internal import RegularExpression

enum TextFormats {
    static func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == 36
            && bytes.enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
            }
    }

    static func isRegex(_ text: String) -> Bool {
        do {
            _ = try RegularExpression(PatternTranslation.translate(text), options: .unicode)
            return true
        } catch { return false }
    }

    static func isJSONPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: "/") else { return false }
        return bytes.indices.allSatisfy { place in
            guard bytes[place] == UInt8(ascii: "~") else { return true }
            return place + 1 < bytes.endIndex && (bytes[place + 1] == 0x30 || bytes[place + 1] == 0x31)
        }
    }

    /// Steps up, perhaps a shift in an array, then a pointer or `#`.
    static func isRelativeJSONPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        guard dropNumber(&rest) else { return false }
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest = rest.dropFirst()
            guard rest.first != 0x30, dropNumber(&rest) else { return false }
        }
        return rest.elementsEqual("#".utf8) || isJSONPointer(rest)
    }

    private static func dropNumber(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let digits = rest.prefix { isDigit($0) }
        guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30 else { return false }
        rest = rest.dropFirst(digits.count)
        return true
    }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
    static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7a ~= byte | 0x20 }
    static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || 0x61...0x66 ~= byte | 0x20 }
}
