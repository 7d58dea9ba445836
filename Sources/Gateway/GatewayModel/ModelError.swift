package import JSON

/// What the Admin API answers when an operation on entities cannot be done: Kong's codes, names and words.
package struct ModelError: Error, Sendable, CustomStringConvertible {
    package let code: Int
    package let name: String
    /// The HTTP status.
    package let status: Int
    package let message: String
    /// The `fields` of the answer; for invalid options it is called `options`.
    package let fields: JSONObject
    /// Of a schema violation: each problem with its path.
    package let problems: FieldErrors

    package init(
        code: Int, name: String, status: Int, message: String, fields: JSONObject = [:],
        problems: FieldErrors = FieldErrors()
    ) {
        self.code = code
        self.name = name
        self.status = status
        self.message = message
        self.fields = fields
        self.problems = problems
    }

    package var description: String { message }

    /// The answer's body.
    package var body: JSONValue {
        var object: JSONObject = [
            "code": .integer(code), "name": .string(name), "message": .string(message),
        ]
        if code == 11 {
            object["options"] = .object(fields)
        } else if !fields.isEmpty {
            object["fields"] = .object(fields)
        }
        return .object(object)
    }

    package static func invalidPrimaryKey(_ fields: JSONObject) -> ModelError {
        ModelError(
            code: 1, name: "invalid primary key", status: 400,
            message: "invalid primary key: '\(LuaText.of(.object(fields)))'", fields: fields)
    }

    package static func schemaViolation(_ errors: FieldErrors) -> ModelError {
        ModelError(
            code: 2, name: "schema violation", status: 400, message: errors.message, fields: errors.fields,
            problems: errors)
    }

    package static func primaryKeyViolation(id: String) -> ModelError {
        ModelError(
            code: 3, name: "primary key violation", status: 400,
            message: "primary key violation on key '{id=\"\(id)\"}'", fields: ["id": .string(id)])
    }

    package static func foreignKeyViolation(_ reference: JSONObject, collection: String, field: String) -> ModelError {
        ModelError(
            code: 4, name: "foreign key violation", status: 400,
            message:
                "the foreign key '\(LuaText.of(.object(reference)))' does not reference an existing '\(collection)' entity.",
            fields: [field: .object(reference)])
    }

    package static func referencedByOthers(_ child: String, _ parent: String) -> ModelError {
        ModelError(
            code: 4, name: "foreign key violation", status: 400,
            message: "an existing '\(child)' entity references this '\(parent)' entity",
            fields: ["@referenced_by": .string(child)])
    }

    package static func uniqueViolation(_ key: JSONObject) -> ModelError {
        ModelError(
            code: 5, name: "unique constraint violation", status: 409,
            message: "UNIQUE violation detected on '\(LuaText.of(.object(key)))'", fields: key)
    }

    package static func notFound(_ fields: JSONObject = [:]) -> ModelError {
        ModelError(
            code: 6, name: "not found", status: 404,
            message: "could not find the entity with '\(LuaText.of(.object(fields)))'", fields: fields)
    }

    package static func invalidOffset(_ offset: String, _ why: String) -> ModelError {
        ModelError(
            code: 7, name: "invalid offset", status: 400, message: "'\(offset)' is not a valid offset: \(why)")
    }

    package static func database(_ message: String) -> ModelError {
        ModelError(code: 8, name: "database error", status: 500, message: message)
    }

    package static func invalidSize(_ message: String) -> ModelError {
        ModelError(code: 9, name: "invalid size", status: 400, message: message)
    }

    package static func invalidUnique(_ field: String, _ message: String) -> ModelError {
        ModelError(code: 10, name: "invalid unique \(field)", status: 400, message: message)
    }

    package static func invalidOption(_ name: String, _ why: String) -> ModelError {
        ModelError(
            code: 11, name: "invalid options", status: 400, message: "invalid option (\(name): \(why))",
            fields: [name: .string(why)])
    }

    package static func unsupported(_ message: String) -> ModelError {
        ModelError(code: 12, name: "operation unsupported", status: 405, message: message)
    }

    /// A foreign key that was given by name.
    package static func foreignKeyUnresolved(
        field: String, nameField: String, value: String, collection: String
    ) -> ModelError {
        let key = LuaText.of(.object([nameField: .string(value)]))
        let problem = "the foreign key cannot be resolved with '\(key)' for an existing '\(collection)' entity"
        return ModelError(
            code: 13, name: "foreign keys unresolved", status: 400,
            message: "foreign key unresolved (\(field).\(nameField): \(problem))",
            fields: [field: [nameField: .string(problem)]])
    }

    package static func declarative(_ fields: JSONObject) -> ModelError {
        ModelError(
            code: 14, name: "invalid declarative configuration", status: 400,
            message: "declarative config is invalid: \(LuaText.of(.object(fields)))", fields: fields)
    }

    /// An entity whose id others hold without a foreign key.
    package static func stillReferenced(_ singular: String, id: String, by collection: String, id other: String)
        -> ModelError
    {
        ModelError(
            code: 19, name: "referenced by others", status: 400,
            message: "\(singular) \(id) is still referenced by \(collection) (id = \(other))")
    }
}
