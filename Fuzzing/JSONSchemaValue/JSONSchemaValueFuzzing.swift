internal import CFuzzer
internal import Glibc
internal import JSON
internal import JSONSchema

/// Values for fixed schemas: read as a document and as a tree, and written and read again, they are judged the same.
@main
enum JSONSchemaValueFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                JSONSchemaValueFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let texts = [
        ##"""
        {"type":"object","required":["a","b"],"properties":{"a":{"type":"integer","minimum":-5,"maximum":1e9,
        "multipleOf":0.25},"b":{"type":"string","minLength":2,"maxLength":8,"pattern":"^(a+|[b-d]é)+$"},"c":{"$ref":"#"},
        "d":{"format":"date-time"},"e":{"enum":[1,"x",null,{"y":[1]}]},"f":{"const":{"a":[1.0,"é"]}},"g":{"format":"uri"},
        "h":{"format":"ipv6"},"i":{"format":"regex"},"j":{"format":"duration"}},"patternProperties":{"^x_":{"type":"number"},
        "\\d$":{"maxLength":3}},"propertyNames":{"maxLength":12},"minProperties":1,"maxProperties":9,
        "dependentRequired":{"c":["a"]},"dependentSchemas":{"d":{"required":["e"]}},"unevaluatedProperties":{"type":"boolean"}}
        """##,
        ##"""
        {"$defs":{"tree":{"anyOf":[{"type":"array","items":{"$ref":"#/$defs/tree"},"uniqueItems":true,"maxItems":9},
        {"type":"object","additionalProperties":{"$ref":"#/$defs/tree"}},{"type":["string","null","boolean"]},
        {"type":"number","not":{"const":0}}]}},"$ref":"#/$defs/tree"}
        """##,
        ##"""
        {"oneOf":[{"prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"pattern":"(?=\\w+\\d)"},
        "contains":{"const":"z"},"minContains":1,"maxContains":2},{"properties":{"kind":{"const":"k"}},"required":["kind"],
        "if":{"required":["x"]},"then":{"minProperties":3},"else":{"maxProperties":2}},{"enum":["a","b","c","d","e","f","g",
        "h","i","j","k","l","m","n","o","p","q",1,2.5]}],"allOf":[{"unevaluatedItems":false}]}
        """##,
    ]

    private static let schemas = texts.map { text in
        var options = JSONSchemaOptions()
        options.assertsFormats = true
        (options.limits.steps, options.limits.evaluationDepth) = (50_000, 60)
        do { return try JSONSchema(compiling: Array(text.utf8).span, options: options) } catch {
            fatalError("\(error)")
        }
    }
    nonisolated(unsafe) private static let parser = JSONParser(maximumDepth: 100)

    static func check(_ input: [UInt8]) {
        let value: JSONValue
        do { value = try parser.value(input.span) } catch { return }
        let written = Array(value.text.utf8)
        for schema in schemas {
            // What has several members of one name may be judged otherwise than the tree, which has the last of them.
            let asRead = judge(schema, input)
            if let asRead, asRead.description.isEmpty { fatalError("refused without a reason") }
            let asTree = outline(judge(schema, value))
            let again = outline(judge(schema, written))
            guard asTree == again else { fatalError("a tree: \(asTree), its text: \(again)") }
        }
    }

    /// Without the words for what was found: -0.0 is written as -0, and read as 0.
    private static func outline(_ failure: JSONSchemaFailure?) -> [String] {
        guard case .violations(let violations, _) = failure else { return [failure?.description ?? "fits"] }
        return violations.map { "\($0.instance) \($0.schema)" }
    }

    private static func judge(_ schema: JSONSchema, _ text: [UInt8]) -> JSONSchemaFailure? {
        do { return try schema.validate(text.span, with: parser) } catch { fatalError("\(error)") }
    }

    private static func judge(_ schema: JSONSchema, _ value: JSONValue) -> JSONSchemaFailure? {
        do throws(JSONSchemaFailure) { try schema.validate(value) } catch { return error }
        return nil
    }
}
