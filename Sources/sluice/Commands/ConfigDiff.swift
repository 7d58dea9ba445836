import GatewayModel
import JSON
import System
import YAML

/// `sluice config diff`.
enum ConfigDiff {
    static let action = ConfigCommand.Action(
        name: "diff", usage: "diff FILE", summary: "Tells what a declarative file would change in a running node",
        help: """
            Usage: sluice config diff FILE [--json] [OPTIONS]

            Compares a declarative file with the entities of a running node: what would be created, updated with which
            fields, and deleted, if the node had what the file says and nothing else. Entities are the same by id, by
            unique name, or by what else tells them apart, such as a plugin's name and scope. Times do not count. When
            the file has decK's select_tags, entities without these tags are left alone. Values of secrets are not
            shown. FILE may be - for standard input. Nothing is changed.

              --json                 {"created": [{"collection", "id", "name", "entity"}], "updated": [{…, "fields":
                                     [{"path", "from", "to"}]}], "deleted": [{…}]}
            \(AdminClient.help)

            Exit status: 0 the same, 1 different, 2 wrong usage, a faulty file, or a node that does not answer.

            """, run: run)

    private static func run(_ arguments: inout Arguments) async throws -> Int32 {
        let isJSON = arguments.take("json") != nil
        guard let path = arguments.takeWord() else { throw UsageError("expected one file") }
        let client = try AdminClient(&arguments)
        defer { client.stop() }
        try arguments.requireNothingLeft()
        do {
            let schema = ConfigCommand.schema
            let document = try DeclarativeFile.read(
                path == "-" ? "/dev/stdin" : path, maximumBytes: ConfigCommand.maximumBytes, schema: schema,
                keepsPlain: true)
            let entities = try await client.entities(schema)
            let difference = ConfigurationDifference(to: document) { entities.all[$0] ?? [] }
            let report = DifferenceReport(difference: difference, schema: schema)
            StandardStream.output.write(
                isJSON ? report.json.prettyText + "\n" : report.text(TextStyle(of: .output)))
            return difference.isEmpty ? 0 : 1
        } catch {
            // 1 would say that all went well and something differs.
            _ = ConfigCommand.fail(error)
            return 2
        }
    }
}
