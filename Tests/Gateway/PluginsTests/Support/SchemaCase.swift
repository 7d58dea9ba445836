import GatewayModel
import JSON
import Testing

/// A `config` of a plugin, as JSON, and what is wrong with it, by path; empty: nothing.
struct SchemaCase: Sendable, CustomTestStringConvertible {
    let config: String
    let problems: [String]

    init(_ config: String, _ problems: String...) {
        self.config = config
        self.problems = problems
    }

    var testDescription: String { config }

    /// - Parameter base: Fields that the plugin cannot do without, laid under the case's.
    func check(_ plugin: String, base: JSONObject = [:]) throws {
        var fields = base
        for (name, value) in try JSONValue.parse(text: config).objectValue ?? [:] { fields[name] = value }
        switch PluginFixture.complete(plugin, .object(fields)) {
        case .success: #expect(problems == [])
        case .failure(let errors): #expect(errors.problems.map(\.text) == problems)
        }
    }
}

extension JSONObject {
    /// What plugins that write to Kafka cannot do without.
    static let kafka: JSONObject = ["bootstrap_servers": [["host": "h", "port": 9092]], "topic": "t"]
}
