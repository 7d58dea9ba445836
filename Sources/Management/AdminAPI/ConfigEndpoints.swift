internal import Bytes
internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import System
internal import WebApplication
internal import YAML

/// `/config`: the whole configuration of a node without a database (reference section 7.10).
struct ConfigEndpoints: Sendable {
    let service: ConfigurationService
    /// Bytes.
    let maximumBody: Int

    func add(to routes: inout WebRoutes) {
        routes.add("/config", maximumBody: maximumBody, [.get: get, .post: post])
    }

    private func requireMemory() throws(AdminRefusal) {
        guard service.isReadOnly else {
            throw AdminRefusal(400, "this endpoint is only available when Kong is configured to not use a database")
        }
    }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        try requireMemory()
        return .json(["config": .string(DeclarativeConfiguration.text(await service.current))])
    }

    private func post(_ request: WebRequest) async throws -> WebResponse {
        try requireMemory()
        let text = try document(request)
        var limits = YAML.Limits()
        limits.bytes = maximumBody
        let next: Configuration
        do throws(DeclarativeConfiguration.Failure) {
            next = try DeclarativeConfiguration.read(
                text, schema: service.schema, now: Int(WallClock.milliseconds / 1000), limits: limits)
        } catch {
            return .json(
                request.query.isSet("flatten_errors") ? error.flattenedBody : error.modelError.body, status: 400)
        }
        let isNew = try await service.replaceAll(with: next, onlyIfChanged: request.query.isSet("check_hash"))
        return isNew ? .json(Self.byID(next), status: 201) : WebResponse(status: 304)
    }

    /// The text of the document: the body itself, or what it holds under `config`.
    private func document(_ request: WebRequest) throws -> [UInt8] {
        let contentType = try AdminBody.contentType(request)
        let mediaType = contentType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" } ?? ""
        let nothing = ModelError.declarative(["error": "expected a declarative configuration"])
        guard !request.body.isEmpty else { throw nothing }
        switch mediaType {
        case "application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml": return request.body
        case "application/json":
            let root: JSONValue
            do { root = try JSONValue.parse(request.body.span) } catch {
                throw AdminRefusal(400, "Cannot parse JSON body")
            }
            // A document has a version; what has only `config` is an envelope.
            guard let config = root["config"], root["_format_version"] == nil else { return request.body }
            guard let text = config.stringValue else { return Array(config.text.utf8) }
            return Array(text.utf8)
        default:
            let form = try FormDecoder.decode(request.body, contentType: contentType) { _ in
                RecordSchema(fields: [NamedField("config", .string)])
            }
            guard let text = form["config"]?.stringValue else { throw nothing }
            return Array(text.utf8)
        }
    }

    /// Everything by type and id.
    private static func byID(_ configuration: Configuration) -> JSONValue {
        var root: JSONObject = [:]
        for definition in configuration.schema.definitions {
            let entities = configuration.all(definition.name)
            if entities.isEmpty { continue }
            root[definition.name] = .object(JSONObject(entities.map { ($0.id, $0.document) }))
        }
        return .object(root)
    }
}
