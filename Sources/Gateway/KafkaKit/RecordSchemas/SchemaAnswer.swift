package import HTTPServer
internal import JSON
internal import SchemaLanguages
internal import SchemaRegistry

/// What a client is told whose record is not published because of its schema.
package enum SchemaAnswer {
    /// - Parameters:
    ///   - record: The number of the record in its batch, from 0.
    ///   - tellsErrors: Whether the client may know what the registry said.
    package static func write(
        _ rejection: SchemaRejection, record: Int? = nil, tellsErrors: Bool, to exchange: inout Exchange
    ) {
        var document = document(rejection, tellsErrors: tellsErrors)
        if let record { document.body["record"] = .integer(record) }
        exchange.response.status = document.status
        if let seconds = document.retryAfter { exchange.response.setField("retry-after", decimal: seconds) }
        exchange.response.setField("content-type", "application/json; charset=utf-8" as StaticString)
        exchange.response.body.removeAll(keepingCapacity: true)
        JSONValue.object(document.body).write(to: &exchange.response.body)
    }

    static func document(
        _ rejection: SchemaRejection, tellsErrors: Bool
    ) -> (status: Int, retryAfter: Int?, body: JSONObject) {
        switch rejection {
        case .unavailable(let failure, let subject, let retryAfter):
            return unavailable(failure.kind.rawValue, failure.message, subject, retryAfter, tellsErrors)
        case .noGUID(let schema):
            return unavailable(
                "noGUID", "the registry tells no GUID for schema \(schema.id): use schema_id_location 'prefix'",
                schema.subject ?? "", nil, tellsErrors)
        case .unusable(let fault, let schema):
            return unavailable("invalidSchema", fault.message, schema.subject ?? "", nil, tellsErrors)
        case .unfit(let fault, let schema, let isKey): return unfit(fault, schema, isKey: isKey)
        }
    }

    private static func unavailable(
        _ name: String, _ message: String, _ subject: String, _ retryAfter: Int?, _ tellsErrors: Bool
    ) -> (status: Int, retryAfter: Int?, body: JSONObject) {
        let status = retryAfter == nil ? 502 : 503
        var body: JSONObject = [
            "message": status == 502 ? "Bad Gateway" : "Service Unavailable",
            "error": .string(tellsErrors ? name : "the record's schema is not available"),
        ]
        if tellsErrors {
            body["detail"] = .string(message)
            body["subject"] = .string(subject)
        }
        return (status, retryAfter, body)
    }

    private static func unfit(
        _ fault: PayloadFault, _ schema: RegisteredSchema, isKey: Bool
    ) -> (status: Int, retryAfter: Int?, body: JSONObject) {
        let part = isKey ? "key" : "value"
        let subject = schema.subject ?? ""
        let status: Int
        let error: String
        var body: JSONObject = [:]
        switch fault {
        case .notJSON(let problem): (status, error) = (400, "the \(part) is no valid JSON: \(problem)")
        case .tooLarge(let limit): (status, error) = (413, "the serialised \(part) is larger than \(limit) bytes")
        case .tooComplex(let message): (status, error) = (422, "the \(part) cannot be checked: \(message)")
        case .violations(let violations, let areAll):
            (status, error) = (422, "the \(part) does not fit the schema of subject '\(subject)'")
            body["violations"] = .array(violations.map(Self.document))
            body["complete"] = .bool(areAll)
        }
        let reasons = [400: "Bad Request", 413: "Request Entity Too Large", 422: "Unprocessable Entity"]
        var head: JSONObject = [
            "message": .string(reasons[status] ?? ""), "error": .string(error), "part": .string(part),
            "subject": .string(subject), "version": schema.version.map { .integer($0) } ?? .null,
            "schema_id": .integer(Int(schema.id)), "schema_type": .string(schema.source.language.rawValue),
        ]
        for (name, value) in body { head[name] = value }
        return (status, nil, head)
    }

    private static func document(_ violation: PayloadViolation) -> JSONValue {
        [
            "pointer": .string(violation.pointer.description), "rule": .string(violation.rule),
            "expected": .string(violation.expected), "found": .string(violation.found),
        ]
    }
}
