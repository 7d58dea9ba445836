internal import Bytes
internal import JSON

extension Part {
    /// A part without bytes.
    @_lifetime(copy self)
    func emptied() -> Part { Part(bytes.extracting(0..<0), at: offset) }

    /// The bits of a number, boolean or enum.
    @_lifetime(self: copy self)
    mutating func bits(_ type: ProtobufFieldType) throws(ProtobufDecodingError) -> UInt64 {
        switch type.wireType {
        case .fixed32: try fixedWidth(4)
        case .fixed64: try fixedWidth(8)
        default: try varint()
        }
    }
}

extension DecodingRun {
    /// Whether a value is the one that a field without presence has anyway.
    @inline(never)
    func isDefault(_ field: FieldRow, _ part: Part) throws(ProtobufDecodingError) -> Bool {
        if field.type == .string || field.type == .bytes { return part.bytes.isEmpty }
        var part = part
        let bits = try part.bits(field.type)
        switch field.type {
        case .int32, .uint32, .sint32, .enum: return UInt32(truncatingIfNeeded: bits) == 0
        default: return bits == 0
        }
    }

    /// Appends a value that is no message.
    @inline(never)
    func scalar(
        _ field: FieldRow, _ part: Part, _ entry: WireEntry, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        var value = part.part(entry)
        switch field.type {
        case .string:
            guard UTF8Validation.isValid(value.bytes) else { throw value.failure(.badText, "a string is not UTF-8") }
            JSONText.appendString(value.bytes, to: &output)
        case .bytes:
            output.append(UInt8(ascii: "\""))
            Base64.append(value.bytes, to: &output)
            output.append(UInt8(ascii: "\""))
        default: append(try value.bits(field.type), field, to: &output)
        }
    }

    /// Appends a number, boolean or enum.
    @inline(never)
    func append(_ bits: UInt64, _ field: FieldRow, to output: inout [UInt8]) {
        let low = UInt32(truncatingIfNeeded: bits)
        switch field.type {
        case .double: append(Double(bitPattern: bits), to: &output)
        case .float:
            let value = Float(bitPattern: low)
            if value.isFinite { output.append(value.description) } else { append(Double(value), to: &output) }
        case .int32, .sfixed32: output.append(decimal: Int(Int32(bitPattern: low)))
        case .uint32, .fixed32: output.append(decimal: Int(low))
        case .sint32: output.append(decimal: Int(Int32(truncatingIfNeeded: Wire.zigZagValue(UInt64(low)))))
        case .int64, .sfixed64: quoted(Int64(bitPattern: bits).description, to: &output)
        case .uint64, .fixed64: quoted(bits.description, to: &output)
        case .sint64: quoted(Wire.zigZagValue(bits).description, to: &output)
        case .bool: output.append(bits == 0 ? "false" : "true")
        case .enum:
            let number = Int32(bitPattern: low)
            if field.isNullValue {
                output.append("null")
            } else if let name = schema.name(number, of: schema.enums[Int(field.target)]) {
                output.append(UInt8(ascii: "\""))
                output.append(schema.bytes(name))
                output.append(UInt8(ascii: "\""))
            } else {
                output.append(decimal: Int(number))
            }
        case .string, .bytes, .message, .group: break
        }
    }

    private func quoted(_ digits: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output.append(digits)
        output.append(UInt8(ascii: "\""))
    }

    /// The shortest digits that read back as the same number; what JSON has no number for is a word.
    func append(_ value: Double, to output: inout [UInt8]) {
        if value.isFinite { return output.append(value.description) }
        output.append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    }

    /// Appends what a field has that was not written.
    @inline(never)
    func showDefault(_ field: FieldRow, to output: inout [UInt8]) {
        if field.isMap { return output.append("{}") }
        if field.isRepeated { return output.append("[]") }
        switch field.type {
        case .string, .bytes: output.append("\"\"")
        default: append(0, field, to: &output)
        }
    }
}
