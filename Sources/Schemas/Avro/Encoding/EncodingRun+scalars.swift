internal import Bytes
internal import JSON

extension EncodingRun {
    /// A number that is no `Int64`, or not within the range; one such as 5.0 is whole.
    mutating func whole(
        _ node: SchemaNode, within range: ClosedRange<Int64>, at position: Int, to output: inout OutputSpan<UInt8>
    ) {
        if let value = wholeNumber(at: position), range.contains(value) { return append(long: value, to: &output) }
        switch tape.kind(at: position) {
        case .integer, .unsigned: fault(.outOfRange, at: position, .type(node))
        case .double:
            let value = tape.double(at: position) ?? 0
            fault(value == value.rounded() ? .outOfRange : .notWhole, at: position, .type(node))
        default: mismatch(node, at: position)
        }
    }

    /// A number without a fraction; one that was written with a point or exponent counts up to 2^53, from where on not
    /// all are to be told apart.
    func wholeNumber(at position: Int) -> Int64? {
        if let value = tape.integer(at: position) { return value }
        guard tape.kind(at: position) == .double, let value = tape.double(at: position), abs(value) <= 0x1p53 else {
            return nil
        }
        return Int64(exactly: value)
    }

    @inline(__always)
    mutating func floatingPoint(_ node: SchemaNode, at position: Int) -> Double? {
        if let value = tape.double(at: position) { return value }
        if let value = FloatingPointWords.value(tape, at: position) { return value }
        mismatch(node, at: position)
        return nil
    }

    /// A string with a character from U+0000 to U+00FF for each byte.
    mutating func bytes(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        guard let text = tape.string(at: position) else { return mismatch(node, at: position) }
        var count = 0
        for index in text.indices {
            let byte = text[index]
            // U+00FF is C3 BF; whatever begins with more stands for more.
            if byte > 0xc3 { return fault(.notBytes, at: position, .type(node)) }
            if byte & 0xc0 != 0x80 { count += 1 }
        }
        if node.kind == .fixed {
            if count != Int(node.first) { return fault(.wrongLength, at: position, .type(node)) }
        } else {
            append(long: Int64(count), to: &output)
        }
        guard output.freeCapacity >= count else { return full() }
        var lead: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if byte < 0x80 {
                output.append(byte)
            } else if byte >= 0xc0 {
                lead = byte
            } else {
                output.append(lead << 6 | byte & 0x3f)
            }
        }
    }

    mutating func decimal(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        let reading: DecimalReading
        switch tape.kind(at: position) {
        case .string:
            guard let text = tape.string(at: position) else { return }
            reading = DecimalReading(text, precision: Int(node.detail), scale: Int(node.scale))
        case .integer:
            var digits: [UInt8] = []
            digits.append(decimal: Int(tape.integer(at: position) ?? 0))
            reading = DecimalReading(digits.span, precision: Int(node.detail), scale: Int(node.scale))
        case .unsigned, .double:
            if numbers == nil { numbers = JSONNumberPlaces(tape, in: text) }
            guard let range = numbers?.range(at: position) else { return mismatch(node, at: position) }
            reading = DecimalReading(text.extracting(range), precision: Int(node.detail), scale: Int(node.scale))
        default: return mismatch(node, at: position)
        }
        switch reading {
        case .notDecimal: fault(.notDecimal, at: position, .type(node))
        case .tooManyDigits: fault(.tooManyDigits, at: position, .type(node))
        case .tooFine: fault(.tooFine, at: position, .type(node))
        case .bytes(let bytes, let isNegative):
            if node.kind == .fixed {
                // Any number of the precision has room in the size.
                let padding = Int(node.first) - bytes.count
                for _ in 0..<max(padding, 0) { append(isNegative ? 0xff : 0, to: &output) }
            } else {
                append(long: Int64(bytes.count), to: &output)
            }
            append(bytes.span, to: &output)
        }
    }
}

/// The floating point values that JSON has no numbers for, as Java's encoder writes them.
enum FloatingPointWords {
    static func value(_ tape: JSONTape, at position: Int) -> Double? {
        guard let text = tape.string(at: position) else { return nil }
        if text.equals("NaN") { return .nan }
        if text.equals("Infinity") { return .infinity }
        if text.equals("-Infinity") { return -.infinity }
        return nil
    }
}
