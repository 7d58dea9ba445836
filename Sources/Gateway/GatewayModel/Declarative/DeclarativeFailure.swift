package import JSON
package import YAML

extension DeclarativeConfiguration {
    /// All that is wrong with a document.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// One problem, with its place in the text where that is known.
        package struct Problem: Sendable {
            package let path: [PathElement]
            package let message: String
            /// Whose: the name and collection of the entity, as far as it has them, such as `service 'orders'`.
            package let entity: String?
            package let location: YAMLLocation?
        }

        package let problems: [Problem]
        /// Kong's nested `fields`: lists keep positions, with null for good entities.
        package let fields: JSONObject
        /// Kong's `flattened_errors`: an object for each entity with problems.
        package let flattened: [JSONValue]
        /// Those of `fields` that belong to no entity: what Kong leaves there beside `flattened_errors`.
        package let unflattenedFields: JSONObject

        /// As `POST /config` answers it.
        package var modelError: ModelError { .declarative(fields) }

        /// As `POST /config?flatten_errors=1` answers it.
        package var flattenedBody: JSONValue {
            var body = ModelError.declarative(unflattenedFields).body.objectValue ?? [:]
            body["fields"] = .object(unflattenedFields)
            body["flattened_errors"] = .array(flattened)
            return .object(body)
        }

        /// One line a problem: `line 3, column 5: routes.1.paths: expected an array (route 'a')`.
        package var description: String {
            var lines = problems.prefix(Self.shownProblems).map { problem in
                let place = problem.location.map { "\($0): " } ?? ""
                let path = problem.path.map(\.text).joined(separator: ".")
                let whose = problem.entity.map { " (\($0))" } ?? ""
                return place + (path.isEmpty ? problem.message : "\(path): \(problem.message)") + whose
            }
            if problems.count > lines.count { lines.append("… and \(problems.count - lines.count) more") }
            return lines.joined(separator: "\n")
        }

        /// A person mends these first.
        private static let shownProblems = 100
    }
}
