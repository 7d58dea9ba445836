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

    func check(_ plugin: String) throws {
        switch PluginFixture.complete(plugin, try JSONValue.parse(text: config)) {
        case .success: #expect(problems == [])
        case .failure(let errors): #expect(errors.problems.map(\.text) == problems)
        }
    }
}
