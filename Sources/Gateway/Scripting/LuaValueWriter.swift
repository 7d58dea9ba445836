internal import CLua
internal import JSON

/// Writes values as the bytes that Lua's side reads.
struct LuaValueWriter {
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() { bytes.removeAll(keepingCapacity: bytes.capacity <= 65536) }

    /// An array of values, such as arguments.
    mutating func append(_ values: [JSONValue]) {
        append(tag: CLUA_ARRAY)
        append(count: values.count)
        for value in values { append(value) }
    }

    mutating func append(_ value: JSONValue?) {
        guard let value else {
            append(tag: CLUA_NIL)
            return
        }
        switch value {
        case .null: append(tag: CLUA_NULL)
        case .bool(let value): append(tag: value ? CLUA_TRUE : CLUA_FALSE)
        case .integer(let value): append(Double(value))
        case .number(let value): append(value)
        case .string(let value):
            append(tag: CLUA_STRING)
            append(value)
        case .array(let values): append(values)
        case .object(let members):
            append(tag: CLUA_OBJECT)
            append(count: members.count)
            for member in members {
                append(member.key)
                append(member.value)
            }
        }
    }

    private mutating func append<Tag: BinaryInteger>(tag: Tag) { bytes.append(UInt8(truncatingIfNeeded: tag)) }

    private mutating func append(count: Int) {
        withUnsafeBytes(of: UInt32(count)) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ number: Double) {
        append(tag: CLUA_NUMBER)
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String) {
        append(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
}
