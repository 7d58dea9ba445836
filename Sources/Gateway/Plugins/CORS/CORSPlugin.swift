internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Tells browsers which other origins may use a route, as Kong's `cors`.
enum CORS {
    static let methods: [JSONValue] = [
        "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ]

    static let schema = PluginSchema(
        name: "cors", priority: 2000, version: "0.1.0", allowsConsumer: false,
        summary: "Tells browsers which other origins may use a route (cross-origin resource sharing), and answers "
            + "their preflight requests.",
        config: RecordSchema(fields: [
            NamedField(
                "origins",
                .array(
                    .string.check { value in
                        let text = value.stringValue ?? ""
                        return AllowedOrigin(text) == nil ? "'\(text)' is not a valid regex" : nil
                    }
                ).describe(
                    "Origins that may: `*` is any, others are taken as they are, or as regular expressions when they have "
                        + "characters that no origin has. Those without `:` are matched against the host alone. Without "
                        + "any, every origin may.")),
            NamedField(
                "headers",
                .array(.string).describe(
                    "`Access-Control-Allow-Headers` of preflights; when not given, what the browser asks for.")),
            NamedField("exposed_headers", .array(.string).describe("`Access-Control-Expose-Headers`.")),
            NamedField(
                "methods",
                .array(.string.oneOf(methods)).default(.array(methods)).describe(
                    "`Access-Control-Allow-Methods` of preflights.")),
            NamedField("max_age", .number.describe("Seconds that browsers may keep the answer to a preflight.")),
            NamedField(
                "credentials",
                .boolean.required().default(false).describe("Whether `Access-Control-Allow-Credentials: true` is sent.")
            ),
            NamedField(
                "private_network",
                .boolean.required().default(false).describe(
                    "Whether public sites may, that ask with `Access-Control-Request-Private-Network`.")),
            NamedField(
                "preflight_continue",
                .boolean.required().default(false).describe("Whether preflights go on to the service.")),
            NamedField(
                "allow_origin_absent",
                .boolean.required().default(true).describe(
                    "Whether requests without `Origin` get the fields too.")),
        ]))

    static let definition = PluginDefinition(schema: schema, phases: [.access, .headerFilter]) { config, _ in
        PreparedCORS(config)
    }
}

/// The fields of answers, made once.
final class PreparedCORS: PreparedPlugin {
    let origins: AllowedOrigins
    let headers: [UInt8]
    let exposedHeaders: [UInt8]
    let methods: [UInt8]
    let maximumAge: [UInt8]?
    let allowsCredentials: Bool
    let allowsPrivateNetwork: Bool
    let continues: Bool
    let servesAbsentOrigin: Bool

    init(_ config: JSONObject) {
        func list(_ name: String) -> [String] { config[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        func flag(_ name: String) -> Bool { config[name]?.boolValue ?? false }
        origins = AllowedOrigins(list("origins"))
        headers = Array(list("headers").joined(separator: ",").utf8)
        exposedHeaders = Array(list("exposed_headers").joined(separator: ",").utf8)
        let given = config["methods"]?.arrayValue ?? CORS.methods
        methods = Array(given.compactMap(\.stringValue).joined(separator: ",").utf8)
        maximumAge = config["max_age"].flatMap { $0.isNull ? nil : Array($0.text.utf8) }
        allowsCredentials = flag("credentials")
        allowsPrivateNetwork = flag("private_network")
        continues = flag("preflight_continue")
        servesAbsentOrigin = config["allow_origin_absent"]?.boolValue ?? true
    }

    func plugin(on loop: EventLoop) -> any Plugin { CORSPlugin(self) }
}

/// The phases of `cors`.
final class CORSPlugin: Plugin {
    private let prepared: PreparedCORS

    init(_ prepared: PreparedCORS) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        guard exchange.request.method == .options, let origin = Self.field("origin", exchange.request),
            exchange.request.index(of: "access-control-request-method") != nil
        else { return .next }
        // The answer to a preflight has its fields from here, or from the service.
        context.setNote(self, of: self)
        if prepared.continues { return .next }
        setOrigin(origin, &exchange)
        let (headers, methods) = (prepared.headers, prepared.methods)
        if !headers.isEmpty {
            exchange.response.setField("access-control-allow-headers", headers.span)
        } else if let asked = Self.field("access-control-request-headers", exchange.request) {
            exchange.response.setField("access-control-allow-headers", asked.span)
        }
        exchange.response.setField("access-control-allow-methods", methods.span)
        if let age = prepared.maximumAge { exchange.response.setField("access-control-max-age", age.span) }
        if prepared.allowsPrivateNetwork,
            Self.field("access-control-request-private-network", exchange.request) == Array("true".utf8)
        {
            exchange.response.setField("access-control-allow-private-network", "true" as StaticString)
        }
        exchange.response.status = 200
        return .answer
    }

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        if context.note(of: self) != nil { return }
        let origin = Self.field("origin", exchange.request)
        if origin == nil, !prepared.servesAbsentOrigin { return }
        setOrigin(origin, &exchange)
        let exposed = prepared.exposedHeaders
        if !exposed.isEmpty { exchange.response.setField("access-control-expose-headers", exposed.span) }
    }

    private static func field(_ name: StaticString, _ request: borrowing RequestHead) -> [UInt8]? {
        guard let index = request.index(of: name) else { return nil }
        return request.value(index).array
    }

    /// Allows the origin, if it is allowed, and its credentials.
    private func setOrigin(_ origin: [UInt8]?, _ exchange: inout Exchange) {
        let answer = prepared.origins.answer(to: origin)
        if prepared.origins.vary { addVary(&exchange) }
        if let allowed = answer.allowed {
            exchange.response.setField("access-control-allow-origin", allowed.span)
        } else {
            exchange.response.removeField("access-control-allow-origin")
        }
        guard prepared.allowsCredentials else { return }
        if answer.isAny {
            // Browsers want the origin itself with credentials, not `*`.
            guard let origin else { return }
            addVary(&exchange)
            exchange.response.setField("access-control-allow-origin", origin.span)
        }
        exchange.response.setField("access-control-allow-credentials", "true" as StaticString)
    }

    private func addVary(_ exchange: inout Exchange) {
        let name = Array("vary".utf8)
        for value in exchange.response.fields.values(of: name.span) {
            let list = value.span
            if list.hasElement("origin") || list.hasElement("*") { return }
        }
        exchange.response.addField("Vary", "Origin")
    }
}
