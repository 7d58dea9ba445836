internal import Bytes
internal import JSON

extension EncodingRun {
    /// A number, boolean or enum as it stands on the wire; nil after a fault, or when it is passed over.
    mutating func bits(_ field: FieldRow, at position: Int) -> UInt64? {
        switch field.type {
        case .bool:
            guard let value = tape.bool(at: position) else {
                mismatch("a boolean", at: position)
                return nil
            }
            return value ? 1 : 0
        case .enum: return symbol(field, at: position)
        case .double: return floatingPoint(at: position)?.bitPattern
        case .float:
            guard let value = floatingPoint(at: position) else { return nil }
            let float = Float(value)
            if float.isInfinite, value.isFinite {
                fault(.outOfRange, at: position, .words("a number that fits a float"))
                return nil
            }
            return UInt64(float.bitPattern)
        default:
            if let value = tape.integer(at: position), let bits = NumberText.bits(value, as: field.type) { return bits }
            return number(field.type, at: position)
        }
    }

    /// A whole number in any other form than a small one without a point.
    @inline(never)
    private mutating func number(_ type: ProtobufFieldType, at position: Int) -> UInt64? {
        let reading: NumberText
        switch tape.kind(at: position) {
        case .integer, .unsigned: reading = .tooLarge
        case .double:
            if numbers == nil { numbers = JSONNumberPlaces(tape, in: text) }
            guard let range = numbers?.range(at: position) else { return nil }
            reading = NumberText(text.extracting(range))
        case .string:
            guard let text = tape.string(at: position) else { return nil }
            reading = NumberText(text)
        default: reading = .noNumber
        }
        if let value = tape.unsigned(at: position) {
            if type == .uint64 || type == .fixed64 { return value }
        } else if let bits = reading.bits(as: type) {
            return bits
        }
        let rule: ProtobufRule =
            switch reading {
            case .noNumber: tape.kind(at: position) == .string ? .badText : .wrongType
            case .notWhole: .notWhole
            case .tooLarge, .whole: .outOfRange
            }
        fault(rule, at: position, .words(NumberText.words(type)))
        return nil
    }

    @inline(never)
    private mutating func floatingPoint(at position: Int) -> Double? {
        if let value = tape.double(at: position) {
            if value.isFinite { return value }
            fault(.outOfRange, at: position, .words("a number that fits a double"))
            return nil
        }
        guard let text = tape.string(at: position) else {
            mismatch("a number", at: position)
            return nil
        }
        if text.equals("NaN") { return .nan }
        if text.equals("Infinity") { return .infinity }
        if text.equals("-Infinity") { return -.infinity }
        if case .noNumber = NumberText(text) {
            fault(.badText, at: position, .words("a number, \"NaN\", \"Infinity\" or \"-Infinity\""))
            return nil
        }
        guard let value = Double(text.string), value.isFinite else {
            fault(.outOfRange, at: position, .words("a number that fits a double"))
            return nil
        }
        return value
    }

    /// A name, or a number, which may be that of no value where the enum is open.
    @inline(never)
    private mutating func symbol(_ field: FieldRow, at position: Int) -> UInt64? {
        let row = schema.enums[Int(field.target)]
        if field.isNullValue, tape.isNull(at: position) { return 0 }
        let isString = tape.kind(at: position) == .string
        if isString, let number = schema.target(of: position, in: tape, row.names) {
            return UInt64(bitPattern: Int64(number))
        }
        var number: Int32?
        if let value = tape.integer(at: position) {
            number = Int32(exactly: value)
        } else if isString, let text = tape.string(at: position), let bits = NumberText(text).bits(as: .int32) {
            number = Int32(truncatingIfNeeded: bits)
        } else if tape.kind(at: position) == .double {
            return self.number(.int32, at: position).flatMap {
                closed(row, Int32(truncatingIfNeeded: $0), at: position)
            }
        }
        if let number { return closed(row, number, at: position) }
        if isString, ignoresUnknownFields { return nil }
        fault(isString ? .unknownSymbol : .wrongType, at: position, .symbol(row))
        return nil
    }

    private mutating func closed(_ row: EnumRow, _ number: Int32, at position: Int) -> UInt64? {
        if row.isClosed, schema.name(number, of: row) == nil {
            fault(.unknownSymbol, at: position, .symbol(row))
            return nil
        }
        return UInt64(bitPattern: Int64(number))
    }

    /// A string in base 64 of either alphabet, with its padding or without.
    @inline(never)
    mutating func bytes(_ field: FieldRow, at position: Int, to output: inout [UInt8]) {
        guard let text = tape.string(at: position) else { return mismatch("a string in base 64", at: position) }
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        guard count % 4 != 1, count == text.count || text.count % 4 == 0 else {
            return fault(.badText, at: position, .words("a string in base 64"))
        }
        if count == 0, !field.hasPresence { return }
        Wire.append(varint: UInt64(field.tag), to: &output)
        Wire.append(varint: UInt64(count * 6 / 8), to: &output)
        output.reserveCapacity(output.count + count * 6 / 8)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for index in 0..<count {
            let digit: UInt8
            switch text[index] {
            case let byte where byte >= 0x41 && byte <= 0x5a: digit = byte - 0x41
            case let byte where byte >= 0x61 && byte <= 0x7a: digit = byte - 0x61 + 26
            case let byte where byte >= 0x30 && byte <= 0x39: digit = byte - 0x30 + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            default: return fault(.badText, at: position, .words("a string in base 64"))
            }
            group = group << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
    }
}
