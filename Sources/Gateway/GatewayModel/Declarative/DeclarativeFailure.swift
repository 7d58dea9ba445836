package import Bytes
package import JSON

extension DeclarativeConfiguration {
    /// All that is wrong with a document.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// One problem, with its place in the text where that is known.
        package struct Problem: Sendable {
            package let path: [PathElement]
            package let message: String
            /// The name that was meant, if one is near.
            package var suggestion: String?
            /// Whose: the name and collection of the entity, as far as it has them, such as `service 'orders'`.
            package let entity: String?
            package let location: TextLocation?

            /// Positions count from 1, as in Kong's messages.
            package var pathText: String { path.map(\.text).joined(separator: ".") }

            /// `unknown field; did you mean 'paths'?`
            package var advice: String { message + (suggestion.map { "; did you mean '\($0)'?" } ?? "") }

            /// `routes.1.paths: expected an array (route 'a')`.
            package var text: String {
                (path.isEmpty ? advice : "\(pathText): \(advice)") + (entity.map { " (\($0))" } ?? "")
            }
        }

        package let problems: [Problem]
        /// Kong's nested `fields`: lists keep positions, with null for good entities.
        package let fields: JSONObject
        /// Kong's `flattened_errors`: an object for each entity with problems.
        package let flattened: [JSONValue]
        /// Those of `fields` that belong to no entity: what Kong leaves there beside `flattened_errors`.
        package let unflattenedFields: JSONObject

        /// Of a text that is neither YAML nor JSON.
        init(unreadable message: String, at location: TextLocation?) {
            let place = location.map { " at \($0)" } ?? ""
            let fields: JSONObject = [
                "error": .string("failed parsing declarative configuration: \(message)\(place)")
            ]
            self.init(
                problems: [.init(path: [], message: message, entity: nil, location: location)], fields: fields,
                flattened: [], unflattenedFields: fields)
        }

        init(problems: [Problem], fields: JSONObject, flattened: [JSONValue], unflattenedFields: JSONObject) {
            self.problems = problems
            self.fields = fields
            self.flattened = flattened
            self.unflattenedFields = unflattenedFields
        }

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
                (problem.location.map { "\($0): " } ?? "") + problem.text
            }
            if problems.count > lines.count { lines.append("… and \(problems.count - lines.count) more") }
            return lines.joined(separator: "\n")
        }

        /// How many are told to people, who mend these first.
        package static let shownProblems = 100
    }
}
