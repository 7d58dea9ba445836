import Foundation
import TestBrokers
import Testing

@Suite("registry, the page on schemas")
struct SchemasPageTests {
    private static func page() throws -> String {
        let text = try String(contentsOfFile: "\(TestEnvironment.repository)/docs/schemas.md", encoding: .utf8)
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("every difference of the table is explained", arguments: ApicurioDifference.allCases)
    func differences(difference: ApicurioDifference) throws {
        #expect(try Self.page().contains(difference.rawValue))
        #expect(RegistryCalls.all.contains { $0.difference?.0 == difference }, "no call shows it")
    }

    @Test("every code that a call shows is explained")
    func codes() throws {
        let page = try Self.page()
        var codes: Set<Int> = []
        for call in RegistryCalls.all { if case .code(let code) = call.expected { codes.insert(code) } }
        #expect(codes.count > 15)
        for code in codes { #expect(page.contains("\(code)"), "\(code)") }
    }
}
