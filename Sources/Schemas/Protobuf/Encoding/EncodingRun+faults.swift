internal import JSON

extension EncodingRun {
    /// What was expected, in words only when somebody will read them.
    enum Expectation {
        case words(String)
        /// A field that is not there.
        case missing(FieldRow)
        case symbol(EnumRow)
    }

    @inline(never)
    mutating func fault(_ rule: ProtobufRule, at position: Int, _ expectation: Expectation) {
        var member: String?
        var found = found(at: position)
        let expected: String
        switch expectation {
        case .words(let words): expected = words
        case .missing(let field):
            member = schema.string(field.jsonName)
            expected = "a value"
            found = "nothing"
        case .symbol(let row): expected = "one of " + list(row)
        }
        if !log.append(rule, position, member: member, expected, found) { isStopped = true }
    }

    @inline(never)
    mutating func mismatch(_ expected: String, at position: Int) { fault(.wrongType, at: position, .words(expected)) }

    /// The values of an enum, the first of them.
    private func list(_ row: EnumRow) -> String {
        let shown = 20
        var text = ""
        for place in 0..<min(Int(row.numberCount), shown) {
            text += (place == 0 ? "" : ", ") + schema.string(schema.numbers[Int(row.firstNumber) + place].name)
        }
        return Int(row.numberCount) > shown ? text + ", …" : text
    }

    /// What is there.
    func found(at position: Int) -> String { tape.words(at: position) }
}
