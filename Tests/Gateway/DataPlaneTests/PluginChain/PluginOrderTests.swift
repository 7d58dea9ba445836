import DataPlane
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("The order of plugins")
struct PluginOrderTests {
    private static let route = #""routes":[{"name":"r","paths":["/"]}]"#

    @Test("higher priorities run earlier, equal ones by name, in access and in the header filter")
    func priorities() async throws {
        let plugins: [PluginDefinition] = [
            .marker("low", priority: -5), .marker("b-same", priority: 7), .marker("high", priority: 1_000_000),
            .marker("a-same", priority: 7),
        ]
        let gateway = try TestGateway(
            #"{\#(Self.route),"plugins":[{"name":"low"},{"name":"b-same"},{"name":"high"},{"name":"a-same"}]}"#,
            plugins: plugins)
        let answer = try await gateway.ask("GET /")
        let order = ["high:-", "a-same:-", "b-same:-", "low:-"]
        #expect(answer.values("X-Trace") == order)
        #expect(answer.values("X-Filtered") == order)
    }

    @Test("one that is not enabled does not run, and a less specific one takes its place")
    func disabled() async throws {
        let gateway = try TestGateway(
            #"""
            {\#(Self.route),"plugins":[{"name":"one","enabled":false},
            {"name":"two","config":{"label":"global"}},{"name":"two","route":"r","enabled":false}]}
            """#, plugins: [.marker("one", priority: 2), .marker("two", priority: 1)])
        #expect(try await gateway.ask("GET /").values("X-Trace") == ["two:global"])
        #expect(gateway.runtime.snapshot.pluginCount == 1)
    }

    @Test("one for other protocols does not run, and a less specific one takes its place")
    func protocols() async throws {
        let gateway = try TestGateway(
            #"""
            {\#(Self.route),"plugins":[{"name":"tls","protocols":["https"]},{"name":"rpc","protocols":["grpc"]},
            {"name":"plain","protocols":["http"]},
            {"name":"two","config":{"label":"global"}},{"name":"two","route":"r","protocols":["https"]}]}
            """#,
            plugins: [
                .marker("tls", priority: 9), .marker("rpc", priority: 8), .marker("plain", priority: 7),
                .marker("two", priority: 1),
            ])
        #expect(try await gateway.ask("GET /").values("X-Trace") == ["plain:-", "two:global"])
    }

    @Test("who answers ends access for later ones; header filters and logs of all run")
    func answering() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            #"{\#(Self.route),"plugins":[{"name":"before"},{"name":"answer","config":{"label":"hello"}},{"name":"after"}]}"#,
            plugins: [
                .marker("before", priority: 20, journal: journal), .answering(priority: 10),
                .marker("after", priority: 5, journal: journal),
            ])
        let answer = try await gateway.ask("GET /")
        #expect(answer.status == 200)
        #expect(answer.body == "hello")
        #expect(answer.values("X-Trace") == ["before:-"])
        #expect(answer.values("X-Filtered") == ["before:-", "after:-"])
        let entries = try await journal.waitFor("log after - sent")
        #expect(entries.filter { $0.hasPrefix("log") } == ["log before - sent", "log after - sent"])
    }

    @Test("a header filter may change status and fields")
    func headerFilter() async throws {
        let filter = PluginDefinition.scripted(
            "filter", priority: 1,
            Script(headerFilter: { exchange, context, _ in
                exchange.response.status = 418
                exchange.response.setField("server", "another")
                exchange.response.addField("X-Route", context.route?.name ?? "none")
            }))
        let gateway = try TestGateway(#"{\#(Self.route),"plugins":[{"name":"filter"}]}"#, plugins: [filter])
        let answer = try await gateway.ask("GET /")
        #expect(answer.status == 418)
        #expect(answer.values("Server") == ["another"])
        #expect(answer["X-Route"] == "r")
    }

    @Test("nothing of a request is left for the next on its connection")
    func nextRequest() throws {
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"a","paths":["/a"]},{"name":"b","paths":["~/b/(?<x>.)"]}],
            "plugins":[{"name":"authentication","route":"a"},{"name":"show"}]}
            """#,
            plugins: [
                .authentication,
                .scripted(
                    "show", priority: 1,
                    Script(access: { exchange, context, _ in
                        let capture = context.pathCaptures.value("x").map { String(decoding: $0, as: UTF8.self) }
                        let parts = [context.route?.name, context.consumer?.id, capture].map { $0 ?? "-" }
                        exchange.response.body = Array(parts.joined(separator: " ").utf8)
                        return .answer
                    })),
            ])
        let client = try gateway.client()
        #expect(try client.ask("GET /a\nX-Consumer: one").body == "a one -")
        #expect(try client.ask("GET /b/7\nX-Consumer: one").body == "b - 7")
        #expect(try client.ask("GET /a").body == "a - -")
        #expect(try client.ask("GET /none").status == 404)
        #expect(try client.ask("GET /b/8").body == "b - 8")
    }
}
