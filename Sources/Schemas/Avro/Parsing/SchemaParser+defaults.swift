internal import JSON

extension SchemaParser {
    /// Reads the default values and keeps them as they will be written.
    ///
    /// A record within a default takes the defaults of the fields it leaves out, so these are read before; which they
    /// are shows when they are missing.
    mutating func readDefaults() throws(AvroSchemaError) {
        for index in unreadDefaults.keys { tables.fields[index].defaultCount = -2 }
        let parser = JSONParser(maximumDepth: 512)
        for index in unreadDefaults.keys.sorted() where tables.fields[index].defaultCount == -2 {
            var waiting = [index]
            var isWaiting: Set<Int> = [index]
            while let next = waiting.last {
                if let needed = try readDefault(next, with: parser) {
                    guard isWaiting.insert(needed).inserted else {
                        throw failure(
                            needed, .defaultWithinItself,
                            "the default of '\(tables.fieldDescriptions[needed].name)' would be within itself", [])
                    }
                    waiting.append(needed)
                } else {
                    waiting.removeLast()
                    isWaiting.remove(next)
                }
            }
        }
    }

    /// Reads one default; the field whose default has to be read before, if there is one.
    private mutating func readDefault(_ index: Int, with parser: JSONParser) throws(AvroSchemaError) -> Int? {
        guard let unread = unreadDefaults[index] else { return nil }
        let text = Array(unread.value.text.utf8)
        let type = tables.fields[index].type
        let room = limits.defaultBytes - tables.defaults.count
        var bytes: [UInt8] = []
        var outcome = EncodingOutcome.done
        do throws(JSONError) {
            try parser.withTape(text.span) { tape in
                outcome = AvroEncoder.encode(tables, type, tape, text.span, .defaults, room, to: &bytes)
            }
        } catch let error {
            throw failure(index, .badDefault, "the default cannot be read: \(error)", [])
        }
        switch outcome {
        case .needsDefault(let needed): return needed
        case .tooLarge:
            throw failure(index, .tooLarge, "all defaults together take more than \(limits.defaultBytes) bytes", [])
        case .violations(let violations, _):
            let first = violations[0]
            let name = tables.fieldDescriptions[index].name
            let words = "expected \(first.expected), found \(first.found)"
            throw failure(
                index, .badDefault, "the default of '\(name)' does not fit its type: \(words)", first.pointer.tokens)
        case .done:
            tables.fields[index].defaultStart = Int32(tables.defaults.count)
            tables.fields[index].defaultCount = Int32(bytes.count)
            tables.defaults.append(contentsOf: bytes)
            return nil
        }
    }

    private func failure(
        _ index: Int, _ rule: AvroSchemaError.Rule, _ message: String, _ below: [String]
    ) -> AvroSchemaError {
        let unread = unreadDefaults[index]
        return AvroSchemaError(
            rule, message, at: JSONPointer(tokens: (unread?.path ?? []) + below), reference: unread?.reference)
    }
}
