internal import JSON

/// Turns a document into a configuration, collecting everything that is wrong.
struct DeclarativeReader {
    struct Entry {
        let definition: EntityDefinition
        let input: JSONObject
        let id: String
        /// Whether the document gives the id.
        let hasOwnID: Bool
        let path: [PathElement]
        /// As written, without nested children.
        let original: JSONObject
        /// Whether it may be said again: a link, which can be written on either side.
        let mayRepeat: Bool
    }

    /// What an entity is nested in, and the field that references it.
    private struct Parent {
        let field: String
        let id: String
        /// Whether the document gives the id.
        let isWritten: Bool
    }

    let source: DeclarativeSource
    let schema: GatewaySchema
    private let now: Timestamp
    private let keepsPlain: Bool
    private var configuration: Configuration
    /// Problems of no entity, then of entities.
    private(set) var documentErrors = FieldErrors()
    private(set) var entityErrors: [(errors: FieldErrors, entry: Entry)] = []
    private var entries: [String: [Entry]] = [:]
    private var ids = DerivedIDs()
    /// Those that the document gives.
    private var writtenIDs: Set<String> = []
    private var head: DeclarativeHead
    /// Ids and names of entries that were refused: what references them is not refused once more.
    private var refused: Set<String> = []

    /// - Parameter keepsPlain: Leaves passwords as they are written, instead of making hashes of them.
    init(schema: GatewaySchema, now: Int, source: DeclarativeSource, keepsPlain: Bool = false) {
        self.source = source
        self.schema = schema
        self.now = Timestamp(seconds: now)
        self.keepsPlain = keepsPlain
        configuration = Configuration(schema: schema)
        var ignored = FieldErrors()
        head = DeclarativeHead([:], errors: &ignored)
    }

    mutating func read(_ root: JSONValue) throws(DeclarativeConfiguration.Failure) -> DeclarativeDocument {
        guard let object = root.objectValue else {
            let fields: JSONObject = ["error": "expected a declarative configuration"]
            throw DeclarativeConfiguration.Failure(
                problems: [
                    .init(
                        path: [], message: "expected a declarative configuration: a mapping with _format_version",
                        entity: nil, location: nil)
                ], fields: fields, flattened: [], unflattenedFields: fields)
        }
        head = DeclarativeHead(object, errors: &documentErrors)
        for (key, value) in object where !DeclarativeHead.isMetadata(key) {
            guard let definition = schema.definition(key) else {
                documentErrors.add([.name(key)], DeclarativeHead.unknownMessage(key))
                continue
            }
            collect(value, definition, path: [.name(key)], parent: nil)
        }
        // What is referenced comes first.
        for definition in schema.definitions {
            for entry in entries[definition.name] ?? [] { create(entry) }
        }
        guard documentErrors.isEmpty, entityErrors.isEmpty else { throw failure() }
        configuration.documentHash = Configuration.hash(of: Array(root.text.utf8))
        return DeclarativeDocument(
            configuration: configuration, selectTags: head.tags.compactMap(\.stringValue),
            isTransformed: head.isTransformed || !keepsPlain, writtenIDs: writtenIDs)
    }

    // MARK: - Collecting

    private mutating func collect(
        _ value: JSONValue, _ definition: EntityDefinition, path: [PathElement], parent: Parent?
    ) {
        if value.isNull { return }
        guard let array = value.arrayValue else { return documentErrors.add(path, "expected an array") }
        for (index, element) in array.enumerated() {
            let here = path + [.index(index)]
            if let object = element.objectValue {
                collectEntity(object, definition, path: here, parent: parent)
            } else if parent != nil, let name = element.stringValue, let nameField = definition.nameField,
                definition.name == "snis"
            {
                // decK writes the names of a certificate plainly.
                collectEntity([nameField: .string(name)], definition, path: here, parent: parent)
            } else {
                documentErrors.add(here, "expected a record")
            }
        }
    }

