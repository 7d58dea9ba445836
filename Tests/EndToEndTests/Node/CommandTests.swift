import Foundation
import TestBrokers
import Testing

@Suite("Commands of the binary")
struct CommandTests {
    private static let commands = ["quickstart", "run", "registry", "config", "docs", "version"]

    @Test("each command says how it is used", arguments: commands, ["--help", "-h"])
    func help(_ command: String, flag: String) async throws {
        let outcome = try await SluiceBinary.run([command, flag])

        #expect(outcome.status == 0 && outcome.errors == "")
        #expect(outcome.output.hasPrefix("Usage: sluice \(command)"))
        #expect(outcome.output.hasSuffix("\n"))
    }

    @Test("the list names every command", arguments: [["--help"], ["-h"], ["help"]])
    func list(_ arguments: [String]) async throws {
        let outcome = try await SluiceBinary.run(arguments)

        #expect(outcome.status == 0 && outcome.errors == "")
        for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
    }

    @Test("help of run lists the settings")
    func settings() async throws {
        let outcome = try await SluiceBinary.run(["run", "--help"])
        for name in [
            "proxy_listen (0.0.0.0:8000, 0.0.0.0:8443 ssl http2)", "declarative_config", "log_level (notice)",
            "flush_timeout (10000)",
        ] {
            #expect(outcome.output.contains("\n  \(name)\n"), "\(name)")
        }
    }

    @Test("versions", arguments: ["version", "--version"])
    func version(_ word: String) async throws {
        let outcome = try await SluiceBinary.run([word])
        #expect(outcome.status == 0 && outcome.errors == "")
        #expect(outcome.output.contains(#/^sluice \d+\.\d+\.\d+\nlibrdkafka 2\.\d+\.\d+\n$/#))
    }

    @Test(
        "what is no command line is told, with where help is",
        arguments: [
            (["rum"], "there is no command 'rum'; did you mean 'run'?\nsee sluice --help"),
            (["xyzzy"], "there is no command 'xyzzy'\nsee sluice --help"),
            (["config"], "what is to be done? known are: validate, dump, diff"),
            (["config", "dumb"], "there is no 'config dumb'; known are: validate, dump, diff"),
            (["config", "validate"], "expected one file\nsee sluice config --help"),
            (["config", "validate", "a", "b"], "'b' is one word too many"),
            (["config", "validate", "a", "--jsn", "x"], "there is no option --jsn"),
            (["version", "--all", "1"], "there is no option --all"),
            (["docs"], "--output FOLDER is missing"),
            (["run", "-x"], "there is no option -x"),
        ])
    func misuse(_ arguments: [String], _ says: String) async throws {
        let outcome = try await SluiceBinary.run(arguments)
        #expect(outcome.status == 2 && outcome.output == "")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test("nothing to do shows the list, and is no success")
    func nothing() async throws {
        let outcome = try await SluiceBinary.run([])
        #expect(outcome.status == 2 && outcome.output.contains("Usage: sluice COMMAND"))
    }
}
