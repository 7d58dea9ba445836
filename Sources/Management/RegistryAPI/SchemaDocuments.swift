internal import JSON
internal import RegistryStore
internal import SchemaLanguages

/// Schemas as answers tell them.
extension SchemaContent {
    /// - Parameter isFull: For clients that take members which older ones do not know.
    func members(isFull: Bool, text: String) -> JSONObject {
        var object = JSONObject()
        // A schema that does not say is Avro's.
        if isFull || language != .avro { object["schemaType"] = .string(language.rawValue) }
        if !references.isEmpty { object["references"] = .array(references.map(\.document)) }
        object["metadata"] = metadata.map { .object($0) }
        object["schema"] = .string(text)
        return object
    }
}

extension RegisteredSchema {
    ///
    /// - Parameter text: Instead of the text as it is kept.
    func document(isFull: Bool, text: String? = nil) -> JSONValue {
        var object: JSONObject = [
            "subject": .string(place.subject), "version": .integer(place.version), "id": .integer(id),
        ]
        if isFull { object["guid"] = .string(content.guid) }
        for (name, value) in content.members(isFull: isFull, text: text ?? content.text) { object[name] = value }
        if isFull, isDeleted { object["deleted"] = true }
        return .object(object)
    }
}
