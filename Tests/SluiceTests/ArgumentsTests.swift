import Bytes
import Testing

@testable import sluice

@Suite("command lines")
struct ArgumentsTests {
    @Test("flags take their value after a blank or an equals sign, dashes are underscores")
    func flags() throws {
        var arguments = try Arguments(["--proxy-listen", "a", "word", "--log-level=debug", "--config", "f"])
        #expect(arguments.take("config") == "f")
        #expect(arguments.flags.map(\.name) == ["proxy_listen", "log_level"])
        #expect(arguments.flags.map(\.value) == ["a", "debug"])
        #expect(arguments.words == ["word"])
    }

    @Test("the last of several values counts")
    func repeated() throws {
        var arguments = try Arguments(["--config", "a", "--config", "b"])
        #expect(arguments.take("config") == "b")
        #expect(arguments.flags.isEmpty)
    }

    @Test("a value may look like anything, and help is found wherever it stands")
    func values() throws {
        #expect(try Arguments(["--a", "--b"]).flags.first?.value == "--b")
        #expect(try Arguments(["word", "-h"]).asksForHelp)
        #expect(try Arguments(["--all"], switches: ["all"]).flags.first?.value == "true")
    }

    @Test(
        "mistakes are told in a sentence",
        arguments: [(["--config"], "--config needs a value"), (["-x"], "there is no option -x")])
    func mistakes(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try Arguments(words) }
    }

    @Test("what nobody has taken is refused")
    func leftovers() throws {
        #expect(throws: UsageError("there is no option --no-such")) {
            try Arguments(["--no-such", "1"]).requireNothingLeft()
        }
        #expect(throws: UsageError("'b' is one word too many")) { try Arguments(["b"]).requireNothingLeft() }
    }

    @Test("every command helps, in lines that fit a terminal", arguments: Commands.all.map { $0.name })
    func help(name: String) throws {
        let command = try #require(Commands.all.first { $0.name == name })
        #expect(command.help.hasPrefix("Usage: sluice \(name)"))
        #expect(command.help.hasSuffix("\n"))
        #expect(command.help.split(separator: "\n").allSatisfy { $0.count <= 120 })
        #expect(Commands.help.contains("  \(name)"))
    }

    @Test(
        "a word that is nearly right gets a suggestion",
        arguments: [("quickstat", "quickstart"), ("rum", "run"), ("confg", "config")])
    func suggestions(word: String, expected: String) {
        #expect(NearestName.suggestion(for: word, among: Commands.all.map { $0.name }).contains("'\(expected)'"))
    }

    @Test("a word that is nothing like them gets none")
    func noSuggestion() {
        #expect(NearestName.suggestion(for: "zzzzzzz", among: Commands.all.map { $0.name }).isEmpty)
    }
}
