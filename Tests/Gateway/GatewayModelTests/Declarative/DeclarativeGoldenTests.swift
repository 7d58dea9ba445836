import Foundation
import JSON
import Testing

@testable import GatewayModel

/// One case a file in `Tests/Goldens/Declarative`: the document, a line of `=`, and what comes of it: the problems with
/// Kong's `fields`, or the whole configuration. `SLUICE_UPDATE_GOLDENS=1` writes them anew; read the difference.
@Suite("declarative files, golden")
struct DeclarativeGoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Goldens/Declarative").standardized

    static let names: [String] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".golden") }
                .sorted()
        } catch { return [] }
    }()

    @Test("the goldens are there")
    func present() {
        #expect(Self.names.count > 20)
    }

    @Test("a document comes to what its golden says", arguments: names)
    func golden(name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "=====\n")
        try #require(parts.count == 2, "\(name) has no line of =")
        let outcome = Self.outcome(Array(parts[0].utf8))
        if ProcessInfo.processInfo.environment["SLUICE_UPDATE_GOLDENS"] == "1" {
            try (parts[0] + "=====\n" + outcome).write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(outcome == parts[1])
    }

    private static func outcome(_ text: [UInt8]) -> String {
        do throws(DeclarativeConfiguration.Failure) {
            return DeclarativeConfiguration.text(
                try DeclarativeConfiguration.read(text, schema: TestSchema.schema, now: 7))
        } catch {
            return error.description + "\n\nfields: " + JSONValue.object(error.fields).prettyText + "\n"
        }
    }
}
