internal import CLua
internal import JSON

/// Reads the bytes that Lua's side writes. How deep and how many they are it has seen to.
struct LuaValueReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next value; nil for Lua's nil.
    mutating func value() throws(LuaError) -> JSONValue? {
        let tag = bytes[position]
        position += 1
        switch Int(tag) {
        case Int(CLUA_NULL): return .null
        case Int(CLUA_FALSE): return false
        case Int(CLUA_TRUE): return true
        case Int(CLUA_NUMBER): return number()
        case Int(CLUA_STRING): return .string(try string())
        case Int(CLUA_ARRAY): return .array(try array())
        case Int(CLUA_OBJECT):
            var members = JSONObject()
            for _ in 0..<count() {
                let name = try string()
                members[name] = try value() ?? .null
            }
            return .object(members)
        default: return nil
        }
    }

    /// The elements of an array, whose tag is next; nil among them is null.
    mutating func arguments() throws(LuaError) -> [JSONValue] {
        position += 1
        return try array()
    }

    private mutating func array() throws(LuaError) -> [JSONValue] {
        var elements: [JSONValue] = []
        let count = count()
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try value() ?? .null) }
        return elements
    }

    private mutating func count() -> Int {
        let count = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        position += 4
        return Int(count)
    }

    /// Lua has doubles alone; a whole number that is exact as one is an integer.
    private mutating func number() -> JSONValue {
        let number = bytes.loadUnaligned(fromByteOffset: position, as: Double.self)
        position += 8
        guard number.magnitude <= 0x1p53, let integer = Int(exactly: number) else { return .number(number) }
        return .integer(integer)
    }

    private mutating func string() throws(LuaError) -> String {
        let count = count()
        defer { position += count }
        let text = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        guard let string = String(validating: text, as: UTF8.self) else {
            throw LuaError(.badValue, "a string is not UTF-8")
        }
        return string
    }
}
