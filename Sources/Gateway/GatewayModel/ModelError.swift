package import JSON

/// What the Admin API answers when an operation on entities cannot be done: Kong's codes, names and words
/// (reference section 7.6).
package struct ModelError: Error, Sendable, CustomStringConvertible {
    package let code: Int
    package let name: String
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
        self.problems = problems
        self.code = code
        self.name = name
        self.status = status
        self.message = message
        self.fields = fields
    }

    package var description: String { message }

    /// The answer's body.
    package var body: JSONValue {
        var object: JSONObject = [
            "code": .integer(code), "name": .string(name), "message": .string(message),
        ]
        if code == 11 { object["options"] = .object(fields) } else { object["fields"] = .object(fields) }
        return .object(object)
    }

    package static func schemaViolation(_ errors: FieldErrors) -> ModelError {
        ModelError(
            code: 2, name: "schema violation", status: 400, message: errors.message, fields: errors.fields,
            problems: errors)
    }

    package static func invalidPrimaryKey(_ fields: JSONObject) -> ModelError {
        ModelError(code: 1, name: "invalid primary key", status: 400, message: "invalid primary key", fields: fields)
    }

    package static func primaryKeyViolation(id: String) -> ModelError {
        ModelError(
            code: 3, name: "primary key constraint violation", status: 400,
            message: "primary key violation on key '{id=\"\(id)\"}'", fields: ["id": .string(id)])
    }

    package static func foreignKeyViolation(_ reference: JSONObject, collection: String, field: String) -> ModelError {
        ModelError(
            code: 4, name: "foreign key violation", status: 400,
            message:
                "the foreign key '\(Self.literal(reference))' does not reference an existing '\(collection)' entity.",
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
            message: "UNIQUE violation detected on '\(Self.literal(key))'", fields: key)
    }

    package static func notFound(_ fields: JSONObject = [:]) -> ModelError {
        ModelError(code: 6, name: "not found", status: 404, message: "could not find the entity", fields: fields)
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

    package static func invalidOption(_ name: String, _ why: String) -> ModelError {
        ModelError(
            code: 11, name: "invalid options", status: 400, message: "invalid option (\(name): \(why))",
            fields: [name: .string(why)])
    }

    package static func unsupported(_ message: String) -> ModelError {
        ModelError(code: 12, name: "operation unsupported", status: 405, message: message)
    }

    package static func declarative(_ fields: JSONObject) -> ModelError {
        ModelError(
            code: 14, name: "invalid declarative configuration", status: 400,
            message: "declarative config is invalid: \(JSONValue.object(fields).text)", fields: fields)
    }

    /// A key as Kong writes it: `{name="x",route=null}`, sorted by name.
    static func literal(_ object: JSONObject) -> String {
        let members = object.sorted { $0.key < $1.key }.map { member -> String in
            if let inner = member.value.objectValue { return "\(member.key)=\(literal(inner))" }
            return "\(member.key)=\(member.value.text)"
        }
        return "{\(members.joined(separator: ","))}"
    }
}
