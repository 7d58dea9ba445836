import GatewayModel
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("The rewrite phase")
struct RewriteTests {
    /// Shows that it ran, whether a route was known, and hides the route `/hidden` behind a field.
    private static let rewriting = PluginDefinition.scripted(
        "rewriting", priority: 10,
        Script(
            rewrite: { exchange, context, config in
                let place = context.route == nil ? "early" : "late"
                exchange.response.addField("X-Trace", "rewrite \(config.label) \(place)")
                guard exchange.request.index(of: "x-answer") == nil else {
                    exchange.response.status = 299
                    return .answer
                }
                exchange.request.setField("x-inside", Array("yes".utf8).span)
                return .next
            },
            access: { exchange, _, config in
                exchange.response.addField("X-Trace", "access \(config.label)")
                return .next
            },
            headerFilter: { exchange, context, config in
                exchange.response.addField("X-Filtered", "\(config.label) \(context.route?.name ?? "-")")
            }))

    private static func gateway(_ plugins: String) throws -> TestGateway {
        try TestGateway(
            #"""
            {"services":[{"name":"s","host":"x.test"}],"consumers":[{"username":"c"}],
            "routes":[{"name":"r","paths":["/r"],"service":"s"},
            {"name":"hidden","paths":["/hidden"],"headers":{"x-inside":["yes"]}}],
            "plugins":[\#(plugins)]}
            """#, plugins: [rewriting, .answering()])
    }

    @Test("runs before the route is known, for global configurations")
    func global() async throws {
        let gateway = try Self.gateway(#"{"name":"rewriting","config":{"label":"global"}}"#)
        let answer = try await gateway.ask("GET /r")
        #expect(answer.values("X-Trace") == ["rewrite global early", "access global"])
        #expect(answer.values("X-Filtered") == ["global r"])
    }

    @Test("does not run for configurations with a scope", arguments: ["route", "service", "consumer"])
    func scoped(scope: String) async throws {
        let name = ["route": "r", "service": "s", "consumer": "c"][scope] ?? ""
        let gateway = try Self.gateway(#"{"name":"rewriting","\#(scope)":"\#(name)","config":{"label":"scoped"}}"#)
        let trace = try await gateway.ask("GET /r").values("X-Trace")
        #expect(trace == (scope == "consumer" ? [] : ["access scoped"]))
        #expect(try await gateway.ask("GET /none").values("X-Trace") == [])
    }

    @Test("runs for the global configuration where access runs for a more specific one")
    func both() async throws {
        let gateway = try Self.gateway(
            #"{"name":"rewriting","config":{"label":"global"}},{"name":"rewriting","route":"r","config":{"label":"r"}}"#
        )
        let answer = try await gateway.ask("GET /r")
        #expect(answer.values("X-Trace") == ["rewrite global early", "access r"])
        #expect(answer.values("X-Filtered") == ["r r"])
    }

    @Test("runs for requests that meet no route, whose header filters are the global ones")
    func unmatched() async throws {
        let gateway = try Self.gateway(
            #"{"name":"rewriting","config":{"label":"global"}},{"name":"rewriting","route":"r","config":{"label":"r"}}"#
        )
        let answer = try await gateway.ask("GET /none")
        #expect(answer.status == 404)
        #expect(answer.values("X-Trace") == ["rewrite global early"])
        #expect(answer.values("X-Filtered") == ["global -"])
    }

    @Test("what it changes decides the route")
    func changes() async throws {
        let gateway = try Self.gateway(#"{"name":"rewriting"},{"name":"answer","route":"hidden"}"#)
        #expect(try await gateway.ask("GET /hidden").status == 200)
        #expect(try await Self.gateway(#"{"name":"answer","route":"hidden"}"#).ask("GET /hidden").status == 404)
    }

    @Test("who answers there ends the request: no route, no access")
    func answer() async throws {
        let gateway = try Self.gateway(#"{"name":"rewriting"},{"name":"answer"}"#)
        let answer = try await gateway.ask("GET /r\nX-Answer: 1")
        #expect(answer.status == 299)
        #expect(answer.values("X-Trace") == ["rewrite - early"])
        #expect(answer.values("X-Filtered") == ["- -"])
    }
}
