import GatewayModel
import JSON
import Observability
import PluginKit
import Testing

@testable import DataPlane

@Suite("routes of a snapshot that are taken over from the one before")
struct CompiledRouteTests {
    private let compiler = SnapshotCompiler(
        definitions: [], secrets: SecretSources(environment: [:]), logger: .silent)

    /// Two services, `a` with routes 1 and 3, `b` with route 2, and route 4 without any.
    private static func configuration() throws -> Configuration {
        var configuration = Configuration(schema: GatewaySchema(plugins: []))
        for name in ["a", "b"] { try add("services", ["name": .string(name), "host": "x.test"], to: &configuration) }
        for (number, service) in [(1, "a"), (2, "b"), (3, "a"), (4, nil)] {
            var route: JSONObject = ["id": .string(id(number)), "paths": [.string("/\(number)")]]
            if let service { route["service"] = ["name": .string(service)] }
            try add("routes", route, to: &configuration)
        }
        return configuration
    }

    private static func id(_ number: Int) -> String { "00000000-0000-4000-8000-00000000000\(number)" }

    private static func add(_ collection: String, _ input: JSONObject, to configuration: inout Configuration) throws {
        var change = ConfigurationChange()
        let definition = try #require(configuration.schema.definition(collection))
        _ = try configuration.create(definition, input, now: Timestamp(seconds: 1), change: &change)
    }

    private static func update(
        _ collection: String, _ key: String, _ patch: JSONObject, in configuration: inout Configuration
    ) throws {
        var change = ConfigurationChange()
        let definition = try #require(configuration.schema.definition(collection))
        _ = try configuration.update(definition, key: key, patch, now: Timestamp(seconds: 2), change: &change)
    }

    /// The routes that the next snapshot has taken over, and those that it has made, by their last digits.
    private func compile(_ next: Configuration, after previous: Snapshot) throws -> (snapshot: Snapshot, text: String) {
        let snapshot = try compiler.compile(next, previous: previous)
        let words = snapshot.compiledRoutes.map { route in
            (previous.compiledRoutes.contains { $0 === route } ? "kept " : "made ") + route.entity.id.suffix(1)
        }
        return (snapshot, words.joined(separator: ", "))
    }

    @Test("all but those that have changed, themselves or by their service")
    func takingOver() throws {
        var configuration = try Self.configuration()
        var (snapshot, text) = try compile(configuration, after: try Snapshot.empty())
        #expect(text == "made 1, made 2, made 3, made 4")
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "kept 1, kept 2, kept 3, kept 4")

        try Self.update("routes", Self.id(2), ["paths": ["/two"]], in: &configuration)
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "kept 1, made 2, kept 3, kept 4")

        try Self.update("services", "a", ["name": "other"], in: &configuration)
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "made 1, kept 2, made 3, kept 4")
        #expect(snapshot.routes.map { $0.info.service?.name } == ["other", "b", "other", nil])

        try Self.update("services", "b", ["enabled": false], in: &configuration)
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "kept 1, kept 3, kept 4")

        try Self.update("services", "b", ["enabled": true], in: &configuration)
        try Self.add("routes", ["id": .string(Self.id(0)), "paths": ["/0"]], to: &configuration)
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "made 0, kept 1, made 2, kept 3, kept 4")
        #expect(snapshot.routeCount == 5)

        var change = ConfigurationChange()
        let definition = try #require(configuration.schema.definition("routes"))
        try configuration.delete(definition, key: Self.id(1), change: &change)
        (snapshot, text) = try compile(configuration, after: snapshot)
        #expect(text == "kept 0, kept 2, kept 3, kept 4")
    }

    @Test("a copy is known until it is changed, and equal members that came otherwise are none")
    func copies() {
        let object: JSONObject = ["a": 1]
        var copy = object
        #expect(copy.isCopy(of: object) && !object.isCopy(of: ["a": 1]))
        copy["a"] = 1
        #expect(!copy.isCopy(of: object) && copy == object)
    }
}
