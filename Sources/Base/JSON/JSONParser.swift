internal import CSimdjson

/// What is wrong with a JSON text.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

/// What a JSON document is at its root.
package enum JSONKind: Sendable, Equatable {
    case object, array, string, number, bool, null
}

/// A simdjson parser to be used again and again; one a loop or thread.
///
/// simdjson reads whole blocks, past the end of what it parses: bytes are copied once into a padded buffer of the
/// parser's own.
package final class JSONParser {
    /// Documents of more bytes are refused.
    package static let maximumBytes = 256 << 20

    private let handle: OpaquePointer
    private var buffer: UnsafeMutableRawBufferPointer
    private static let padding = 64
    /// A buffer that one large document made is not kept for ever.
    private static let keptBytes = 1 << 20

    /// - Parameter maximumDepth: Nesting of arrays and objects; deeper documents are refused.
    package init(maximumDepth: Int = 128) {
        guard let handle = csimdjson_new(JSONParser.maximumBytes, maximumDepth) else {
            preconditionFailure("out of memory")
        }
        self.handle = handle
        buffer = .allocate(byteCount: 4096, alignment: 64)
    }

    deinit {
        csimdjson_free(handle)
        buffer.deallocate()
    }

    /// Validates a whole document (RFC 8259, UTF-8 included) without building a tree; the kind of its root.
    package func check(_ bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        let tape = try parse(bytes).tape
        switch UInt8(truncatingIfNeeded: tape[1] >> 56) {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: return .number
        }
    }

    /// The document as a tree.
    package func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let (tape, strings) = try parse(bytes)
        var reader = TapeReader(tape: tape, strings: strings)
        let value = try reader.value()
        if buffer.count > JSONParser.keptBytes { resize(to: 4096) }
        return value
    }

    private func parse(
        _ bytes: Span<UInt8>
    ) throws(JSONError) -> (tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>) {
        guard bytes.count <= JSONParser.maximumBytes else {
            throw JSONError("the document is larger than \(JSONParser.maximumBytes) bytes")
        }
        if buffer.count < bytes.count + JSONParser.padding {
            resize(to: max(bytes.count + JSONParser.padding, min(buffer.count * 2, JSONParser.maximumBytes)))
        }
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { buffer.baseAddress?.copyMemory(from: base, byteCount: source.count) }
        }
        var tape: UnsafePointer<UInt64>?
        var strings: UnsafePointer<UInt8>?
        let code = csimdjson_parse(
            handle, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, buffer.count, &tape, &strings)
        guard code == 0, let tape, let strings else {
            throw JSONError(String(cString: csimdjson_error_message(code)))
        }
        return (tape, strings)
    }

    private func resize(to count: Int) {
        buffer.deallocate()
        buffer = .allocate(byteCount: count, alignment: 64)
    }
}

extension JSONValue {
    /// Parses a whole document.
    package static func parse(_ bytes: Span<UInt8>, maximumDepth: Int = 128) throws(JSONError) -> JSONValue {
        try JSONParser(maximumDepth: maximumDepth).value(bytes)
    }

    package static func parse(text: String, maximumDepth: Int = 128) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8).span, maximumDepth: maximumDepth)
    }
}

/// Reads simdjson's tape (its doc/tape.md): 64-bit words whose high byte says what they are.
private struct TapeReader {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    private var place = 1

    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>) {
        self.tape = tape
        self.strings = strings
    }

    private mutating func next() -> (kind: UInt8, payload: UInt64) {
        let word = tape[place]
        place += 1
        return (UInt8(truncatingIfNeeded: word >> 56), word & 0x00ff_ffff_ffff_ffff)
    }

    private func string(at offset: UInt64) -> String {
        let start = strings + Int(offset)
        var count: UInt32 = 0
        withUnsafeMutableBytes(of: &count) { $0.copyMemory(from: UnsafeRawBufferPointer(start: start, count: 4)) }
        return String(decoding: UnsafeBufferPointer(start: start + 4, count: Int(count)), as: UTF8.self)
    }

    // The depth was bounded by the parser, so recursion is.
    mutating func value() throws(JSONError) -> JSONValue {
        let (kind, payload) = next()
        switch kind {
        case UInt8(ascii: "{"):
            var object = JSONObject()
            while UInt8(truncatingIfNeeded: tape[place] >> 56) != UInt8(ascii: "}") {
                let key = string(at: next().payload)
                object[key] = try value()
            }
            place += 1
            return .object(object)
        case UInt8(ascii: "["):
            var array: [JSONValue] = []
            while UInt8(truncatingIfNeeded: tape[place] >> 56) != UInt8(ascii: "]") { array.append(try value()) }
            place += 1
            return .array(array)
        case UInt8(ascii: "\""): return .string(string(at: payload))
        case UInt8(ascii: "l"):
            defer { place += 1 }
            return .integer(Int(Int64(bitPattern: tape[place])))
        case UInt8(ascii: "u"):
            // Beyond Int64: the nearest double, as every reader without big integers does.
            defer { place += 1 }
            return .number(Double(tape[place]))
        case UInt8(ascii: "d"):
            defer { place += 1 }
            return .number(Double(bitPattern: tape[place]))
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "n"): return .null
        default: throw JSONError("the parser's tape holds an unknown word")
        }
    }
}