    private mutating func collectEntity(
        _ original: JSONObject, _ definition: EntityDefinition, path: [PathElement],
        parent: Parent?, mayRepeat: Bool = false
    ) {
        var errors = FieldErrors()
        var input = head.filled(original, definition, &errors)
        if let comment = input.removeValue(forKey: "_comment"), comment.stringValue == nil, !comment.isNull {
            errors.add(["_comment"], "expected a string")
        }
        if let ignored = input.removeValue(forKey: "_ignore"), ignored.arrayValue == nil, !ignored.isNull {
            errors.add(["_ignore"], "expected an array")
        }
        var nested: [(value: JSONValue, child: EntityDefinition, field: String)] = []
        for (child, field) in schema.referencing(definition.name) where schema.nestsChildren(child, in: definition) {
            if let value = input.removeValue(forKey: child.name) { nested.append((value, child, field)) }
        }
        let links = definition.linkLists.compactMap { list in
            input.removeValue(forKey: list.name).map { (list: list, value: $0) }
        }
        // As written, without what is nested.
        var plain = original.filter { input[$0.key] != nil }
        // As Kong's flattened errors do, when the parent's id is written out.
        if let parent, parent.isWritten, plain[parent.field] == nil { plain[parent.field] = ["id": .string(parent.id)] }
        for key in input.keys where definition.schema.field(key) == nil {
            let message = DeclarativeHead.unknownMessage(key)
            if message != "unknown field" {
                input.removeValue(forKey: key)
                errors.add([.name(key)], message)
            }
        }
        if let parent, let given = input[parent.field], !given.isNull {
            errors.add([.name(parent.field)], "value must be null")
        }
        let given = input["id"]?.stringValue
        if let given { writtenIDs.insert(given.lowercased()) }
        let id =
            given?.lowercased()
            ?? ids.id(
                input, definition, parent: parent.map { ($0.field, $0.id) }, path: path)
        if let parent { input[parent.field] = ["id": .string(parent.id)] }
        input["id"] = input["id"] ?? .string(id)
        if !head.tags.isEmpty, definition.schema.field("tags") != nil { addTags(to: &input) }
        if definition.name == "routes", head.hasOldPaths { migratePaths(&input) }
        let entry = Entry(
            definition: definition, input: input, id: id, hasOwnID: given != nil, path: path, original: plain,
            mayRepeat: mayRepeat)
        if errors.isEmpty {
            entries[definition.name, default: []].append(entry)
        } else {
            errors.merge(ownErrors(entry, without: definition.references.map(\.field)))
            refuse(entry, errors)
        }
        for (value, child, field) in nested {
            collect(
                value, child, path: path + [.name(child.name)],
                parent: Parent(field: field, id: id, isWritten: given != nil))
        }
        for (list, value) in links {
            collectLinks(value, list, path: path + [.name(list.name)], of: id)
        }
    }

    /// A list that names entities to be linked with the one of that id.
    private mutating func collectLinks(
        _ value: JSONValue, _ list: EntityDefinition.LinkList, path: [PathElement], of id: String
    ) {
        if value.isNull { return }
        guard let array = value.arrayValue else { return documentErrors.add(path, "expected an array") }
        guard let definition = schema.definition(list.collection) else { return }
        for (index, element) in array.enumerated() {
            let here = path + [.index(index)]
            guard element.stringValue != nil || element.objectValue != nil else {
                documentErrors.add(here, "expected a record")
                continue
            }
            let parent = Parent(field: list.reference, id: id, isWritten: false)
            collectEntity([list.other: element], definition, path: here, parent: parent, mayRepeat: true)
        }
    }

    private func addTags(to input: inout JSONObject) {
        guard let tags = (input["tags"] ?? .array([])).arrayValue else { return }
        input["tags"] = .array(tags + head.tags.filter { !tags.contains($0) })
    }

