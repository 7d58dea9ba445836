import Foundation
import TestBrokers
import TestClient
import Testing

/// The tour of docs/schemas.md: each command says what the page says, on other ports. An ellipsis stands for anything.
@Suite(
    "The tour of the page on schemas",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct TourTests {
    private struct Step {
        let command: String
        let expected: String
    }

    private static func steps() throws -> [Step] {
        let page = try String(contentsOfFile: "\(TestEnvironment.repository)/docs/schemas.md", encoding: .utf8)
        let start = try #require(page.range(of: "\n## A tour\n"))
        let end = try #require(page.range(of: "\n## Schemas for a route\n"))
        let blocks = page[start.upperBound..<end.lowerBound].components(separatedBy: "```")
        // Text and blocks take turns; a block's first word is its language.
        var steps: [Step] = []
        var command: String?
        for block in stride(from: 1, to: blocks.count, by: 2).map({ blocks[$0] }) {
            let newline = try #require(block.firstIndex(of: "\n"))
            let text = block[block.index(after: newline)...].trimmingCharacters(in: .newlines)
            if block.hasPrefix("sh\n") {
                #expect(command == nil, "a command without what it says: \(command ?? "")")
                command = text
            } else {
                steps.append(Step(command: try #require(command), expected: text))
                command = nil
            }
        }
        return steps
    }

    /// Whether `text` is `pattern` with something in the place of each ellipsis.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
        guard parts.count > 1 else { return text == pattern }
        var rest = text[...]
        guard rest.hasPrefix(parts[0]) else { return false }
        rest = rest.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    @Test("each command says what the page says")
    func commands() async throws {
        let registry = "127.0.0.1:\(try FreePorts.one())"
        let node = try ChildProcess(
            SluiceBinary.path,
            [
                "quickstart", "--proxy-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--status-listen",
                "off", "--admin-gui-listen", "off", "--registry-listen", registry,
            ], keepsErrorsApart: true)
        try await node.waitFor("Stop with Ctrl-C.")
        func address(_ name: String) throws -> String {
            let line = try #require(node.text.split(separator: "\n").first { $0.hasPrefix("  \(name) ") })
            return String(line.dropFirst(name.count + 2).drop { $0 == " " }).replacing("http://", with: "")
        }
        let ports = [
            ("127.0.0.1:8000", try address("proxy")), ("127.0.0.1:8001", try address("admin")),
            ("127.0.0.1:8081", try address("registry")),
        ]
        func here(_ text: String) -> String { ports.reduce(text) { $0.replacing($1.0, with: $1.1) } }

        let steps = try Self.steps()
        #expect(steps.count == 9)
        for step in steps {
            let said = try await ChildProcess.run("/bin/sh", ["-c", here(step.command)])
                .trimmingCharacters(in: .newlines)
            #expect(Self.matches(said, here(step.expected)), "\(step.command) said \(said)")
        }
        node.send(SIGTERM)
        #expect(await node.wait() == 0)
    }
}
