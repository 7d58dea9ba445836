internal import Bytes

/// JSON as text: strings written and parts found without building a tree.
package enum JSONText {
    /// Appends `bytes` as a JSON string: quoted, escaped, and with U+FFFD for what is not UTF-8.
    package static func appendString(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.count + 2)
        output.append(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            // Letters, digits and most signs: the run is copied at once.
            if byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5c {
                index += 1
                continue
            }
            if byte >= 0x80 {
                let length = sequenceLength(bytes, at: index)
                if length > 0 {
                    index += length
                    continue
                }
            }
            if start < index { output.append(bytes.extracting(start..<index)) }
            appendEscaped(byte, to: &output)
            index += 1
            start = index
        }
        if start < count { output.append(bytes.extracting(start..<count)) }
        output.append(UInt8(ascii: "\""))
    }

    package static func appendString(_ text: String, to output: inout [UInt8]) {
        appendString(Array(text.utf8).span, to: &output)
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case 0x22: output.append("\\\"" as StaticString)
        case 0x5c: output.append("\\\\" as StaticString)
        case 0x0a: output.append("\\n" as StaticString)
        case 0x0d: output.append("\\r" as StaticString)
        case 0x09: output.append("\\t" as StaticString)
        case 0x08: output.append("\\b" as StaticString)
        case 0x0c: output.append("\\f" as StaticString)
        case 0..<0x20:
            output.append("\\u00" as StaticString)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 15))
        default: output.append("\u{fffd}" as StaticString)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    /// Bytes of the well-formed UTF-8 sequence at `index` (Unicode 15, table 3-7), or 0.
    static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let first = bytes[index]
        let length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
        guard length > 0, index + length <= bytes.count else { return 0 }
        let second = bytes[index + 1]
        let low: UInt8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
        let high: UInt8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
        guard second >= low, second <= high else { return 0 }
        for place in 2..<max(2, length) where bytes[index + place] & 0xc0 != 0x80 { return 0 }
        return length
    }
}
