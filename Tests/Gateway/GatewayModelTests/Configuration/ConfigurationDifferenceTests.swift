import JSON
import Testing

@testable import GatewayModel

@Suite("what a declarative file would change")
struct ConfigurationDifferenceTests {
    private func document(_ text: String, keepsPlain: Bool = false) throws -> DeclarativeDocument {
        try DeclarativeConfiguration.document(
            Array("_format_version: \"3.0\"\n\(text)".utf8), schema: TestSchema.schema, now: 7, keepsPlain: keepsPlain)
    }

    /// A line for each change.
    private func changes(from node: String, to file: String) throws -> [String] {
        let node = try document(node).configuration
        let difference = ConfigurationDifference(to: try document(file, keepsPlain: true)) { node.all($0) }
        func text(_ value: JSONValue, _ field: FieldDifference) -> String { field.isSecret ? "(secret)" : value.text }
        func name(_ entity: Entity, _ definition: EntityDefinition) -> String {
            definition.nameField.flatMap { entity.text($0) } ?? entity.text("name") ?? "?"
        }
        return difference.created.map { "+ \($0.definition.singular) \(name($0.entity, $0.definition))" }
            + difference.updated.flatMap { update in
                update.fields.map {
                    "\(update.definition.singular) \(name(update.entity, update.definition)) \($0.pathText): \(text($0.before, $0)) → \(text($0.after, $0))"
                }
            } + difference.deleted.map { "- \($0.definition.singular) \(name($0.entity, $0.definition))" }
    }

    private static let ids = (1...9).map { "0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a0\($0)" }

    @Test("the same by other ids, written in another order and with defaults spelled out, is the same")
    func same() throws {
        let node = """
            services: [{id: \(Self.ids[0]), name: s, host: a, tags: [x, y], created_at: 3}]
            routes: [{id: \(Self.ids[1]), name: r, service: \(Self.ids[0]), paths: [/a], methods: [GET, PUT]}]
            plugins: [{id: \(Self.ids[2]), name: echo, route: \(Self.ids[1]), config: {text: a}}]
            upstreams: [{id: \(Self.ids[3]), name: u}]
            targets: [{id: \(Self.ids[4]), target: "a:8000", upstream: \(Self.ids[3])}]
            consumers: [{id: \(Self.ids[5]), username: alice}]
            badge_credentials: [{id: \(Self.ids[6]), consumer: \(Self.ids[5]), number: "7", pin: "1"}]
            badge_rights: [{id: \(Self.ids[7]), consumer: \(Self.ids[5]), door: d}]
            """
        let file = """
            consumers: [{username: alice, badge_rights: [{door: d}], badge_credentials: [{number: "7", pin: "1"}]}]
            upstreams: [{name: u, slots: 10000, targets: [{target: a}]}]
            services:
            - {name: s, url: "http://a:80", tags: [y, x], routes: [{name: r, paths: [/a], methods: [PUT, GET],
              plugins: [{name: echo, config: {text: a, count: 3, secret: null}}]}]}
            """
        let told1 = try changes(from: node, to: file)
        #expect(told1 == [])
        #expect(try changes(from: file, to: node).allSatisfy { $0.contains(" id: ") })
    }

