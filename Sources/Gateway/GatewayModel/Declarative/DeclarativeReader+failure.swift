internal import Bytes
internal import JSON
internal import YAML

/// Tells what is wrong with a document.
extension DeclarativeReader {
    func failure(_ document: YAMLDocument?) -> DeclarativeConfiguration.Failure {
        var all = documentErrors
        var problems = documentErrors.problems.map { problem(at: $0.path, $0.message, nil, document) }
        for (errors, entry) in entityErrors {
            all.merge(errors, under: entry.path)
            let whose = name(of: entry).map { "\(entry.definition.singular) '\($0)'" }
            problems += errors.problems.map { problem(at: entry.path + $0.path, $0.message, whose, document) }
        }
        problems.sort { left, right in
            guard let left = left.location, let right = right.location else { return false }
            return (left.line, left.column) < (right.line, right.column)
        }
        return .init(
            problems: problems, fields: all.fields, flattened: entityErrors.map { flattened($0, $1) },
            unflattenedFields: documentErrors.fields)
    }

    private func problem(
        at path: [PathElement], _ message: String, _ entity: String?, _ document: YAMLDocument?
    ) -> DeclarativeConfiguration.Failure.Problem {
        let steps = path.map { element -> JSONPathElement in
            switch element {
            case .name(let name): .key(name)
            case .index(let index): .index(index)
            }
        }
        return .init(path: path, message: message, entity: entity, location: document?.nearestLocation(of: steps))
    }

    private func name(of entry: Entry) -> String? {
        let name =
            entry.original["name"]?.stringValue
            ?? entry.definition.nameField.flatMap { entry.original[$0]?.stringValue }
        return name.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func flattened(_ errors: FieldErrors, _ entry: Entry) -> JSONValue {
        var object: JSONObject = [
            "entity_type": .string(entry.definition.singular), "entity": .object(entry.original),
            "errors": .array(
                errors.problems.map { problem in
                    var item: JSONObject = [
                        "type": problem.path.isEmpty ? "entity" : "field", "message": .string(problem.message),
                    ]
                    if !problem.path.isEmpty { item["field"] = .string(problem.pathText) }
                    return .object(item)
                }),
        ]
        // Only what is right is told apart from the entity itself.
        if let name = name(of: entry) { object["entity_name"] = .string(name) }
        if let id = entry.original["id"]?.stringValue, UUIDText.isValid(id) { object["entity_id"] = .string(id) }
        if let tags = entry.original["tags"]?.arrayValue, tags.allSatisfy({ $0.stringValue != nil }) {
            object["entity_tags"] = .array(tags)
        }
        return .object(object)
    }
}
