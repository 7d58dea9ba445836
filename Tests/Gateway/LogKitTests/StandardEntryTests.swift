import Bytes
import EventLoop
import GatewayModel
import HTTPServer
import JSON
import PluginKit
import TestGateway
import TestPlugins
import Testing

@testable import LogKit

/// Authenticates every request as the consumer that its `x-user` names.
private final class Authentication: Plugin, PreparedPlugin {
    static let definition = PluginDefinition(
        schema: PluginSchema(name: "authentication", priority: 1_000, config: RecordSchema(fields: [])), phases: .access
    ) { _, _ in Authentication() }

    func plugin(on loop: EventLoop) -> any Plugin { Authentication() }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        guard let index = exchange.request.index(of: "x-user"),
            let found = context.entities?.entity(
                "consumers", where: "username", is: exchange.request.value(index).string)
        else { return .next }
        context.consumer = context.entities?.consumer(found.id)
        context.credential = CredentialInfo(id: "a-credential", consumerID: found.id)
        return .next
    }
}

@Suite("Kong's log entry")
struct StandardEntryTests {
    @Test("fields of which every byte takes two are whole")
    func escapes() async throws {
        let recorder = EntryRecorder()
        let gateway = try TestGateway(
            #"{"routes":[{"name":"all","paths":["/"]}],"plugins":[{"name":"entry-recorder","config":{}}]}"#,
            plugins: GatewayHarness.plain + [recorder.definition()])
        let quotes = String(repeating: "\"", count: 3_000)
        let fields = "X-Quotes: \(quotes)\nAccept: a\nx-quotes: \(quotes)1\nX-More: \(quotes)2\nX-Quotes: \(quotes)3"
        _ = try await gateway.ask("GET /\n\(fields)")
        let headers = try #require(await recorder.entries(1)[0]["request"]?["headers"])
        #expect(headers["x-quotes"] == [.string(quotes), .string(quotes + "1"), .string(quotes + "3")])
        #expect(headers["x-more"] == .string(quotes + "2") && headers["accept"] == "a")
    }

    @Test("who made the request, and what it is called")
    func identified() async throws {
        let recorder = EntryRecorder()
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"all","paths":["/"]}],"consumers":[{"username":"ann","custom_id":"7"}],
             "plugins":[{"name":"authentication","config":{}},{"name":"entry-recorder","config":{"custom_fields_by_lua":{
                "who":"return kong.client.get_consumer().username", "by":"return kong.client.get_credential().id"}}},
             {"name":"correlation-id","config":{"header_name":"X-Correlation"}}]}
            """#,
            plugins: GatewayHarness.plain + [recorder.definition(), Authentication.definition])
        _ = try await gateway.ask("GET /\nX-User: ann\nX-Correlation: given")
        _ = try await gateway.ask("GET /")
        let entries = await recorder.entries(2)
        let entry = entries[0]
        let consumer = try #require(entry["consumer"])
        #expect(consumer["username"] == "ann" && consumer["custom_id"] == "7")
        #expect(entry["authenticated_entity"] == ["id": "a-credential", "consumer_id": consumer["id"] ?? .null])
        #expect(entry["who"] == "ann" && entry["by"] == "a-credential")
        #expect(entry["correlation_id"] == "given")
        #expect(entry["workspace"] == .string(StandardEntry.workspaceID) && entry["workspace_name"] == "default")
        #expect(entry["route"]?["ws_id"] == entry["workspace"] && consumer["ws_id"] == entry["workspace"])
        #expect(entries[1]["consumer"] == nil && entries[1]["authenticated_entity"] == nil)
        #expect(entries[1]["correlation_id"]?.stringValue?.contains("#") == true)
        #expect(entries[1]["trace_id"] == nil)
    }
}
