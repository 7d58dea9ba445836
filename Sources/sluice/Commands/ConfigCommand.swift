import GatewayModel
import Plugins
import System

/// `sluice config`.
enum ConfigCommand: Command {
    static let name = "config"
    static let summary = "Checks declarative files"
    static let help = """
        Usage: sluice config validate FILE

        Checks a declarative file (YAML or JSON) against the schemas of all entities and bundled plugins. Nothing is
        changed. Problems are told a line each, as FILE:LINE:COLUMN: FIELD: WHAT; the exit status is then 1.

        """

    static func run(_ arguments: [String]) async -> Int32 {
        let path: String
        do throws(UsageError) {
            let parsed = try Arguments(arguments)
            if parsed.asksForHelp { return showHelp() }
            guard parsed.words.first == "validate" else {
                throw UsageError(
                    parsed.words.first.map { "there is no 'config \($0)'; known is: validate" }
                        ?? "what is to be done? known is: validate")
            }
            guard parsed.words.count == 2, parsed.flags.isEmpty else { throw UsageError("expected one file") }
            path = parsed.words[1]
        } catch { return refuse(error) }
        do {
            let configuration = try DeclarativeFile.read(
                path, maximumBytes: 100 << 20, schema: GatewaySchema(plugins: BundledPlugins.schemas))
            let counts = configuration.schema.definitions.map(\.name)
                .map { (name: $0, count: configuration.count($0)) }.filter { $0.count > 0 }
                .map { "\($0.count) \($0.name)" }
            StandardStream.output.write(
                "\(path): valid\(counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))")\n")
            return 0
        } catch {
            StandardStream.error.write("\(error)\n")
            return 1
        }
    }
}
