extension JSONValue {
    /// Hands the value to `body` in the form of a tape, for which alone the tape is there.
    package func withTape(_ body: (JSONTape) -> Void) {
        var writer = TapeWriter()
        writer.append(self)
        writer.finish()
        body(JSONTape(entries: writer.entries.span, strings: writer.strings.span))
    }
}

/// Writes values in the form of `JSONTape`.
private struct TapeWriter {
    var entries: [UInt64] = [0]
    var strings: [UInt8] = []

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: word("n")
        case .bool(let value): word(value ? "t" : "f")
        case .integer(let value): append("l", UInt64(bitPattern: Int64(value)))
        case .number(let value): append("d", value.bitPattern)
        case .string(let text): append(text)
        case .array(let elements):
            let start = open()
            for element in elements { append(element) }
            close("[", "]", start, count: elements.count)
        case .object(let members):
            let start = open()
            for (name, member) in members {
                append(name)
                append(member)
            }
            close("{", "}", start, count: members.count)
        }
    }

    /// Writes what stands around the value.
    mutating func finish() {
        word("r")
        entries[0] = UInt64(UInt8(ascii: "r")) << 56 | UInt64(entries.count)
        // Strings may be read in steps of 16 bytes.
        strings.append(contentsOf: repeatElement(0, count: 16))
    }

    private mutating func open() -> Int {
        entries.append(0)
        return entries.count - 1
    }

    private mutating func close(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ start: Int, count: Int) {
        entries.append(UInt64(closing.value) << 56 | UInt64(start))
        entries[start] = UInt64(opening.value) << 56 | UInt64(min(count, 0xff_ffff)) << 32 | UInt64(entries.count)
    }

    private mutating func word(_ letter: Unicode.Scalar) { entries.append(UInt64(letter.value) << 56) }

    private mutating func append(_ letter: Unicode.Scalar, _ payload: UInt64) {
        word(letter)
        entries.append(payload)
    }

    private mutating func append(_ text: String) {
        entries.append(UInt64(UInt8(ascii: "\"")) << 56 | UInt64(strings.count))
        let count = UInt32(text.utf8.count)
        for shift in stride(from: 0, to: 32, by: 8) { strings.append(UInt8(truncatingIfNeeded: count >> shift)) }
        strings.append(contentsOf: text.utf8)
        strings.append(0)
    }
}
