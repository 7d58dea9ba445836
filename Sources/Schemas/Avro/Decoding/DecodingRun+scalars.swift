internal import Bytes
internal import JSON

extension DecodingRun {
    func need(_ count: Int) throws(AvroDecodingError) {
        guard count <= input.count - position else {
            throw failure(
                .truncated,
                "the bytes end within the value: \(count) more are needed, \(input.count - position) are there")
        }
    }

    mutating func byte() throws(AvroDecodingError) -> UInt8 {
        guard position < input.count else { throw failure(.truncated, "the bytes end within the value") }
        position += 1
        return input[position - 1]
    }

    mutating func boolean() throws(AvroDecodingError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default:
            position -= 1
            throw failure(.badBoolean, "a boolean is 0 or 1")
        }
    }

    mutating func long() throws(AvroDecodingError) -> Int64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // Of the tenth group there is room for one bit.
            if shift == 63, next > 1 {
                position = start
                throw failure(.badNumber, "a number takes more than 64 bits")
            }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1))) }
            shift += 7
        }
    }

    mutating func int() throws(AvroDecodingError) -> Int64 {
        let start = position
        let value = try long()
        guard Int64(Int32.min)...Int64(Int32.max) ~= value else {
            position = start
            throw failure(.badNumber, "an int takes more than 32 bits")
        }
        return value
    }

    /// A length of bytes that are all there.
    mutating func length() throws(AvroDecodingError) -> Int {
        let start = position
        let count = try long()
        guard count >= 0 else {
            position = start
            throw failure(.badLength, "a length is negative")
        }
        guard count <= Int64(input.count - position) else {
            throw failure(
                .truncated,
                "the bytes end within the value: \(count) more are needed, \(input.count - position) are there")
        }
        return Int(count)
    }

    mutating func fixedWidth(_ count: Int) throws(AvroDecodingError) -> UInt64 {
        try need(count)
        var bits: UInt64 = 0
        for place in 0..<count { bits |= UInt64(input[position + place]) << UInt64(8 * place) }
        position += count
        return bits
    }

    /// The reader's symbol, quoted.
    mutating func symbol(_ node: PlanNode) throws(AvroDecodingError) -> TextRange {
        let start = position
        let place = try int()
        guard place >= 0, place < node.count else {
            position = start
            throw failure(.unknownSymbol, "the enum has \(node.count) symbols, and none of number \(place)")
        }
        let symbol = plan.symbols[Int(node.first) + Int(place)]
        guard symbol.count >= 0 else {
            position = start
            throw failure(
                .unresolved, "the reader's enum has no symbol for the writer's of number \(place), and no default")
        }
        return symbol
    }

    mutating func branch(_ node: PlanNode) throws(AvroDecodingError) -> Int32 {
        let start = position
        let place = try long()
        guard place >= 0, place < Int64(node.count) else {
            position = start
            throw failure(.unknownBranch, "the union has \(node.count) branches, and none of number \(place)")
        }
        return plan.branches[Int(node.first) + Int(place)]
    }

    /// Bytes, text or a decimal of `count` bytes.
    mutating func text(_ node: PlanNode, count: Int, to output: inout [UInt8]) throws(AvroDecodingError) {
        if node.isDecimal, showsDecimals { return try decimal(node, count, to: &output) }
        if node.shown == .string { return try append(text: count, to: &output) }
        try need(count)
        // A character from U+0000 to U+00FF for each byte.
        var characters: [UInt8] = []
        characters.reserveCapacity(count)
        for index in position..<position + count {
            let byte = input[index]
            if byte < 0x80 {
                characters.append(byte)
            } else {
                characters.append(0xc0 | byte >> 6)
                characters.append(0x80 | byte & 0x3f)
            }
        }
        position += count
        JSONText.appendString(characters.span, to: &output)
    }

    mutating func append(text count: Int, to output: inout [UInt8]) throws(AvroDecodingError) {
        let text = input.extracting(position..<position + count)
        guard UTF8Validation.isValid(text) else { throw failure(.badText, "a string is not UTF-8") }
        position += count
        JSONText.appendString(text, to: &output)
    }

    private mutating func decimal(
        _ node: PlanNode, _ count: Int, to output: inout [UInt8]
    ) throws(AvroDecodingError) {
        try need(count)
        guard count <= DecimalWriting.mostBytes else {
            throw failure(.longDecimal, "a decimal takes more than \(DecimalWriting.mostBytes) bytes")
        }
        output.append(UInt8(ascii: "\""))
        DecimalWriting.append(
            input.extracting(position..<position + count), scale: Int(node.scale), to: &output)
        output.append(UInt8(ascii: "\""))
        position += count
    }

    func append(whole value: Int64, as kind: AvroKind, to output: inout [UInt8]) {
        switch kind {
        case .float: append(Float(value), to: &output)
        case .double: append(Double(value), to: &output)
        default: output.append(decimal: Int(value))
        }
    }

    /// The shortest digits that read back as the same number; what JSON has no number for is a word, as in Java.
    func append(_ value: Double, to output: inout [UInt8]) {
        if value.isFinite { return output.append(value.description) }
        output.append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    }

    func append(_ value: Float, to output: inout [UInt8]) {
        if value.isFinite { return output.append(value.description) }
        append(Double(value), to: &output)
    }
}
