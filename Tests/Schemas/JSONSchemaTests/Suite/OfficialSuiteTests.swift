import JSON
import JSONSchema
import Testing

@Suite(
    "The official suite of JSON Schema",
    .enabled(if: OfficialSuite.isThere, "needs the suite: run scripts/prepare test")
)
struct OfficialSuiteTests {
    @Test("what is required", arguments: JSONSchemaDraft.allCases)
    func required(draft: JSONSchemaDraft) throws {
        let cases = try OfficialSuite.cases(draft, "")
        #expect(cases.count > 500)
        expect(try OfficialSuite.failures(cases, draft), draft, SuiteException.required)
    }

    @Test("formats that must hold", arguments: [JSONSchemaDraft.draft7, .draft2019, .draft2020])
    func formats(draft: JSONSchemaDraft) throws {
        let known = [
            "date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference",
            "uuid", "json-pointer", "relative-json-pointer", "regex",
        ]
        let cases = try OfficialSuite.cases(draft, "optional/format").filter { test in
            known.contains { test.name.hasPrefix("\($0).json: ") }
        }
        #expect(cases.count > 200)
        expect(
            try OfficialSuite.failures(cases, draft, assertsFormats: true), draft, SuiteException.formats)
    }

    @Test("what is optional", arguments: JSONSchemaDraft.allCases)
    func optional(draft: JSONSchemaDraft) throws {
        let cases = try OfficialSuite.cases(draft, "optional")
        #expect(cases.count > 10)
        expect(try OfficialSuite.failures(cases, draft), draft, SuiteException.optional)
    }

    private func expect(_ failures: [String: String], _ draft: JSONSchemaDraft, _ exceptions: [SuiteException]) {
        let allowed = exceptions.filter { $0.drafts.contains(draft) }
        for (name, what) in failures.sorted(by: { $0.key < $1.key }) {
            #expect(allowed.contains { name.hasPrefix($0.name) }, "\(draft): \(name): \(what)")
        }
        for exception in allowed {
            #expect(
                failures.keys.contains { $0.hasPrefix(exception.name) },
                "\(draft): '\(exception.name)' goes as it should: it is no exception any more")
        }
    }
}
