internal import Bytes
internal import JSON

/// Tells what is wrong with a document.
extension DeclarativeReader {
    func failure() -> DeclarativeConfiguration.Failure {
        var all = documentErrors
        var found = documentErrors.problems.map { Found($0, at: $0.path, suggestion: suggestion(for: $0)) }
        for (errors, entry) in entityErrors {
            all.merge(errors, under: entry.path)
            let whose = name(of: entry).map { "\(entry.definition.singular) '\($0)'" }
            found += errors.problems.map { problem in
                Found(
                    problem, under: entry.path, at: entry.path + writtenPath(problem.path, entry), whose: whose,
                    suggestion: suggestion(for: problem, in: entry))
            }
        }
        let locations = source.locations(of: found.map(\.place))
        var problems = zip(found, locations).map { found, location in
            DeclarativeConfiguration.Failure.Problem(
                path: found.path, message: found.message, suggestion: found.suggestion, entity: found.whose,
                location: location)
        }
        problems.sort { left, right in
            guard let left = left.location, let right = right.location else { return false }
            return left < right
        }
        return .init(
            problems: problems, fields: all.fields, flattened: entityErrors.map { flattened($0, $1) },
            unflattenedFields: documentErrors.fields)
    }

    /// A problem before its place in the text is known.
    private struct Found {
        let path: [PathElement]
        /// The part of the document that has it.
        let place: [PathElement]
        let message: String
        let suggestion: String?
        let whose: String?

        init(
            _ problem: FieldErrors.Problem, under prefix: [PathElement] = [], at place: [PathElement],
            whose: String? = nil, suggestion: String?
        ) {
            path = prefix + problem.path
            self.place = place
            message = problem.message
            self.suggestion = suggestion
            self.whose = whose
        }
    }

    /// Where the text has what is wrong: the parts of a URL stand in `url`.
    private func writtenPath(_ path: [PathElement], _ entry: Entry) -> [PathElement] {
        guard case .name(let field) = path.first, entry.original[field] == nil, entry.original["url"] != nil,
            ["protocol", "host", "port", "path"].contains(field)
        else { return path }
        return ["url"]
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
