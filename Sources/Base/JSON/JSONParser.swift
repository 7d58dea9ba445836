internal import CSimdjson

/// Checks and reads documents with simdjson. Keeps its tables between documents, so keep one per event loop. Not
/// thread safe.
package final class JSONParser {
    private let handle: OpaquePointer?
    private let maximumDepth: Int
    /// simdjson has one document at a time: who reads another within `withTape` would change the first.
    private var isReading = false

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
        var kind: JSONKind?
        withSimdjson(bytes) { tape in kind = JSONKind(tape.kind(at: tape.root)) }
        if let kind { return kind }
        var scanner = JSONScanner(maximumDepth: maximumDepth)
        return try scanner.check(bytes)
    }

    /// Reads one document. Of members with the same name the last counts, in the place of the first.
    package func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        var value: JSONValue?
        if Self.hasWholeCharacters(bytes) { withSimdjson(bytes) { tape in value = JSONValue(tape) } }
        if let value { return value }
        var scanner = JSONScanner(maximumDepth: maximumDepth)
        return try scanner.parse(bytes)
    }

    /// Reads one document and hands its tape to `body`, for which alone the tape is there, and within which this parser
    /// reads nothing else. Half a surrogate pair is U+FFFD on it, an integer beyond `UInt64` a double. Members with the
    /// same name are all there.
    package func withTape(_ bytes: Span<UInt8>, _ body: (JSONTape) -> Void) throws(JSONError) {
        if Self.hasWholeCharacters(bytes), withSimdjson(bytes, body) { return }
        var scanner = JSONScanner(maximumDepth: maximumDepth)
        let tape = try scanner.tape(bytes)
        body(JSONTape(entries: tape.entries.span, strings: tape.strings.span))
    }

    /// Whether no escape stands for half a surrogate pair, which simdjson would write as bytes that are not UTF-8.
    private static func hasWholeCharacters(_ bytes: Span<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            return csimdjson_has_half_surrogate(start, buffer.count) == 0
        }
    }

    /// simdjson's reading of a document, for the time of `body`; false when the scanner must decide.
    @discardableResult
    private func withSimdjson(_ bytes: Span<UInt8>, _ body: (JSONTape) -> Void) -> Bool {
        guard let handle, bytes.count <= Self.tableLimit else { return false }
        precondition(!isReading, "a document is being read with this parser")
        return bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            var tape: UnsafePointer<UInt64>?
            var strings: UnsafePointer<UInt8>?
            var stringsCount = 0
            guard csimdjson_parse(handle, start, buffer.count, &tape, &strings, &stringsCount) == 0, let tape,
                let strings
            else { return false }
            // The first entry says how many there are.
            let count = Int(truncatingIfNeeded: tape[0] & 0x00ff_ffff_ffff_ffff)
            isReading = true
            defer { isReading = false }
            body(
                JSONTape(
                    entries: UnsafeBufferPointer(start: tape, count: count).span,
                    strings: UnsafeBufferPointer(start: strings, count: stringsCount).span))
            return true
        }
    }
}