    @Test("changed fields are told with their paths and both values, those of secrets with neither")
    func updates() throws {
        let node = """
            services: [{name: s, host: a, retries: 5, tags: [x]}]
            plugins:
            - {name: echo, config: {text: a, words: [p, q], labels: {k: 1, l: 2}, servers: [{host: h, port: 1}]}}
            consumers: [{username: alice, badge_credentials: [{number: "7", pin: "1"}]}]
            """
        let file = """
            services: [{name: s, host: a, retries: 6}]
            plugins:
            - {name: echo, enabled: false, config: {text: b, words: [p], labels: {k: 1, m: 3}, servers: [{host: h, port: 2}]}}
            consumers: [{username: alice, badge_credentials: [{number: "7", pin: "2"}]}]
            """
        let told2 = try changes(from: node, to: file)
        #expect(
            told2 == [
                "service s retries: 5 → 6", #"service s tags: ["x"] → null"#,
                "badge_credential 7 pin: (secret) → (secret)", #"plugin echo config.text: "a" → "b""#,
                #"plugin echo config.words: ["p","q"] → ["p"]"#, "plugin echo config.labels.l: 2 → null",
                "plugin echo config.labels.m: null → 3",
                #"plugin echo config.servers: [{"host":"h","port":1}] → [{"host":"h","port":2}]"#,
                "plugin echo enabled: true → false",
            ])
    }

    @Test("what is not there is created, what is too much is deleted")
    func comesAndGoes() throws {
        let node = "services: [{name: s, host: a, routes: [{name: r, paths: [/a]}]}]\nconsumers: [{username: a}]"
        let file = "services: [{name: t, host: a, routes: [{name: r, paths: [/a]}]}]\nconsumers: [{username: b}]"
        let (s, t) = try (
            document(node).configuration.all("services")[0].id, document(file).configuration.all("services")[0].id
        )
        let told3 = try changes(from: node, to: file)
        #expect(
            told3 == [
                "+ service t", "+ consumer b", #"route r service: "\#(s)" → "\#(t)""#, "- service s",
                "- consumer a",
            ])
        let told4 = try changes(from: node, to: "")
        #expect(told4 == ["- service s", "- route r", "- consumer a"])
    }

    @Test("an id that the file gives counts, one that is made does not")
    func ids() throws {
        let node = "consumers: [{id: \(Self.ids[0]), username: a}]"
        let told5 = try changes(from: node, to: "consumers: [{username: a}]")
        #expect(told5 == [])
        let told6 = try changes(from: node, to: "consumers: [{id: \(Self.ids[1]), username: a}]")
        #expect(
            told6 == [
                "consumer a id: \"\(Self.ids[0])\" → \"\(Self.ids[1])\""
            ])
        // By the id it is the same, whatever its name.
        let told7 = try changes(from: node, to: "consumers: [{id: \(Self.ids[0]), username: b}]")
        #expect(
            told7 == [
                #"consumer a username: "a" → "b""#
            ])
    }

    @Test("what has no name is told by all that it holds, and by nothing less")
    func nameless() throws {
        let node = "routes: [{id: \(Self.ids[0]), paths: [/a]}, {id: \(Self.ids[1]), paths: [/b]}]"
        let told8 = try changes(from: node, to: "routes: [{paths: [/b]}, {paths: [/a]}]")
        #expect(told8 == [])
        let told9 = try changes(from: node, to: "routes: [{paths: [/a]}, {paths: [/c]}]")
        #expect(told9 == ["+ route ?", "- route ?"])
        // Two that are the same are two.
        let told10 = try changes(
            from: node, to: "routes: [{paths: [/a]}, {paths: [/b]}, {id: \(Self.ids[2]), paths: [/a]}]")
        #expect(
            told10 == [
                "+ route ?", "route ? id: \"\(Self.ids[0])\" → \"\(Self.ids[2])\"",
            ])
    }

    @Test("with select_tags only entities with all of them may go")
    func selection() throws {
        let node = """
            services: [{name: s, host: a, tags: [t, u]}, {name: other, host: a, tags: [u]}]
            consumer_groups: [{name: g, tags: [t, u]}, {name: h}]
            consumers: [{username: a, tags: [t, u], groups: [{name: g}]}, {username: b, groups: [{name: h}]}]
            """
        let file = "_info: {select_tags: [t, u]}\nconsumer_groups: [{name: g}]\nconsumers: [{username: a}]"
        let told11 = try changes(from: node, to: file)
        #expect(told11 == ["- service s", "- consumer_group_consumer ?"])
    }
}
