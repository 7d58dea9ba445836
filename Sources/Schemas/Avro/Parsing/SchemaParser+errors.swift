internal import JSON

extension SchemaParser {
    /// Does `work` one step deeper in the text.
    mutating func at<Result>(
        _ key: String, _ work: (inout SchemaParser) throws(AvroSchemaError) -> Result
    ) throws(AvroSchemaError) -> Result {
        path.append(key)
        let result = try work(&self)
        path.removeLast()
        return result
    }

    /// An error in the text that is being read, below where it is being read.
    func error(_ rule: AvroSchemaError.Rule, _ message: String, _ below: String...) -> AvroSchemaError {
        AvroSchemaError(rule, message, at: JSONPointer(tokens: path + below), reference: reference)
    }

    func string(_ key: String, of object: JSONObject, _ rule: String) throws(AvroSchemaError) -> String {
        guard let value = object[key] else { throw error(.missingAttribute, rule) }
        guard case .string(let text) = value else {
            throw error(.wrongAttribute, "'\(key)' is a string, not \(Self.words(value))", key)
        }
        return text
    }

    static func badName(_ name: String, _ owner: String) -> String {
        let dots = owner == "a field" ? "" : ", perhaps after a namespace and a dot"
        let rule = "a name begins with a letter or '_' and has only letters, digits and '_'"
        return "'\(clipped(name))' is no name of \(owner): \(rule)\(dots)"
    }

    static func text(_ reference: String?) -> String { reference.map { "the reference '\($0)'" } ?? "the schema" }

    /// At most some forty characters of what a stranger wrote.
    static func clipped(_ text: String) -> String {
        text.utf8.count <= 40 ? text : String(text.prefix(40)) + "…"
    }

    static func words(_ value: JSONValue) -> String {
        switch value.kind {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
