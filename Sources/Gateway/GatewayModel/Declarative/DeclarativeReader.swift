internal import Cryptography
internal import JSON
internal import YAML

/// Turns a document into a configuration, collecting everything that is wrong.
struct DeclarativeReader {
    private struct Entry {
        let definition: EntityDefinition
        let input: JSONObject
        let path: [PathElement]
        let original: JSONObject
    }

    private let schema: GatewaySchema
    private let now: Int
    private(set) var configuration: Configuration
    private(set) var errors = FieldErrors()
    private var entries: [String: [Entry]] = [:]
    private var flattened: [JSONValue] = []
    /// Ids of entries that were refused: what references them is not refused once more.
    private var refusedIDs: Set<String> = []
    private var hasOldPaths = false

    /// Namespace of the ids that are made from names.
    private static let namespace = "9f1c0e0a-5b1d-4bd6-9d6e-3a7c6f0f4a11"

    init(schema: GatewaySchema, now: Int) {
        self.schema = schema
        self.now = now
        configuration = Configuration(schema: schema)
    }

    mutating func read(_ root: JSONValue) {
        guard let object = root.objectValue else {
            return errors.addEntity([], "expected a declarative configuration: a mapping with _format_version")
        }
        checkHead(object)
        for (key, value) in object where !DeclarativeConfiguration.isMetadata(key) {
            guard let definition = schema.definition(key) else {
                errors.add([.name(key)], "unknown field")
                continue
            }
            collect(value, definition, path: [.name(key)], parent: nil)
        }
        // What is referenced comes first.
        for definition in schema.definitions {
            for entry in entries[definition.name] ?? [] { create(entry) }
        }
    }

    private mutating func checkHead(_ root: JSONObject) {
        guard let given = root["_format_version"], !given.isNull else {
            return errors.add(["_format_version"], "required field missing")
        }
        let version = given.stringValue ?? given.numberValue.map { "\($0)" } ?? ""
        guard ["1.1", "2.1", "3.0"].contains(version) else {
            return errors.add(["_format_version"], "expected one of: 1.1, 2.1, 3.0")
        }
        hasOldPaths = version != "3.0"
        if let transform = root["_transform"], transform.boolValue == nil {
            errors.add(["_transform"], "expected a boolean")
        }
    }

    // MARK: - Collecting

    private mutating func collect(
        _ value: JSONValue, _ definition: EntityDefinition, path: [PathElement],
        parent: (field: String, id: String)?
    ) {
        if value.isNull { return }
        guard let array = value.arrayValue else { return errors.add(path, "expected an array") }
        for (index, element) in array.enumerated() {
            let here = path + [.index(index)]
            guard let object = element.objectValue else {
                errors.add(here, "expected a record")
                continue
            }
            collect(object, definition, path: here, parent: parent)
        }
    }

    private mutating func collect(
        _ original: JSONObject, _ definition: EntityDefinition, path: [PathElement],
        parent: (field: String, id: String)?
    ) {
        var input = original
        input.removeValue(forKey: "_comment")
        input.removeValue(forKey: "_ignore")
        if let parent { input[parent.field] = ["id": .string(parent.id)] }
        var nested: [(JSONValue, EntityDefinition, String)] = []
        for (child, field) in schema.referencing(definition.name) where definition.schema.field(child.name) == nil {
            if let value = input.removeValue(forKey: child.name) { nested.append((value, child, field)) }
        }
        let id = input["id"]?.stringValue?.lowercased() ?? derivedID(input, definition, path: path)
        input["id"] = input["id"] ?? .string(id)
        if definition.name == "routes", hasOldPaths { input = migratingPaths(input) }
        // decK writes snis of a certificate as a list of names or records.
        entries[definition.name, default: []].append(
            Entry(definition: definition, input: input, path: path, original: original))
        for (value, child, field) in nested {
            var value = value
            if child.name == "snis", let names = value.arrayValue {
                value = .array(names.map { $0.stringValue.map { ["name": .string($0)] } ?? $0 })
            }
            collect(value, child, path: path + [.name(child.name)], parent: (field, id))
        }
    }

