import Bytes
import EventLoop
import GatewayModel
import HTTPServer
import JSON
import PluginKit
import TestClient
import TestGateway
import Testing

/// A plugin that authenticates by entities of its own, made of nothing but its folder's parts: what a request finds by
/// them, from the snapshot that it began on.
@Suite("EntityDirectory")
struct EntityDirectoryTests {
    /// Finds the badge in `X-Badge`, and by it the consumer.
    private static let badges = PluginDefinition(
        schema: PluginSchema(
            name: "badges", priority: 100, config: RecordSchema(fields: []),
            entities: [
                EntityDefinition(
                    name: "badge_credentials", singular: "badge_credential", nameField: "number",
                    schema: RecordSchema(fields: [
                        CommonFields.id, CommonFields.createdAt,
                        NamedField("consumer", .foreign("consumers").required().cascading()),
                        NamedField("number", .string.required().unique()),
                    ]))
            ]), phases: .access
    ) { _, _ in Prepared() }

    private struct Prepared: PreparedPlugin {
        func plugin(on loop: EventLoop) -> any Plugin { Badges() }
    }

    private final class Badges: Plugin {
        func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
            guard let index = exchange.request.index(of: "x-badge"), let entities = context.entities,
                let badge = entities.entity(
                    "badge_credentials", where: "number", is: exchange.request.value(index).string),
                let id = badge.reference("consumer"), let consumer = entities.consumer(id)
            else {
                exchange.response.status = 401
                return .answer
            }
            context.consumer = consumer
            let badges = entities.entities("badge_credentials", where: "consumer", references: id).count
            let groups = consumer.groups.map(\.name).joined(separator: ",")
            exchange.response.status = 200
            exchange.response.body = Array(
                "\(consumer.username ?? "-") \(consumer.customID ?? "-") [\(groups)] \(badges)".utf8)
            return .answer
        }
    }

    private static func document(_ badges: String) -> String {
        #"""
        {"routes":[{"name":"r","paths":["/"]}],
        "consumers":[{"username":"alice","custom_id":"42"},{"username":"bob"}],
        "consumer_groups":[{"name":"silver"},{"name":"gold"}],
        "consumer_group_consumers":[{"consumer_group":"silver","consumer":"alice"},
        {"consumer_group":"gold","consumer":"alice"}],
        "badge_credentials":[\#(badges)],"plugins":[{"name":"badges"}]}
        """#
    }

    @Test("a credential leads to its consumer with groups, by name, and a new one counts at the next request")
    func lookup() async throws {
        let first = #"{"number":"7","consumer":"alice"},{"number":"8","consumer":"alice"}"#
        let gateway = try TestGateway(Self.document(first), plugins: [Self.badges])
        func ask(_ badge: String) async throws -> String {
            let answer = try await gateway.ask("GET /\nX-Badge: \(badge)")
            return "\(answer.status) \(answer.body)"
        }
        #expect(try await ask("7") == "200 alice 42 [gold,silver] 2")
        #expect(try await ask("9").hasPrefix("401"))
        try gateway.install(Self.document(#"{"number":"9","consumer":"bob"}"#))
        #expect(try await ask("9") == "200 bob - [] 1")
        #expect(try await ask("7").hasPrefix("401"))
    }

    @Test("what is not there is not found")
    func nothing() {
        let directory = EntityDirectory(Configuration(schema: GatewaySchema(plugins: [])))
        #expect(directory.consumer("x") == nil)
        #expect(directory.entity("badge_credentials", where: "number", is: "7") == nil)
        #expect(directory.entities("badge_credentials", where: "consumer", references: "x").isEmpty)
    }
}