    /// Before format 3.0 a path with characters that a plain one has not was a regular expression.
    private func migratePaths(_ input: inout JSONObject) {
        guard let paths = input["paths"]?.arrayValue else { return }
        input["paths"] = .array(
            paths.map { value in
                guard let path = value.stringValue, path.hasPrefix("/") else { return value }
                let isPlain = path.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x7e || byte == 0x2f || byte == 0x25
                }
                return isPlain ? value : .string("~" + path)
            })
    }

    // MARK: - Creating

    private mutating func create(_ entry: Entry) {
        if configuration.entity(entry.definition.name, id: entry.id) != nil {
            if entry.mayRepeat { return }
            var key = "primary key set to '\(entry.id)'"
            if !entry.hasOwnID, let nameField = entry.definition.nameField,
                let name = entry.input[nameField]?.stringValue
            {
                key = "\(nameField) set to '\(name)'"
            } else if !entry.hasOwnID, let name = entry.input["name"]?.stringValue {
                key = "the name '\(name)' and the same scope"
            }
            return refuse(entry, Self.alreadyDeclared(entry, key))
        }
        do throws(ModelError) {
            var change = ConfigurationChange()
            _ = try configuration.create(
                entry.definition, entry.input, now: now, isTransformed: head.isTransformed || keepsPlain,
                change: &change)
        } catch {
            let broken = Self.referenceFields(in: error, entry.definition)
            if !broken.isEmpty { return refuse(entry, referenceErrors(entry, broken, error)) }
            if error.code == 5 {
                if entry.mayRepeat { return }
                return refuse(entry, Self.alreadyDeclared(entry, Self.shown(key: error.fields)))
            }
            refuse(entry, error.problems.isEmpty ? FieldErrors([], error.message) : error.problems)
        }
    }

    /// The key that two entities share.
    private static func shown(key: JSONObject) -> String {
        if key.count > 1, let name = key["name"]?.stringValue { return "the name '\(name)' and the same scope" }
        return key.map { "\($0.key) set to '\($0.value.stringValue ?? $0.value["id"]?.stringValue ?? "")'" }
            .joined(separator: ", ")
    }

    private static func alreadyDeclared(_ entry: Entry, _ key: String) -> FieldErrors {
        FieldErrors([], "uniqueness violation: '\(entry.definition.name)' entity with \(key) already declared")
    }

    /// The references that an error is about.
    private static func referenceFields(in error: ModelError, _ definition: EntityDefinition) -> [String] {
        definition.references.map(\.field).filter { field in
            [4, 13].contains(error.code)
                ? error.fields[field] != nil : error.problems.problems.contains { $0.path.first == .name(field) }
        }
    }

    /// What is wrong with the references, unless their parents were refused, and with the rest of the entity.
    private func referenceErrors(_ entry: Entry, _ fields: [String], _ error: ModelError) -> FieldErrors {
        var errors = FieldErrors()
        for field in fields {
            let value = entry.input[field] ?? .null
            let parent = entry.definition.references.first { $0.field == field }?.collection ?? ""
            if isRefused(value, parent) { continue }
            if error.code == 2 {
                for problem in error.problems.problems where problem.path.first == .name(field) {
                    errors.add(problem.path, problem.message)
                }
            } else {
                let text = value.stringValue ?? value.text
                errors.add([.name(field)], "invalid reference '\(field): \(text)' (no such entry in '\(parent)')")
            }
        }
        errors.merge(ownErrors(entry, without: fields))
        return errors
    }

    /// What is wrong with the entity by itself.
    ///
    /// - Parameter fields: references that are not looked at.
    private func ownErrors(_ entry: Entry, without fields: [String]) -> FieldErrors {
        let input = entry.input.filter { !fields.contains($0.key) }
        var errors = FieldErrors()
        guard case .failure(let own) = schema.complete(input, as: entry.definition) else { return errors }
        for problem in own.problems where !fields.contains(where: { problem.path.first == .name($0) }) {
            if problem.isOfEntity {
                errors.addEntity(problem.path, problem.message)
            } else {
                errors.add(problem.path, problem.message)
            }
        }
        return errors
    }

    private func isRefused(_ reference: JSONValue, _ parent: String) -> Bool {
        let keys = reference.stringValue.map { [$0] } ?? reference.objectValue?.values.compactMap(\.stringValue) ?? []
        return keys.contains {
            refused.contains("\(parent)\0\($0)") || refused.contains("\(parent)\0\($0.lowercased())")
        }
    }

    /// Without errors of its own an entry is refused for its parent's.
    private mutating func refuse(_ entry: Entry, _ errors: FieldErrors) {
        refused.insert("\(entry.definition.name)\0\(entry.id)")
        if let nameField = entry.definition.nameField, let name = entry.input[nameField]?.stringValue {
            refused.insert("\(entry.definition.name)\0\(name)")
        }
        if !errors.isEmpty { entityErrors.append((errors, entry)) }
    }
}
