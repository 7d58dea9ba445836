internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Lets requests pass by the addresses of their clients, as Kong's `ip-restriction`.
enum IPRestriction {
    static let schema = PluginSchema(
        name: "ip-restriction", priority: 990, version: "0.1.0", allowsConsumerGroup: true,
        summary: "Lets requests pass by the address of the client: none of `deny`, and only those of `allow` if there "
            + "are any. Who the client is follows `trusted_ips`.",
        config: RecordSchema(fields: [
            NamedField("allow", .array(range).describe("Only these addresses and ranges pass.")),
            NamedField("deny", .array(range).describe("These addresses and ranges do not pass, allowed or not.")),
            NamedField(
                "status",
                .number.check {
                    $0.integerValue.map { (200...599).contains($0) } == true
                        ? nil : "value should be an integer between 200 and 599"
                }.describe("The status of the refusal; 403 when not given.")),
            NamedField("message", .string.describe("The message of the refusal.")),
        ]),
        checks: [.atLeastOneOf(["config.allow", "config.deny"])])

    /// An address, or one with the length of its prefix.
    private static let range = Field.string.check { value in
        let text = value.stringValue ?? ""
        do {
            _ = try AddressRange(text)
            return nil
        } catch { return "invalid ip or cidr range: '\(text)'" }
    }

    static let definition = PluginDefinition(schema: schema, phases: .access) { config, _ in
        try PreparedIPRestriction(config)
    }
}

struct PreparedIPRestriction: PreparedPlugin {
    let allowed: [AddressRange]
    let denied: [AddressRange]
    let status: Int
    let message: String?

    init(_ config: JSONObject) throws {
        allowed = try Self.ranges(config, "allow")
        denied = try Self.ranges(config, "deny")
        status = config["status"]?.integerValue ?? 403
        message = config["message"]?.stringValue
    }

    private static func ranges(_ config: JSONObject, _ field: String) throws -> [AddressRange] {
        do {
            return try (config[field]?.arrayValue ?? []).compactMap(\.stringValue).map { try AddressRange($0) }
        } catch { throw PluginBuildError(field, "\(error)") }
    }

    func plugin(on loop: EventLoop) -> any Plugin { IPRestrictionPlugin(self) }

    func lets(_ address: SocketAddress) -> Bool {
        if denied.contains(where: { $0.contains(address) }) { return false }
        return allowed.isEmpty || allowed.contains { $0.contains(address) }
    }
}

/// The phases of `ip-restriction`.
final class IPRestrictionPlugin: Plugin {
    private let prepared: PreparedIPRestriction

    init(_ prepared: PreparedIPRestriction) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        if prepared.lets(exchange.clientAddress) { return .next }
        let message = prepared.message ?? "IP address not allowed: \(exchange.clientAddress.host)"
        ErrorResponse.write(prepared.status, message, to: &exchange, context)
        return .answer
    }
}
