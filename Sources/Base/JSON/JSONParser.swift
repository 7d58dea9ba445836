internal import CSimdjson

/// Checks and reads documents with simdjson. Keeps its tables between documents, so keep one per event loop. Not
/// thread safe.
package final class JSONParser {
    private let handle: OpaquePointer?
    private let maximumDepth: Int

    /// Documents above this many bytes are read without simdjson, whose tables take thirteen times their size.
    private static let tableLimit = 256 * 1024
    /// The recursion that turns a document into a value is safe on a thread with a stack of 512 KiB to this depth.
    private static let deepest = 512

    /// - Parameter maximumDepth: how deeply arrays and objects may nest, 1 for a flat one; at most 512.
    package init(maximumDepth: Int = JSONValue.defaultMaximumDepth) {
        self.maximumDepth = min(max(maximumDepth, 1), Self.deepest)
        // simdjson counts the root value as a level of its own.
        handle = csimdjson_new(Self.tableLimit, self.maximumDepth + 1)
    }

    deinit {
        if let handle { csimdjson_free(handle) }
    }

    /// Checks that `bytes` is one JSON document of valid UTF-8 and says what its root is. Builds nothing.
    package func check(_ bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        if let tape = tape(of: bytes) { return tape.rootKind }
        var scanner = JSONScanner(maximumDepth: maximumDepth)
        return try scanner.check(bytes)
    }

    /// Reads one document. Of members with the same name the last counts, in the place of the first.
    package func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        if var tape = tape(of: bytes), let value = tape.value() { return value }
        var scanner = JSONScanner(maximumDepth: maximumDepth)
        return try scanner.parse(bytes)
    }

    /// simdjson's reading of a document; nil when the scanner must decide.
    private func tape(of bytes: Span<UInt8>) -> JSONTape? {
        guard let handle, bytes.count <= Self.tableLimit else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var tape: UnsafePointer<UInt64>?
            var strings: UnsafePointer<UInt8>?
            guard csimdjson_parse(handle, start, buffer.count, &tape, &strings) == 0, let tape, let strings else {
                return nil
            }
            return JSONTape(tape: tape, strings: strings)
        }
    }
}

/// simdjson's tape (its doc/tape.md); valid until the parser's next document.
private struct JSONTape {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    private var position = 1

    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>) {
        self.tape = tape
        self.strings = strings
    }

    var rootKind: JSONKind {
        switch UInt8(truncatingIfNeeded: tape[1] >> 56) {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The value at the position, which moves behind it; nil when a string holds half a surrogate pair, which this
    /// simdjson writes as bytes that are not UTF-8.
    mutating func value() -> JSONValue? {
        let entry = tape[position]
        position += 1
        switch UInt8(truncatingIfNeeded: entry >> 56) {
        case UInt8(ascii: "{"):
            let end = Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1
            var members = JSONObject()
            while position < end {
                let name = tape[position]
                position += 1
                guard let name = string(name), let value = value() else { return nil }
                members[name] = value
            }
            position = end + 1
            return .object(members)
        case UInt8(ascii: "["):
            let end = Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1
            var elements: [JSONValue] = []
            elements.reserveCapacity(Int(truncatingIfNeeded: entry >> 32 & 0xff_ffff))
            while position < end {
                guard let element = value() else { return nil }
                elements.append(element)
            }
            position = end + 1
            return .array(elements)
        case UInt8(ascii: "\""): return string(entry).map { .string($0) }
        case UInt8(ascii: "l"):
            position += 1
            return .integer(Int(Int64(bitPattern: tape[position - 1])))
        case UInt8(ascii: "u"):
            position += 1
            return .number(Double(tape[position - 1]))
        case UInt8(ascii: "d"):
            position += 1
            return .number(Double(bitPattern: tape[position - 1]))
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: return .null
        }
    }

    /// The string buffer holds a length of four bytes, the text, a NUL.
    private func string(_ entry: UInt64) -> String? {
        let start = strings + Int(truncatingIfNeeded: entry & 0x00ff_ffff_ffff_ffff)
        let count = Int(UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
        return String(validating: UnsafeBufferPointer(start: start + 4, count: count), as: UTF8.self)
    }
}
