import JSON
import JSONSchema
import Testing

@Suite(
    "Compatibility, held against the official suite",
    .enabled(if: OfficialSuite.isThere, "needs the suite: run scripts/prepare test"))
struct JSONSchemaCompatibilitySuiteTests {
    @Test(
        "every schema of the suite accepts what it accepts", arguments: [JSONSchemaDraft.draft4, .draft7, .draft2020])
    func itself(draft: JSONSchemaDraft) throws {
        let schemas = try compiled(draft)
        #expect(schemas.count > 150)
        for (text, schema) in schemas {
            do {
                let found = try schema.incompatibilities(withWriter: schema)
                #expect(found == [], "\(text)")
            } catch { Issue.record("\(text): \(error)") }
        }
    }

    @Test(
        "a schema that is compatible accepts each value that the other does",
        arguments: [JSONSchemaDraft.draft4, .draft7, .draft2020])
    func sound(draft: JSONSchemaDraft) throws {
        let values = Set(try OfficialSuite.cases(draft, "").map(\.value)).sorted { $0.text < $1.text }
        let all = try compiled(draft).map { (text: $0.0, schema: $0.1, accepted: Self.accepted($0.1, values)) }
        var compatible = 0
        // Each is compared with some after it, the same each time.
        for (place, reader) in all.enumerated() where Self.isExact(reader.text) {
            for writer in stride(from: place + 37, to: all.count, by: 37).map({ all[$0] }) {
                guard try reader.schema.incompatibilities(withWriter: writer.schema).isEmpty else { continue }
                compatible += 1
                // A schema without a type is taken for one of those that it looks at.
                let kinds = Set(values.indices.filter { !writer.accepted.contains($0) }.map { values[$0].kind })
                let lost = writer.accepted.subtracting(reader.accepted).map { values[$0] }
                #expect(
                    !lost.contains { kinds.contains($0.kind) }, "\(writer.text) → \(reader.text): \(lost.prefix(3))")
            }
        }
        #expect(compatible > 50)
    }

    /// Not those of which the comparison says that it is not exact: a value may fit two branches of `oneOf`, and another
    /// schema may stand in a dynamic reference's place.
    private static func isExact(_ schema: String) -> Bool {
        !["oneOf", "$dynamicRef", "$recursiveRef"].contains { schema.contains($0) }
    }

    private static func accepted(_ schema: JSONSchema, _ values: [JSONValue]) -> Set<Int> {
        var accepted: Set<Int> = []
        for (place, value) in values.enumerated() {
            do {
                try schema.validate(value)
                accepted.insert(place)
            } catch { continue }
        }
        return accepted
    }

    private func compiled(_ draft: JSONSchemaDraft) throws -> [(String, JSONSchema)] {
        var options = JSONSchemaOptions()
        options.draft = draft
        let remotes = try OfficialSuite.remotes()
        let schemas = Set(try OfficialSuite.cases(draft, "").map(\.schema)).sorted { $0.text < $1.text }
        return try schemas.map { ($0.text, try JSONSchema(compiling: $0, options: options, references: remotes)) }
    }
}
