internal import Bytes
internal import HTTPServer
internal import JSON
internal import SchemaRegistry
internal import WebApplication

/// `/schema-registries`: those that plugins use, and how they are; `/schema-registries/dry-run`: what would be published
/// for a payload, or why not. Sluice only.
struct SchemaRegistryEndpoints: Sendable {
    let schemas: any RecordSchemaChecks

    private static let fields: Set<String> = [
        "plugin", "topic", "subject", "version", "part", "payload_encoding", "payload",
    ]

    func add(to routes: inout WebRoutes) {
        routes.add(
            "/schema-registries",
            [.get: { _ in .json(["data": .array(schemas.registries.map(Self.document)), "next": .null]) }])
        routes.add("/schema-registries/dry-run", [.post: { request in try await dryRun(request) }])
    }

    private func dryRun(_ request: WebRequest) async throws -> WebResponse {
        let body: JSONValue
        do throws(JSONError) { body = try JSONValue.parse(request.body.span) } catch {
            throw AdminRefusal(400, "the body is no valid JSON: \(error)")
        }
        guard let fields = body.objectValue else { throw AdminRefusal(400, "the body is no JSON object") }
        for name in fields.keys where !Self.fields.contains(name) {
            throw AdminRefusal(
                400, "'\(name)' is not known; expected: \(Self.fields.sorted().joined(separator: ", "))")
        }
        func text(_ name: String, oneOf choices: [String]? = nil) throws -> String? {
            guard let value = fields[name], !value.isNull else { return nil }
            guard let text = value.stringValue, !text.isEmpty, choices?.contains(text) ?? true else {
                let expected = choices.map { "one of: " + $0.joined(separator: ", ") } ?? "a text"
                throw AdminRefusal(400, "'\(name)': expected \(expected)")
            }
            return text
        }
        var check = RecordSchemaCheck()
        check.plugin = try text("plugin")
        check.topic = try text("topic")
        check.subject = try text("subject")
        check.isKey = try text("part", oneOf: ["value", "key"]) == "key"
        check.usesPlainUnions =
            try text("payload_encoding", oneOf: ["avro_json", "simple_json"]) == "simple_json"
        if let version = fields["version"], !version.isNull, version != "latest" {
            guard let number = version.integerValue ?? version.stringValue.flatMap({ Int($0) }), number > 0 else {
                throw AdminRefusal(400, "'version': expected a number from 1 on, or 'latest'")
            }
            check.version = number
        }
        guard let payload = fields["payload"] else { throw AdminRefusal(400, "'payload': required") }
        // A key is text.
        check.payload =
            if check.isKey, let text = payload.stringValue { Array(text.utf8) } else { Array(payload.text.utf8) }
        return .json(.object(try await schemas.answer(check)))
    }

    private static func document(_ client: SchemaRegistryClient) -> JSONValue {
        let counts = client.statistics.counts
        return [
            "url": .string(client.configuration.url),
            "state": .string(client.pause == nil ? "closed" : "open"),
            "retry_in": client.pause.map { .integer(Int($0)) } ?? .null,
            "lookups": [
                "hits": .integer(counts.hits), "stale": .integer(counts.stale), "misses": .integer(counts.misses),
            ],
            "calls": .integer(counts.calls), "retries": .integer(counts.retries),
            "failures": .integer(counts.failures),
            "last_error": client.statistics.lastFailure.map { last in
                [
                    "name": .string(last.failure.kind.rawValue), "message": .string(last.failure.message),
                    "at": .integer(Int(last.at / 1_000)),
                ]
            } ?? .null,
        ]
    }
}
