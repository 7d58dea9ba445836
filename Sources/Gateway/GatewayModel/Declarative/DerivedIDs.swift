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
        if let nameField = definition.nameField, let name = input[nameField]?.stringValue { return name }
        if !definition.cacheKey.isEmpty, input["name"]?.stringValue != nil {
            // Kong's order of a plugin's key.
            let fields = ["name", "route", "service", "consumer"]
            let values = fields.map { field -> String in
                if let parent, parent.field == field { return parent.id }
                let value = input[field] ?? .null
                if value.isNull { return "" }
                return value.stringValue ?? value["id"]?.stringValue ?? value.text
            }
            return ([definition.name] + values).joined(separator: ":")
        }
        for field in definition.uniqueFields + ["cert"] {
            if let value = input[field]?.stringValue { return "\(field):\(value)" }
        }
        // What has no name is told by its content and place.
        return JSONValue.object(input).text + path.map(\.text).joined(separator: ".")
    }
}
