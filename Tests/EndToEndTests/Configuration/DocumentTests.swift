import Foundation
import TestBrokers
import Testing

/// A document whose commands are run as they stand, in their order: a block of `sh` is run, and a block of `text` behind
/// it is what it prints. A block of one `sluice run` starts a node, in the place of the one before, on free ports; the
/// document's ports stand for them.
private struct Walk {
    enum Step: Equatable {
        case run(String)
        case start(String)
    }

    let steps: [(step: Step, expected: String?)]

    init(_ text: String) {
        var steps: [(step: Step, expected: String?)] = []
        var kind: String?
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("```") else {
                lines.append(line)
                continue
            }
            guard let open = kind else {
                (kind, lines) = (String(line.dropFirst(3)), [])
                continue
            }
            let block = lines.joined(separator: "\n")
            switch open {
            case "sh" where block.hasPrefix("sluice run"): steps.append((.start(block), nil))
            case "sh": steps.append((.run(block), nil))
            case "text" where !steps.isEmpty: steps[steps.count - 1].expected = block + "\n"
            default: break
            }
            kind = nil
        }
        self.steps = steps
    }
}

@Suite("documents")
struct DocumentTests {
    private static let documents = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../docs").standardized

    @Test("the walk from Kong to Sluice does and prints what it says", arguments: ["migrating-from-kong.md"])
    func walk(name: String) async throws {
        let text = try String(contentsOf: Self.documents.appendingPathComponent(name), encoding: .utf8)
        let walk = Walk(text)
        try #require(walk.steps.count > 5 && walk.steps.compactMap(\.expected).count > 3)
        let folder = try TestFiles.shared.get().makeFolder()
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/sluice", withDestinationPath: SluiceBinary.path)
        try "export PATH='\(folder)':$PATH".write(toFile: "\(folder)/.state", atomically: true, encoding: .utf8)
        var node: ChildProcess?
        var ports: [(document: String, actual: String)] = []
        defer { node?.send(9) }

        for (step, expected) in walk.steps {
            switch step {
            case .start(let command):
                node?.send(SIGTERM)
                if let node { #expect(await node.wait() == 0) }
                let words =
                    "\(command) --proxy-listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --status-listen off --admin-gui-listen off"
                let started = try ChildProcess("/bin/sh", ["-c", "cd '\(folder)' && . ./.state && exec \(words)"])
                node = started
                try await started.waitFor("\"configuration loaded\"")
                let lines = started.text.split(separator: "\n").compactMap { LogLine($0) }
                ports = try [("proxy", "127.0.0.1:8000"), ("admin", "127.0.0.1:8001")].map { listener, document in
                    let line = lines.first { $0.message == "listening" && $0["listener"] == listener }
                    return (document, try #require(line?["address"], "\(started.text)"))
                }
            case .run(let block):
                var script = block
                for (document, actual) in ports { script = script.replacingOccurrences(of: document, with: actual) }
                if let admin = ports.last?.actual {
                    for action in ["dump", "diff"] {
                        script = script.replacingOccurrences(
                            of: "sluice config \(action)", with: "sluice config \(action) --admin-url http://\(admin)")
                    }
                }
                let whole = "cd '\(folder)' && . ./.state && set -e\n\(script)\nexport -p > .state\n"
                let child = try ChildProcess("/bin/sh", ["-c", whole])
                #expect(await child.wait() == 0, "\(block)\n\(child.text)")
                if let expected { #expect(child.text == expected, "\(block)") }
            }
        }
        node?.send(SIGTERM)
        if let node { #expect(await node.wait() == 0) }
    }
}
