import GatewayModel
import Plugins
import System

/// `sluice config`.
enum ConfigCommand: Command {
    /// One of the things that can be done with configurations.
    struct Action: Sendable {
        let name: String
        /// For the list of them: how it is called, and what it does.
        let usage: String
        let summary: String
        let help: String
        let run: @Sendable (inout Arguments) async throws -> Int32
    }

    static let actions = [ConfigValidation.action, ConfigDump.action, ConfigDiff.action]

    static let name = "config"
    static let summary = "Checks declarative files, writes them, and compares them with a running node"
    static var help: String {
        let width = actions.map(\.usage.count).max() ?? 0
        let lines = actions.map {
            "  \($0.usage)\(String(repeating: " ", count: width - $0.usage.count))  \($0.summary)\n"
        }
        return """
            Usage: sluice config ACTION [OPTIONS]

            \(lines.joined())
            sluice config ACTION --help says more about one of them.

            """
    }

    /// The largest file and the largest answer that are read.
    static let maximumBytes = 1 << 30

    /// All kinds of entities and all bundled plugins.
    static var schema: GatewaySchema { GatewaySchema(plugins: BundledPlugins.schemas) }

    static func run(_ arguments: [String]) async -> Int32 {
        do {
            var parsed = try Arguments(arguments, switches: AdminClient.switches.union(["json"]))
            let known = actions.map(\.name).joined(separator: ", ")
            guard let word = parsed.takeWord() else {
                if parsed.asksForHelp { return showHelp() }
                throw UsageError("what is to be done? known are: \(known)")
            }
            guard let action = actions.first(where: { $0.name == word }) else {
                throw UsageError("there is no 'config \(word)'; known are: \(known)")
            }
            if parsed.asksForHelp {
                StandardStream.output.write(action.help)
                return 0
            }
            return try await action.run(&parsed)
        } catch let error as UsageError { return refuse(error) } catch { return fail(error) }
    }
}
