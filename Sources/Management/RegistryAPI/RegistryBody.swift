internal import JSON
internal import RegistryStore
internal import SchemaLanguages
internal import WebApplication

/// What a request's body says.
enum RegistryBody {
    static func object(_ request: WebRequest) throws(RegistryError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) { value = try .parse(request.body.span) } catch {
            throw RegistryError(400, "The body is not JSON: \(error)")
        }
        guard let object = value.objectValue else { throw RegistryError(422, "The body must be a JSON object") }
        return object
    }

    /// A schema to register, to look up or to compare.
    static func submission(_ request: WebRequest) throws(RegistryError) -> SchemaSubmission {
        let body = try object(request)
        try refuse(body)
        guard let text = try string(body, "schema"), text.contains(where: { !$0.isWhitespace }) else {
            throw RegistryError(42201, "Empty schema")
        }
        let type = try string(body, "schemaType") ?? SchemaLanguage.avro.rawValue
        guard let language = SchemaLanguage(rawValue: type.uppercased()) else {
            throw RegistryError.invalidSchema(
                "the schema type '\(type)' is unknown; known are \(SchemaLanguage.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return SchemaSubmission(
            language, text, references: try references(body), metadata: try metadata(body), id: try integer(body, "id"),
            version: try integer(body, "version"))
    }

    /// What is asked for and would be ignored is refused; what a registry tells of a schema may come back with it.
    private static func refuse(_ body: JSONObject) throws(RegistryError) {
        let known = [
            "schema", "schemaType", "references", "metadata", "id", "version", "subject", "guid", "ts", "deleted",
        ]
        for (name, value) in body where !known.contains(name) && !value.isNull {
            if name == "ruleSet" {
                throw .invalidRuleSet("This registry has no rules: leave ruleSet out")
            }
            throw RegistryError(422, "Unrecognized field: \(name)")
        }
    }

    private static func references(_ body: JSONObject) throws(RegistryError) -> [SchemaReference] {
        guard let value = body["references"], !value.isNull else { return [] }
        guard let elements = value.arrayValue else { throw RegistryError(422, "references: expected an array") }
        var references: [SchemaReference] = []
        for element in elements {
            guard let reference = SchemaReference(element) else {
                throw RegistryError(422, "references: expected objects with name, subject and version")
            }
            references.append(reference)
        }
        return references
    }

    /// Tags are lists by path, properties texts by name, and some properties' names are sensitive.
    private static func metadata(_ body: JSONObject) throws(RegistryError) -> JSONObject? {
        guard let value = body["metadata"], !value.isNull else { return nil }
        guard let object = value.objectValue else { throw RegistryError(422, "metadata: expected an object") }
        func areStrings(_ value: JSONValue) -> Bool { value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false }
        for (name, value) in object where !value.isNull {
            let isRight =
                switch name {
                case "tags": value.objectValue?.values.allSatisfy(areStrings) ?? false
                case "properties": value.objectValue?.values.allSatisfy { $0.stringValue != nil } ?? false
                case "sensitive": areStrings(value)
                default: false
                }
            guard isRight else {
                throw RegistryError(
                    422, "metadata: expected tags (lists of texts), properties (texts) and sensitive (a list of texts)")
            }
        }
        let kept = object.filter { !$0.value.isNull }
        return kept.isEmpty ? nil : kept
    }

    static func string(_ body: JSONObject, _ name: String) throws(RegistryError) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw RegistryError(422, "\(name): expected a string") }
        return text
    }

    static func bool(_ body: JSONObject, _ name: String) throws(RegistryError) -> Bool? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let bool = value.boolValue else { throw RegistryError(422, "\(name): expected true or false") }
        return bool
    }

    /// Clients that do not mean any number send -1 or 0.
    private static func integer(_ body: JSONObject, _ name: String) throws(RegistryError) -> Int? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let number = value.integerValue else { throw RegistryError(422, "\(name): expected a whole number") }
        return number > 0 ? number : nil
    }
}
