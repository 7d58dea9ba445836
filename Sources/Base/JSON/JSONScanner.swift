internal import Bytes

/// The grammar of RFC 8259, byte by byte, without memory of its own but one byte a level. It says where and why a
/// document is wrong, reads numbers beyond what simdjson takes, and checks documents that are too large for
/// simdjson's tables. Read once from front to back.
struct JSONScanner {
    var position = 0
    let maximumDepth: Int

    init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

    /// Checks a whole document and says what its root is.
    mutating func check(_ bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        position = 0
        // What is open: true for an object.
        var open: [Bool] = []
        skipBlanks(in: bytes)
        let root = try kind(in: bytes)
        scanning: while true {
            // A value begins here.
            switch try kind(in: bytes) {
            case .object:
                try enter(&open, isObject: true)
                skipBlanks(in: bytes)
                if skip(UInt8(ascii: "}"), in: bytes) {
                    open.removeLast()
                } else {
                    try name(in: bytes)
                    continue scanning
                }
            case .array:
                try enter(&open, isObject: false)
                skipBlanks(in: bytes)
                if skip(UInt8(ascii: "]"), in: bytes) {
                    open.removeLast()
                } else {
                    continue scanning
                }
            case .string: _ = try string(in: bytes)
            case .number: _ = try number(in: bytes)
            case .bool, .null: _ = try word(in: bytes)
            }
            // A value has ended: close what ends with it, up to the next value.
            while let isObject = open.last {
                skipBlanks(in: bytes)
                if skip(UInt8(ascii: ","), in: bytes) {
                    if isObject { try name(in: bytes) } else { skipBlanks(in: bytes) }
                    continue scanning
                }
                guard skip(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), in: bytes) else {
                    throw failure("expected ',' or '\(isObject ? "}" : "]")'", in: bytes)
                }
                open.removeLast()
            }
            break
        }
        skipBlanks(in: bytes)
        if position < bytes.count { throw JSONError("unexpected text after the value", offset: position) }
        return root
    }

    /// Reads a whole document into a value.
    mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        // The check bounds the depth, so that the recursion below is bounded too.
        _ = try check(bytes)
        position = 0
        return try value(in: bytes)
    }

    private mutating func value(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        skipBlanks(in: bytes)
        switch try kind(in: bytes) {
        case .object:
            position += 1
            var members = JSONObject()
            while !closes(UInt8(ascii: "}"), in: bytes) {
                let name = try string(in: bytes)
                skipBlanks(in: bytes)
                position += 1
                members[JSONText.decodeString(bytes.extracting(name)).text] = try value(in: bytes)
            }
            return .object(members)
        case .array:
            position += 1
            var elements: [JSONValue] = []
            while !closes(UInt8(ascii: "]"), in: bytes) { elements.append(try value(in: bytes)) }
            return .array(elements)
        case .string: return .string(JSONText.decodeString(bytes.extracting(try string(in: bytes))).text)
        case .number: return try number(in: bytes)
        case .bool, .null: return try word(in: bytes)
        }
    }

    /// Steps over the separator or end that a checked document has here; true at the end.
    mutating func closes(_ end: UInt8, in bytes: Span<UInt8>) -> Bool {
        skipBlanks(in: bytes)
        if skip(end, in: bytes) { return true }
        if skip(UInt8(ascii: ","), in: bytes) { skipBlanks(in: bytes) }
        return false
    }

    private mutating func enter(_ open: inout [Bool], isObject: Bool) throws(JSONError) {
        if open.count >= maximumDepth {
            throw JSONError("nested deeper than \(maximumDepth) levels", offset: position)
        }
        open.append(isObject)
        position += 1
    }

    /// A member's name and its colon, up to the value.
    private mutating func name(in bytes: Span<UInt8>) throws(JSONError) {
        skipBlanks(in: bytes)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw failure("expected a name in double quotes", in: bytes)
        }
        _ = try string(in: bytes)
        skipBlanks(in: bytes)
        guard skip(UInt8(ascii: ":"), in: bytes) else { throw failure("expected ':'", in: bytes) }
        skipBlanks(in: bytes)
    }

    func kind(in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        guard position < bytes.count else { throw failure("expected a value", in: bytes) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw failure("expected a value", in: bytes)
        }
    }

    mutating func word(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let word: StaticString
        let value: JSONValue
        switch bytes[position] {
        case UInt8(ascii: "t"): (word, value) = ("true", true)
        case UInt8(ascii: "f"): (word, value) = ("false", false)
        default: (word, value) = ("null", .null)
        }
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes.extracting(position..<end).equals(word) else {
            throw failure("expected \(word)", in: bytes)
        }
        position = end
        return value
    }

    /// RFC 8259 section 6.
    mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = position
        var isInteger = true
        _ = skip(UInt8(ascii: "-"), in: bytes)
        if !skip(UInt8(ascii: "0"), in: bytes) { try digits(in: bytes) }
        if skip(UInt8(ascii: "."), in: bytes) {
            isInteger = false
            try digits(in: bytes)
        }
        if skip(UInt8(ascii: "e"), in: bytes) || skip(UInt8(ascii: "E"), in: bytes) {
            isInteger = false
            if !skip(UInt8(ascii: "+"), in: bytes) { _ = skip(UInt8(ascii: "-"), in: bytes) }
            try digits(in: bytes)
        }
        if position < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] {
            throw JSONError("a number has a leading zero", offset: start)
        }
        let text = bytes.extracting(start..<position).string
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw JSONError("a number is too large", offset: start)
        }
        return .number(number)
    }

    private mutating func digits(in bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] { position += 1 }
        if position == start { throw failure("expected a digit", in: bytes) }
    }

    /// Steps over a string and says where it was, quotes included.
    mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position
            case UInt8(ascii: "\\"): try escape(in: bytes)
            case 0..<0x20: throw failure("a control character in a string must be escaped", in: bytes)
            case 0..<0x80: position += 1
            default:
                let length = UTF8Validation.sequenceLength(in: bytes, at: position)
                if length == 0 { throw failure("a string is not UTF-8", in: bytes) }
                position += length
            }
        }
        throw JSONError("a string does not end", offset: start)
    }

    private mutating func escape(in bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        position += 1
        guard position < bytes.count else { throw failure("a string does not end", in: bytes) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            // Half a surrogate pair is within the grammar (section 8.2); it is read as U+FFFD.
            guard JSONText.codeUnit(in: bytes, at: start) != nil else {
                throw JSONError("expected four hexadecimal digits after \\u", offset: start)
            }
            position = start + 6
        default: throw JSONError("unknown escape in a string", offset: start)
        }
    }

    private mutating func skip(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks(in bytes: Span<UInt8>) {
        while position < bytes.count, JSONText.isBlank(bytes[position]) { position += 1 }
    }

    private func failure(_ message: String, in bytes: Span<UInt8>) -> JSONError {
        JSONError(position < bytes.count ? message : message + ", found the end", offset: position)
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
