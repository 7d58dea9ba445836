internal import Cryptography
internal import JSON

/// Ids of entities that a document gives none: the same from load to load, and the same as Kong's where Kong derives
/// them (a UUID of version 5 from the collection and the name or cache key).
struct DerivedIDs {
    /// Kong's namespace of the collections' namespaces.
    private static let root = "fd02801f-0957-4a15-a55a-c8d9606f30b5"
    private var namespaces: [String: String] = [:]

    /// - Parameter parent: the nested entity's parent, which its input does not name.
    mutating func id(
        _ input: JSONObject, _ definition: EntityDefinition, parent: (field: String, id: String)?, path: [PathElement]
    ) -> String {
        let namespace: String
        if let known = namespaces[definition.name] {
            namespace = known
        } else {
            namespace = UUID.v5(namespace: Self.root, name: definition.name)
            namespaces[definition.name] = namespace
        }
        return UUID.v5(namespace: namespace, name: Self.key(input, definition, parent, path))
    }

    private static func key(
        _ input: JSONObject, _ definition: EntityDefinition, _ parent: (field: String, id: String)?,
        _ path: [PathElement]
    ) -> String {
        func text(_ field: String) -> String {
            if let parent, parent.field == field { return parent.id }
            let value = input[field] ?? .null
            if value.isNull { return "" }
            // As written, be it an id or a name.
            return value.stringValue ?? value["id"]?.stringValue ?? value.objectValue?.values.first?.stringValue
                ?? value.text
        }
        if let nameField = definition.nameField, let name = input[nameField]?.stringValue {
            if definition.isNameUnique { return name }
            let parents = definition.references.map(\.field).filter {
                definition.schema.field($0)?.isCascading == true
            }
            return ([name] + parents.map(text)).joined(separator: ":")
        }
        let required = definition.cacheKey.filter { definition.schema.field($0)?.isRequired == true }
        if !definition.cacheKey.isEmpty, required.allSatisfy({ !text($0).isEmpty }) {
            let fields = definition.cacheKey.filter { !definition.optionalKey.contains($0) || !text($0).isEmpty }
            return ([definition.name] + fields.map(text)).joined(separator: ":")
        }
        for field in definition.uniqueFields + ["cert"] {
            if let value = input[field]?.stringValue { return "\(field):\(value)" }
        }
        // What has no name is told by its content and place.
        return JSONValue.object(input).text + path.map(\.text).joined(separator: ".")
    }
}
