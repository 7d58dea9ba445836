internal import CFuzzer
internal import Glibc
internal import JSON
internal import JSONSchema

/// JSON schemas, and after a NUL each what they refer to: compiled twice they judge values the same, and each accepts what
/// the other does.
@main
enum JSONSchemaFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                JSONSchemaFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let values: [JSONValue] = [
        .null, true, 0, -1.5, 1e300, "", "ab", "é€", [], [1, 1, "a"], [[.null], ["a": 1]], [:],
        ["a": 1, "b": "x", "c": ["a": [1, 2]]], ["kind": "a", "x": .null, "2026-11-27": ["b": true]],
    ]

    static func check(_ input: [UInt8]) {
        let texts = input.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        var references: [String: JSONValue] = [:]
        for (place, text) in texts.dropFirst().prefix(4).enumerated() {
            do { references["r\(place)"] = try JSONValue.parse(text.span) } catch { return }
        }
        var options = JSONSchemaOptions()
        (options.limits.schemas, options.limits.schemaDepth) = (300, 20)
        (options.limits.steps, options.limits.evaluationDepth) = (5000, 60)
        // A last letter says how it is read, so that both ways are found.
        options.assertsFormats = input.last == UInt8(ascii: " ")
        options.draft = JSONSchemaDraft.allCases[Int(input.last ?? 0) % JSONSchemaDraft.allCases.count]
        let first = compile(texts[0], options, references)
        let second = compile(texts[0], options, references)
        switch (first, second) {
        case (.failure(let error), .failure(let again)):
            guard error == again, !error.message.isEmpty else { fatalError("\(error), then \(again)") }
        case (.success(let schema), .success(let again)): check(schema, again)
        default: fatalError("compiled, and not: \(first), \(second)")
        }
    }

    private static func compile(
        _ text: [UInt8], _ options: JSONSchemaOptions, _ references: [String: JSONValue]
    ) -> Result<JSONSchema, JSONSchemaError> {
        Result { () throws(JSONSchemaError) in
            try JSONSchema(compiling: text.span, options: options, references: references)
        }
    }

    private static func check(_ schema: JSONSchema, _ again: JSONSchema) {
        for value in values {
            guard judge(schema, value) == judge(again, value) else { fatalError("judged otherwise: \(value)") }
        }
        do throws(JSONSchemaError) {
            let hindrances = try schema.incompatibilities(withWriter: again)
            guard hindrances.isEmpty else { fatalError("it does not accept its own: \(hindrances)") }
        } catch {
            guard error.rule == .tooComplex else { fatalError("\(error)") }
        }
    }

    private static func judge(_ schema: JSONSchema, _ value: JSONValue) -> JSONSchemaFailure? {
        do throws(JSONSchemaFailure) { try schema.validate(value) } catch {
            if case .violations(let violations, _) = error, violations.isEmpty {
                fatalError("refused without a reason")
            }
            return error
        }
        return nil
    }
}