    /// The same document gives the same ids: from the name, or from what else tells an entity from others.
    private func derivedID(_ input: JSONObject, _ definition: EntityDefinition, path: [PathElement]) -> String {
        var key = definition.name + ":"
        if let nameField = definition.nameField, let name = input[nameField]?.stringValue {
            key += name
        } else if definition.name == "plugins" {
            key += (input["name"]?.stringValue ?? "")
            for scope in ["route", "service", "consumer"] { key += ":" + (input[scope]?.text ?? "") }
        } else if let certificate = input["cert"]?.stringValue {
            key += certificate
        } else if let customID = input["custom_id"]?.stringValue {
            key += "custom:" + customID
        } else {
            key += JSONValue.object(input).text + path.map(\.text).joined(separator: ".")
        }
        return UUID.v5(namespace: Self.namespace, name: key)
    }

    /// Before format 3.0 a path with characters that a plain one has not was a regular expression.
    private func migratingPaths(_ input: JSONObject) -> JSONObject {
        guard let paths = input["paths"]?.arrayValue else { return input }
        var output = input
        output["paths"] = .array(
            paths.map { value in
                guard let path = value.stringValue, path.hasPrefix("/") else { return value }
                let isPlain = path.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x7e || byte == 0x2f || byte == 0x25
                }
                return isPlain ? value : .string("~" + path)
            })
        return output
    }

    // MARK: - Creating

    private mutating func create(_ entry: Entry) {
        do throws(ModelError) {
            var change = ConfigurationChange()
            _ = try configuration.create(entry.definition, entry.input, now: now, change: &change)
        } catch {
            if let id = entry.input["id"]?.stringValue { refusedIDs.insert(id) }
            if error.code == 4, referencesRefused(entry) { return }
            if error.code == 3, let nameField = entry.definition.nameField,
                let name = entry.input[nameField]?.stringValue
            {
                // Two with one name have one derived id.
                let message =
                    "uniqueness violation: '\(entry.definition.name)' entity with \(nameField) set to '\(name)' already declared"
                return note(ModelError(code: 5, name: "", status: 400, message: message), entry)
            }
            note(error, entry)
        }
    }

    private func referencesRefused(_ entry: Entry) -> Bool {
        entry.definition.references.contains { reference in
            guard let id = entry.input[reference.field]?["id"]?.stringValue else { return false }
            return refusedIDs.contains(id)
        }
    }

    private mutating func note(_ error: ModelError, _ entry: Entry) {
        var own = FieldErrors()
        if error.code == 2 {
            own = error.problems
        } else {
            own.addEntity([], error.message)
        }
        errors.merge(own, under: entry.path)
        var object: JSONObject = [
            "entity_type": .string(entry.definition.singular), "entity": .object(entry.original),
            "errors": .array(
                own.problems.map { problem in
                    var item: JSONObject = [
                        "type": problem.isOfEntity ? "entity" : "field", "message": .string(problem.message),
                    ]
                    if !problem.isOfEntity { item["field"] = .string(problem.pathText) }
                    return .object(item)
                }),
        ]
        if let nameField = entry.definition.nameField, let name = entry.original[nameField] {
            object["entity_name"] = name
        }
        if let id = entry.original["id"] { object["entity_id"] = id }
        if let tags = entry.original["tags"] { object["entity_tags"] = tags }
        flattened.append(.object(object))
    }

    func failure(_ document: YAMLDocument?) -> DeclarativeConfiguration.Failure {
        let problems = errors.problems.map { problem in
            let steps = problem.path.map { element -> JSONPathElement in
                switch element {
                case .name(let name): .key(name)
                case .index(let index): .index(index)
                }
            }
            return DeclarativeConfiguration.Failure.Problem(
                path: problem.path, message: problem.message, location: document?.nearestLocation(of: steps))
        }
        return .init(problems: problems, fields: errors.fields, flattened: flattened)
    }
}
