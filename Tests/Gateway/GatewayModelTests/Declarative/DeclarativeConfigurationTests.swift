import JSON
import Testing

@testable import GatewayModel

@Suite("declarative files")
struct DeclarativeConfigurationTests {
    private func read(_ text: String) throws -> Configuration {
        try DeclarativeConfiguration.read(Array(text.utf8), schema: TestSchema.schema, now: 7)
    }

    private let nested = """
        _format_version: "3.0"
        _transform: true
        _workspace: default
        services:
          - name: orders
            url: http://example.com
            routes:
              - name: r1
                paths: [/orders]
                plugins:
                  - name: echo
                    config: {text: hello}
            plugins:
              - name: echo
                config: {text: for the service}
        consumers:
          - username: alice
            tags: [a, b]
        routes:
          - name: r2
            service: orders
            paths: ["~/x/(?<id>\\\\d+)"]
        """

    @Test("children may be nested or name their parent, and ids stay equal across loads")
    func nesting() throws {
        let configuration = try read(nested)
        #expect(configuration.count("routes") == 2 && configuration.count("plugins") == 2)
        let service = try #require(configuration.find(TestSchema.definition("services"), "orders"))
        for name in ["r1", "r2"] {
            #expect(configuration.find(TestSchema.definition("routes"), name)?.reference("service") == service.id)
        }
        #expect(try read(nested).find(TestSchema.definition("services"), "orders")?.id == service.id)
        #expect(try read(nested).hash == configuration.hash)
    }

    @Test("what is written out reads back as the same configuration")
    func roundTrip() throws {
        let configuration = try read(nested)
        let again = try read(DeclarativeConfiguration.text(configuration))
        for definition in TestSchema.schema.definitions {
            #expect(again.all(definition.name) == configuration.all(definition.name))
        }
    }

    @Test("hashes are written out as they are, and stay so when they are read again")
    func transformed() throws {
        let configuration = try read(
            "_format_version: \"3.0\"\nconsumers: [{username: a, badge_credentials: [{number: \"7\", pin: \"1\"}]}]")
        let pin = try #require(configuration.all("badge_credentials").first?.text("pin"))
        #expect(pin != "1")
        let again = try read(DeclarativeConfiguration.text(configuration))
        #expect(again.all("badge_credentials").first?.text("pin") == pin)
    }

    @Test("paths of old formats become regular expressions where they look like one")
    func migration() throws {
        let old = "_format_version: \"2.1\"\nroutes:\n- name: a\n  paths: [/plain-1, \"/re/\\\\d+\"]\n"
        let route = try #require(try read(old).find(TestSchema.definition("routes"), "a"))
        #expect(route.fields["paths"] == ["/plain-1", "~/re/\\d+"])
    }

    @Test(
        "what is wrong is told with its place in the text and its path",
        arguments: [
            ("routes: []", "_format_version: required field missing"),
            ("_format_version: \"4.0\"", "_format_version: expected one of: 1.1, 2.1, 3.0"),
            ("_format_version: \"3.0\"\nrouts: []", "line 2, column 1: routs: unknown field"),
            ("_format_version: \"3.0\"\nroutes: {}", "routes: expected an array"),
            (
                "_format_version: \"3.0\"\nroutes:\n- name: a\n  paths: [x]",
                "line 4, column 11: routes.1.paths.1: should start with"
            ),
            (
                "_format_version: \"3.0\"\nservices:\n- name: s",
                "line 3, column 3: services.1.host: required field missing"
            ),
            (
                "_format_version: \"3.0\"\nroutes:\n- paths: [/a]\n  service: nope",
                "line 4, column 3: routes.1.service: invalid reference 'service: nope' (no such entry in 'services')"
            ),
            (
                "_format_version: \"3.0\"\nservices:\n- {name: s, host: a}\n- {name: s, host: b}",
                "uniqueness violation: 'services' entity with name set to 's' already declared"
            ),
            ("a: [", "line "),
            ("", "expected a declarative configuration"),
        ])
    func wrong(text: String, message: String) {
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) { try read(text) }
        #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
    }

    @Test("Kong's fields keep positions, and its flattened errors name the entity")
    func kongShapes() {
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
            try read("_format_version: \"3.0\"\nroutes:\n- {name: a, paths: [/a]}\n- {name: b, paths: [b], tags: [t]}")
        }
        #expect(failure?.fields["routes"]?.arrayValue?.first == .null)
        #expect(failure?.fields["routes"]?[1]?["paths"]?[0]?.stringValue?.hasPrefix("should start with") == true)
        let flattened = failure?.flattened.first
        #expect(flattened?["entity_type"] == "route" && flattened?["entity_name"] == "b")
        #expect(flattened?["errors"]?[0]?["field"] == "paths.1")
    }

    @Test("a nested entity's flattened errors are its own, with its parent's id where that is written")
    func flattenedChildren() {
        let id = "0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
            try read(
                "_format_version: \"3.0\"\nx: 1\nservices:\n- id: \(id)\n  host: a b\n  routes:\n  - {name: r, paths: [x], tags: [1]}"
            )
        }
        #expect(
            failure?.flattened == [
                [
                    "entity_type": "service", "entity": ["id": .string(id), "host": "a b"], "entity_id": .string(id),
                    "errors": [["type": "field", "field": "host", "message": "invalid value: a b"]],
                ],
                [
                    "entity_type": "route", "entity_name": "r",
                    "entity": ["name": "r", "paths": ["x"], "tags": [1], "service": ["id": .string(id)]],
                    "errors": [
                        ["type": "field", "field": "tags.1", "message": "expected a string"],
                        [
                            "type": "field", "field": "paths.1",
                            "message": "should start with: / (fixed path) or ~/ (regex path)",
                        ],
                    ],
                ],
            ])
        #expect(failure?.unflattenedFields == ["x": "unknown field"])
        #expect(failure?.flattenedBody["message"] == #"declarative config is invalid: {x="unknown field"}"#)
    }

    @Test("ten thousand routes load")
    func large() throws {
        var text = "_format_version: \"3.0\"\nroutes:\n"
        for number in 0..<10_000 { text += "- {name: r\(number), paths: [/r\(number)]}\n" }
        #expect(try read(text).count("routes") == 10_000)
    }
}
