internal import GatewayModel
package import JSON

/// A `config` of a plugin, as JSON, and what is wrong with it, by path; empty: nothing.
package struct SchemaCase: Sendable, CustomStringConvertible {
    package struct OtherProblems: Error, CustomStringConvertible {
        package let description: String
    }

    package let config: String
    package let problems: [String]

    package init(_ config: String, _ problems: String...) {
        self.config = config
        self.problems = problems
    }

    package var description: String { config }

    /// Throws when anything else is wrong.
    ///
    /// - Parameter base: Fields that the plugin cannot do without, laid under the case's.
    package func check(_ plugin: String, base: JSONObject = [:]) throws {
        var fields = base
        for (name, value) in try JSONValue.parse(text: config).objectValue ?? [:] { fields[name] = value }
        var found: [String] = []
        if case .failure(let errors) = PluginFixture.complete(plugin, .object(fields)) {
            found = errors.problems.map(\.text)
        }
        if found != problems { throw OtherProblems(description: "\(found), not \(problems)") }
    }
}

extension JSONObject {
    /// What plugins that write to Kafka cannot do without.
    package static let kafka: JSONObject = ["bootstrap_servers": [["host": "h", "port": 9092]], "topic": "t"]
}
