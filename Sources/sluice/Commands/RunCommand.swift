import Observability
import System

/// `sluice run`.
enum RunCommand: Command {
    static let name = "run"
    static let summary = "Runs a node with the settings of a file, the environment and flags"
    static var help: String {
        """
        Usage: sluice run [--config FILE] [--SETTING VALUE]...

        Runs a node until it gets SIGTERM or SIGINT; it then stops accepting, finishes requests, delivers what is
        queued and exits with 0, or with 1 when records were left. SIGHUP reads the declarative file again.

        Settings come from the file (YAML, name: value), from the environment (KONG_<NAME> for names shared with
        Kong, SLUICE_<NAME> for all) and from flags (--proxy-listen 127.0.0.1:9000); later ones win.

        \(SettingsHelp.text)
        """
    }

    static func run(_ arguments: [String]) async -> Int32 {
        let settings: Settings
        do {
            var parsed = try Arguments(arguments)
            if parsed.asksForHelp { return showHelp() }
            let file = parsed.take("config")
            if let word = parsed.words.first { throw UsageError("'\(word)' is one word too many") }
            settings = try SettingsLoader.load(
                file: file, environment: CurrentProcess.environment, flags: parsed.flags)
        } catch let error as UsageError { return refuse(error) } catch { return fail(error) }
        return await start(settings) { _ in }
    }

    /// Makes a node and serves until it is told to stop.
    ///
    /// - Parameter prepare: Runs before anything is served.
    static func start(_ settings: Settings, prepare: (Node) async throws -> Void) async -> Int32 {
        _ = CurrentProcess.raiseDescriptorLimit()
        let logger = Logger(
            level: settings.logLevel, format: settings.logFormat,
            hasColours: settings.logFormat == .text && StandardStream.error.isTerminal)
        do {
            let node = try await Node(settings: settings, logger: logger)
            try await prepare(node)
            return await node.serve()
        } catch {
            // On its own lines, in full: there is no running node whose log it would be part of.
            logger.close()
            return fail(error)
        }
    }
}

/// The settings as `--help` lists them.
enum SettingsHelp {
    static var text: String {
        var lines: [String] = []
        var section = ""
        for setting in SettingsCatalogue.all {
            if case .unavailable = setting.kind { continue }
            if setting.section != section {
                section = setting.section
                lines.append("\(lines.isEmpty ? "" : "\n")\(section):")
            }
            let value = setting.defaultValue.isEmpty ? "" : " (\(setting.defaultValue))"
            lines.append("  \(setting.name)\(value)")
            lines += wrapped(setting.summary, width: 96).map { "      \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
