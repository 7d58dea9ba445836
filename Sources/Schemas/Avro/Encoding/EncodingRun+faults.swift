internal import JSON

extension EncodingRun {
    /// What was expected, in words only when somebody will read them.
    enum Expectation {
        case type(SchemaNode)
        case range(StaticString)
        /// A field that is not there, by number.
        case missing(Int)
        /// No such member, or no second one.
        case field
        case tag(SchemaNode)
        case branch(SchemaNode)
    }

    mutating func fault(_ rule: AvroRule, at position: Int, _ expectation: Expectation) {
        if attempts > 0 {
            hasFailed = true
            isStopped = true
            return
        }
        var member: String?
        var found = found(at: position)
        let expected: String
        switch expectation {
        case .type(let node): expected = words(node)
        case .range(let text): expected = text.description
        case .field: expected = rule == .repeatedField ? "one member of this name" : "no member of this name"
        case .missing(let index):
            let field = schema.fields[index]
            member = schema.string(field.name)
            expected = words(schema.nodes[Int(field.type)])
            found = "nothing"
        case .tag(let node): expected = tagWords(node)
        case .branch(let node): expected = "the value of one of the branches " + list(node)
        }
        if !log.append(rule, position, member: member, expected, found) { isStopped = true }
    }

    mutating func mismatch(_ node: SchemaNode, at position: Int) { fault(.wrongType, at: position, .type(node)) }

    mutating func symbolFault(_ node: SchemaNode, at position: Int) {
        fault(tape.kind(at: position) == .string ? .unknownSymbol : .wrongType, at: position, .type(node))
    }

    private func words(_ node: SchemaNode) -> String {
        switch node.kind {
        case .null: return "null"
        case .boolean: return "a boolean"
        case .int: return "a whole number from \(Int32.min) to \(Int32.max)"
        case .long: return "a whole number from \(Int64.min) to \(Int64.max)"
        case .float, .double: return "a number"
        case .string: return "a string"
        case .bytes, .fixed:
            if node.logicalType == .decimal, rules.readsDecimals {
                return "a decimal number of at most \(node.detail) digits, \(node.scale) of them behind the point"
            }
            return node.kind == .bytes
                ? "a string of characters from U+0000 to U+00FF"
                : "a string of \(node.first) characters from U+0000 to U+00FF"
        case .record: return "an object"
        case .map: return "an object"
        case .array: return "an array"
        case .enum: return "one of " + list(node)
        case .union: return rules.form == .tagged ? tagWords(node) : "a value of one of " + list(node)
        }
    }

    private func tagWords(_ node: SchemaNode) -> String {
        "\(node.detail >= 0 ? "null or " : "")an object with one member, named as its type: one of " + list(node)
    }

    /// The names of a node, the first of them.
    private func list(_ node: SchemaNode) -> String {
        let shown = 20
        var text = ""
        for place in 0..<min(Int(node.count), shown) {
            text += (place == 0 ? "" : ", ") + schema.string(schema.names[Int(node.names) + place])
        }
        return Int(node.count) > shown ? text + ", …" : node.count == 0 ? "none" : text
    }

    /// What is there.
    func found(at position: Int) -> String { tape.words(at: position) }
}
