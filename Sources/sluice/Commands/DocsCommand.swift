import GatewayModel
import Plugins
import System

/// `sluice docs`.
enum DocsCommand: Command {
    static let name = "docs"
    static let summary = "Writes the reference pages that are generated from the schemas"
    static let help = """
        Usage: sluice docs --output FOLDER

        Writes configuration.md and plugins/*.md into the folder, from the same schemas that check configurations.

        """

    static func run(_ arguments: [String]) async -> Int32 {
        let folder: String
        do throws(UsageError) {
            var parsed = try Arguments(arguments)
            if parsed.asksForHelp { return showHelp() }
            guard let output = parsed.take("output") else { throw UsageError("--output FOLDER is missing") }
            try parsed.requireNothingLeft()
            folder = output
        } catch { return refuse(error) }
        do {
            try File.makeFolder("\(folder)/plugins", mode: 0o755)
            for page in ReferencePages.all { try File.write(Array(page.text.utf8), to: "\(folder)/\(page.path)") }
            return 0
        } catch { return fail(error) }
    }
}

/// The generated pages; a test compares them with those in `docs/`.
enum ReferencePages {
    struct Page: Sendable {
        /// Within `docs/`.
        let path: String
        let text: String
    }

    static var all: [Page] {
        [Page(path: "configuration.md", text: configuration), Page(path: "plugins/README.md", text: index)]
            + BundledPlugins.schemas.map { Page(path: "plugins/\($0.name).md", text: plugin($0)) }
    }

    private static let notice = "<!-- Written by `make docs` from the schemas; changes belong there. -->\n\n"

    private static var configuration: String {
        var text = """
            # Settings

            \(notice)Settings come from the file that `--config` names (YAML, `name: value`), from the environment and from flags;
            later ones win. Each is `SLUICE_<NAME>` in the environment and `--name` (with dashes) as a flag. Those marked
            *Kong* have Kong's name and meaning and are understood as `KONG_<NAME>` too.

            """
        var section = ""
        for setting in SettingsCatalogue.all {
            if setting.section != section {
                section = setting.section
                text += "\n## \(section)\n\n| Setting | Default | |\n|---|---|---|\n"
            }
            let value = setting.defaultValue.isEmpty ? "" : "`\(setting.defaultValue)`"
            var summary = setting.summary
            switch setting.kind {
            case .oneOf(let choices): summary += " One of \(choices.map { "`\($0)`" }.joined(separator: ", "))."
            case .integer(let range), .automaticInteger(let range):
                summary += " \(range.lowerBound) to \(range.upperBound)."
            case .unavailable(let reason): summary = "Refused: \(reason)."
            case .onOff: summary += " `on` or `off`."
            case .text, .list, .someOf, .duration, .checked: break
            }
            text += "| `\(setting.name)`\(setting.origin == .kong ? " *Kong*" : "") | \(value) | \(summary) |\n"
        }
        return text
    }

    private static var index: String {
        let sorted = BundledPlugins.schemas.sorted { $0.priority > $1.priority }
        let rows = sorted.map { "| [\($0.name)](\($0.name).md) | \($0.priority) | \($0.summary) |\n" }
        return """
            # Plugins

            \(notice)Built in and enabled by `plugins: bundled`. Plugins run by descending priority.

            | Plugin | Priority | |
            |---|---|---|
            \(rows.joined())
            """
    }

    private static func plugin(_ schema: PluginSchema) -> String {
        let scopes = schema.scopes.filter(\.isAllowed).map { "a \($0.field)" }
        return """
            # \(schema.name)

            \(notice)\(schema.summary)

            Priority \(schema.priority), version \(schema.version). May be bound to \(scopes.joined(separator: ", ")), or to
            nothing (all requests). Protocols: \(schema.protocols.map { "`\($0)`" }.joined(separator: ", ")).

            ## Fields of `config`

            \(ReferenceTable.markdown(schema.config, prefix: "config."))
            """
    }
}
