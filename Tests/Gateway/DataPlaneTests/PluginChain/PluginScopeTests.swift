import PluginKit
import TestClient
import TestGateway
import Testing

/// What a configuration is bound to.
private struct Binding: Sendable, CustomTestStringConvertible {
    let consumer: Bool
    let group: Bool
    let route: Bool
    let service: Bool

    init(_ names: String) {
        let names = names.split(separator: "+")
        consumer = names.contains("consumer")
        group = names.contains("group")
        route = names.contains("route")
        service = names.contains("service")
    }

    var label: String {
        let names = [
            consumer ? "consumer" : nil, group ? "group" : nil, route ? "route" : nil, service ? "service" : nil,
        ].compactMap { $0 }
        return names.isEmpty ? "global" : names.joined(separator: "+")
    }

    var testDescription: String { label }

    var entity: String {
        var parts = [#""name":"marker""#, #""config":{"label":"\#(label)"}"#]
        if consumer { parts.append(#""consumer":"c1""#) }
        if group { parts.append(#""consumer_group":"g1""#) }
        if route { parts.append(#""route":"r1""#) }
        if service { parts.append(#""service":"s1""#) }
        return "{\(parts.joined(separator: ","))}"
    }

    /// From the least specific one on.
    static let byPrecedence = [
        "global", "service", "route", "group", "consumer", "route+service", "group+service", "group+route",
        "consumer+service", "consumer+route", "group+route+service", "consumer+route+service",
    ].map(Binding.init)
}

@Suite("The configuration of a plugin that a request gets")
struct PluginScopeTests {
    private static let first = "00000000-0000-4000-8000-000000000001"
    private static let second = "00000000-0000-4000-8000-000000000002"
    /// In the group of the first, and in no other respect alike.
    private static let third = "00000000-0000-4000-8000-000000000003"

    private static func document(_ bindings: [Binding]) -> String {
        let plugins = #"{"name":"authentication"},"# + bindings.map(\.entity).joined(separator: ",")
        return #"""
            {"services":[{"name":"s1","host":"one.test"},{"name":"s2","host":"two.test"}],
            "routes":[{"name":"r1","paths":["/r1"],"service":"s1"},{"name":"r2","paths":["/r2"],"service":"s1"},
            {"name":"r3","paths":["/r3"],"service":"s2"},{"name":"r4","paths":["/r4"]}],
            "consumers":[{"username":"c1","id":"\#(first)"},{"username":"c2","id":"\#(second)"},
            {"username":"c3","id":"\#(third)"}],
            "consumer_groups":[{"name":"g1"},{"name":"g2"}],
            "consumer_group_consumers":[{"consumer_group":"g1","consumer":"c1"},
            {"consumer_group":"g1","consumer":"c3"},{"consumer_group":"g2","consumer":"c2"}],
            "plugins":[\#(plugins)]}
            """#
    }

    private static func gateway(_ bindings: [Binding]) throws -> TestGateway {
        try TestGateway(document(bindings), plugins: [.authentication, .marker("marker", priority: 10)])
    }

    @Test("the more specific one wins, and only one runs", arguments: Binding.byPrecedence.indices)
    func precedence(place: Int) async throws {
        let bindings = Array(Binding.byPrecedence[...place])
        for order in [bindings, bindings.reversed()] {
            let answer = try await Self.gateway(order).ask("GET /r1\nX-Consumer: \(Self.first)")
            #expect(answer.values("X-Trace") == ["marker:\(bindings[place].label)"])
            #expect(answer.values("X-Filtered") == ["marker:\(bindings[place].label)"])
        }
    }

    @Test("it applies where all that it is bound to applies", arguments: Binding.byPrecedence)
    fileprivate func application(_ binding: Binding) async throws {
        let gateway = try Self.gateway([binding])
        for (path, isRoute, isService) in [
            ("/r1", true, true), ("/r2", false, true), ("/r3", false, false), ("/r4", false, false),
        ] {
            for consumer in [nil, Self.first, Self.second, Self.third] {
                let applies =
                    (!binding.route || isRoute) && (!binding.service || isService)
                    && (!binding.consumer || consumer == Self.first)
                    && (!binding.group || consumer == Self.first || consumer == Self.third)
                let answer = try await gateway.ask("GET \(path)" + (consumer.map { "\nX-Consumer: \($0)" } ?? ""))
                #expect(answer.values("X-Trace").count == (applies ? 1 : 0), "\(path) \(consumer ?? "nobody")")
            }
        }
    }

    @Test("of several groups the first by name counts, among equals alone", arguments: [false, true])
    func severalGroups(isReversed: Bool) async throws {
        var bound = [
            #"{"name":"marker","consumer_group":"beta","config":{"label":"beta"}}"#,
            #"{"name":"marker","consumer_group":"alpha","config":{"label":"alpha"}}"#,
            #"{"name":"other","consumer_group":"beta","route":"r","config":{"label":"beta"}}"#,
            #"{"name":"other","consumer_group":"alpha","config":{"label":"alpha"}}"#,
            #"{"name":"third","consumer_group":"gamma","config":{"label":"gamma"}}"#,
        ]
        if isReversed { bound.reverse() }
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"r","paths":["/"]}],
            "consumers":[{"username":"c","id":"\#(Self.first)"}],
            "consumer_groups":[{"name":"beta"},{"name":"alpha"},{"name":"gamma"}],
            "consumer_group_consumers":[{"consumer_group":"beta","consumer":"c"},
            {"consumer_group":"alpha","consumer":"c"}],
            "plugins":[{"name":"authentication"},\#(bound.joined(separator: ","))]}
            """#,
            plugins: [
                .authentication, .marker("marker", priority: 30), .marker("other", priority: 20),
                .marker("third", priority: 10),
            ])
        let answer = try await gateway.ask("GET /\nX-Consumer: \(Self.first)")
        #expect(answer.values("X-Trace") == ["marker:alpha", "other:beta"])
    }

    @Test("who joins or leaves a group gets its plugins, or no longer, at the next request")
    func joining() async throws {
        func document(_ links: String) -> String {
            #"""
            {"routes":[{"name":"r","paths":["/"]}],"consumers":[{"username":"c","id":"\#(Self.first)"}],
            "consumer_groups":[{"name":"g"}],"consumer_group_consumers":[\#(links)],
            "plugins":[{"name":"authentication"},{"name":"marker","consumer_group":"g"}]}
            """#
        }
        let gateway = try TestGateway(document(""), plugins: [.authentication, .marker("marker", priority: 10)])
        func trace() async throws -> [String] {
            try await gateway.ask("GET /\nX-Consumer: \(Self.first)").values("X-Trace")
        }
        #expect(try await trace() == [])
        try gateway.install(document(#"{"consumer_group":"g","consumer":"c"}"#))
        #expect(try await trace() == ["marker:-"])
        try gateway.install(document(""))
        #expect(try await trace() == [])
    }

    @Test("each kind of plugin is chosen by itself")
    func kinds() async throws {
        let plugins: [PluginDefinition] = [.marker("one", priority: 20), .marker("two", priority: 10)]
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"r","paths":["/"]}],"plugins":[
            {"name":"one","config":{"label":"global"}},{"name":"one","route":"r","config":{"label":"route"}},
            {"name":"two","config":{"label":"global"}}]}
            """#, plugins: plugins)
        #expect(try await gateway.ask("GET /").values("X-Trace") == ["one:route", "two:global"])
    }
}
