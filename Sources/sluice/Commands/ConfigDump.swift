import GatewayModel
import JSON
import System
import YAML

/// `sluice config dump`.
enum ConfigDump {
    static let action = ConfigCommand.Action(
        name: "dump", usage: "dump", summary: "Writes what a running node has as a declarative file",
        help: """
            Usage: sluice config dump [--output FILE] [--format yaml|json] [OPTIONS]

            Reads all entities of a running node by its Admin API and writes them as a declarative file of format 3.0
            that loads again to the same. Secrets are in it, as the Admin API gives them: vault references as references,
            passwords as hashes. Nothing is changed.

              --output FILE          Where to, readable for you alone; one that is there is replaced (standard output)
              --format yaml|json     How (json if FILE ends so, else yaml)
            \(AdminClient.help)

            Exit status: 0 written, 1 not, 2 wrong usage.

            """, run: run)

    private static func run(_ arguments: inout Arguments) async throws -> Int32 {
        let output = arguments.take("output")
        let format = arguments.take("format") ?? (output?.hasSuffix(".json") == true ? "json" : "yaml")
        guard ["yaml", "json"].contains(format) else { throw UsageError("--format: expected yaml or json") }
        let client = try AdminClient(&arguments)
        defer { client.stop() }
        try arguments.requireNothingLeft()

        let schema = ConfigCommand.schema
        let entities = try await client.entities(schema)
        let document = DeclarativeConfiguration.value(schema, namesParents: true) { entities.all[$0] ?? [] }
        for (collection, entity, problems) in entities.strangers {
            StandardStream.error.write(
                "sluice config: \(collection) \(entity.id) is written as it is, but would not load: \(problems)\n")
        }
        let text = format == "json" ? document.prettyText + "\n" : YAML.write(document)
        guard let output else { return StandardStream.output.write(text) ? 0 : 1 }
        try File.write(Array(text.utf8), to: output, mode: 0o600)
        return 0
    }
}
