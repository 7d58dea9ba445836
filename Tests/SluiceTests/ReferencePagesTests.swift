import Foundation
import Testing

@testable import sluice

@Suite("reference pages")
struct ReferencePagesTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs").standardized

    @Test(
        "the pages in docs are those that the schemas make now: `make docs` writes them",
        arguments: ReferencePages.all.map(\.path))
    func fresh(path: String) throws {
        let page = try #require(ReferencePages.all.first { $0.path == path })
        let written = try String(contentsOf: Self.folder.appendingPathComponent(path), encoding: .utf8)
        #expect(written == page.text)
    }

    @Test("no page is left of a plugin that is gone")
    func noneTooMany() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appendingPathComponent("plugins").path)
        let expected = Set(ReferencePages.all.map(\.path).filter { $0.hasPrefix("plugins/") }.map { $0.dropFirst(8) })
        #expect(Set(names.map { $0[...] }) == expected)
    }
}
