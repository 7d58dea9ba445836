internal import GatewayModel
internal import JSON
internal import WebApplication

/// What an Admin API request's body says.
enum AdminBody {
    /// The object in the body, form values typed by the schema of `definition`.
    ///
    /// - Parameter pluginName: Of the plugin that is changed, when the body may leave it out.
    static func object(
        _ request: WebRequest, as definition: EntityDefinition, _ schema: GatewaySchema, pluginName: String? = nil
    ) throws -> JSONObject {
        try object(request) { schema.inputSchema(definition, pluginName: $0 ?? pluginName) }
    }

    static func object(
        _ request: WebRequest, _ schema: (_ pluginName: String?) -> RecordSchema
    ) throws -> JSONObject {
        try FormDecoder.decode(request.body, contentType: try contentType(request), schema: schema)
    }

    /// The body's media type with its parameters; nil when none is given.
    static func contentType(_ request: WebRequest) throws(AdminRefusal) -> String? {
        let given = request.values(of: "content-type")
        guard given.count <= 1 else { throw AdminRefusal(400, "Only one Content-Type header is allowed") }
        return given.first
    }
}
