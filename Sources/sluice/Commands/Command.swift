import System

/// What `sluice` can be asked to do.
protocol Command {
    static var name: String { get }
    /// One line for the list of commands.
    static var summary: String { get }
    /// What `--help` shows.
    static var help: String { get }
    /// Runs to the end; the answer is the process's exit status.
    static func run(_ arguments: [String]) async -> Int32
}

extension Command {
    /// Says what is wrong with the command line, and where help is.
    static func refuse(_ error: UsageError) -> Int32 {
        StandardStream.error.write("sluice \(name): \(error)\nsee sluice \(name) --help\n")
        return 2
    }

    /// Says what went wrong.
    static func fail(_ error: any Error) -> Int32 {
        if let error = error as? DeclarativeFileError {
            StandardStream.error.write(FaultTable(error: error, style: TextStyle(of: .error)).text)
            return 1
        }
        StandardStream.error.write("sluice \(name): \(error)\n")
        return 1
    }

    static func showHelp() -> Int32 {
        StandardStream.output.write(help)
        return 0
    }
}

/// The list of commands.
enum Commands {
    static var all: [any Command.Type] {
        [
            QuickstartCommand.self, RunCommand.self, RegistryCommand.self, ConfigCommand.self, DocsCommand.self,
            VersionCommand.self,
        ]
    }

    static var help: String {
        let width = all.map { $0.name.count }.max() ?? 0
        let lines = all.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.summary)\n" }
        return """
            Sluice is an event gateway: HTTP in, Kafka records out.

            Usage: sluice COMMAND [OPTIONS]

            \(lines.joined())
            sluice COMMAND --help says more about one of them.

            """
    }
}
