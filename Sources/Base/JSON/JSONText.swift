internal import Bytes

/// JSON as text: strings written fast, and views of text that was checked before.
package enum JSONText {
    /// Appends `bytes` as a JSON string, quoted and escaped. What is not UTF-8 becomes U+FFFD, one for each run of
    /// bytes that could not continue a character (as WHATWG's decoder does). Slashes and DEL stay as they are.
    package static func appendString(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        bytes.withUnsafeBufferPointer { input in
            var escaper = JSONEscaper(input)
            while !escaper.isDone {
                output.append(addingCapacity: escaper.suggestedCapacity) { span in
                    span.withUnsafeMutableBufferPointer { buffer, count in
                        count += escaper.fill(UnsafeMutableBufferPointer(rebasing: buffer[count...]))
                    }
                }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The most room that so many bytes need as a JSON string.
    package static func room(for count: Int) -> Int { 6 * count + 2 + JSONEscaper.step }

    /// Appends `bytes` as `appendString` does where there is room for all.
    package static func appendString(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        bytes.withUnsafeBufferPointer { input in
            var escaper = JSONEscaper(input)
            output.withUnsafeMutableBufferPointer { buffer, count in
                precondition(buffer.count - count >= JSONEscaper.step + 2)
                buffer[count] = UInt8(ascii: "\"")
                count += 1 + escaper.fill(UnsafeMutableBufferPointer(rebasing: buffer[(count + 1)...]))
                precondition(escaper.isDone && count < buffer.count, "there is room for the whole string")
                buffer[count] = UInt8(ascii: "\"")
                count += 1
            }
        }
    }

    /// Appends `text` as `appendString` does where there is room for all.
    package static func appendString(_ text: String, to output: inout OutputSpan<UInt8>) {
        var text = text
        text.withUTF8 { appendString($0.span, to: &output) }
    }

    /// Appends `text` as a JSON string, quoted and escaped.
    package static func appendString(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendString($0.span, to: &output) }
    }

    /// The text of a JSON string that was checked: without its quotes, escapes resolved. Half a surrogate pair
    /// becomes U+FFFD.
    package static func decodeString(_ quoted: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        guard quoted.count >= 2 else { return output }
        output.reserveCapacity(quoted.count)
        let end = quoted.count - 1
        var position = 1
        while position < end {
            let byte = quoted[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < end else {
                output.append(byte)
                position += 1
                continue
            }
            position += 2
            switch quoted[position - 1] {
            case UInt8(ascii: "b"): output.append(8)
            case UInt8(ascii: "f"): output.append(12)
            case UInt8(ascii: "n"): output.append(10)
            case UInt8(ascii: "r"): output.append(13)
            case UInt8(ascii: "t"): output.append(9)
            case UInt8(ascii: "u"):
                guard let unit = codeUnit(in: quoted, at: position - 2) else { continue }
                position += 4
                var scalar = UInt32(unit)
                if unit & 0xfc00 == 0xd800, let low = codeUnit(in: quoted, at: position), low & 0xfc00 == 0xdc00 {
                    position += 6
                    scalar = 0x10000 + (UInt32(unit & 0x3ff) << 10 | UInt32(low & 0x3ff))
                }
                output.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
            case let escaped: output.append(escaped)
            }
        }
        return output
    }

    /// The UTF-16 code unit of `\uXXXX` at `position`; nil when there is none.
    static func codeUnit(in bytes: Span<UInt8>, at position: Int) -> UInt16? {
        guard position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for place in position + 2..<position + 6 {
            guard let digit = Hex.value(of: bytes[place]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 10 || byte == 13 || byte == 9 }
}
