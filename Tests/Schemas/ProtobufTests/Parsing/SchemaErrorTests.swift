import Protobuf
import Testing

@Suite("Schemas that are refused")
struct SchemaErrorTests {
    private static func error(
        _ text: String, _ references: [String: String] = [:], _ limits: ProtobufSchemaLimits = ProtobufSchemaLimits()
    ) -> ProtobufSchemaError? {
        do throws(ProtobufSchemaError) {
            _ = try ProtobufSchema(text, references: references, limits: limits)
            return nil
        } catch { return error }
    }

    @Test("what is wrong is told with its place")
    func places() {
        #expect(
            Self.error("syntax = \"proto3\";\nmessage M {\n  string a 1;\n}")?.description
                == "line 3, column 12: Missing field number.")
        #expect(
            Self.error("syntax = \"proto3\";\nmessage M {\n\t/* ä */ Missing a = 1;\n}")?.description
                == "line 3, column 10: M.a: \"Missing\" is not defined.")
        #expect(
            Self.error("syntax = \"proto3\";\nimport \"a.proto\";", ["a.proto": "\n  message {"])?.description
                == "file 'a.proto', line 2, column 11: Expected message name.")
        let missing = Self.error("syntax = \"proto3\";\nimport \"a.proto\";")
        #expect(missing?.rule == .unknownImport && missing?.line == 2)
    }

    @Test(
        "definitions that do not go together are refused",
        arguments: [
            #"syntax = "proto3"; message M { int32 a = 1; int32 b = 1; }"#,
            #"syntax = "proto3"; message M { int32 a = 1; int32 a = 2; }"#,
            #"syntax = "proto3"; message M { int32 a = 0; }"#,
            #"syntax = "proto3"; message M { int32 a = 19000; }"#,
            #"syntax = "proto3"; message M { reserved 1; int32 a = 1; }"#,
            #"syntax = "proto3"; message M { required int32 a = 1; }"#,
            #"syntax = "proto3"; enum E { A = 1; }"#, #"syntax = "proto3"; enum E { }"#,
            #"syntax = "proto3"; message M { map<float, int32> a = 1; }"#,
            #"syntax = "proto3"; message M {} message M {}"#,
            #"syntax = "proto2"; message M { optional int32 a = 1 [default = "x"]; }"#,
            #"syntax = "proto2"; message M {} extend M { optional int32 a = 1; }"#,
            #"syntax = "proto3"; message M { option (unknown) = 1; }"#,
        ])
    func definitions(text: String) {
        let error = Self.error(text)
        #expect(error?.rule == .definition || error?.rule == .syntax, "\(text): \(error as Any)")
        #expect(error?.message.isEmpty == false)
    }

    @Test("files that import each other in a circle are refused")
    func cycle() {
        let error = Self.error(
            #"import "a.proto";"#, ["a.proto": #"import "b.proto";"#, "b.proto": #"import "a.proto";"#])
        #expect(error?.rule == .importCycle && error?.file == "b.proto")
    }

    @Test("what is neither source nor a descriptor is refused")
    func noSchema() {
        #expect(Self.error("{\"type\": \"string\"}")?.rule == .syntax)
        #expect(Self.error("abc")?.rule == .syntax)
        #expect(Self.error("AAAA")?.rule == .badDescriptor)
        #expect(Self.error("edition = \"2023\"; message M {}")?.rule == .syntax)
        #expect(Self.error(#"syntax = "proto4";"#)?.rule == .syntax)
        #expect(
            Self.error(
                #"syntax = "proto2"; message M { option message_set_wire_format = true; extensions 4 to max; }"#)?
                .rule == .unsupported)
    }

    @Test("a schema with more than the limits allow is refused")
    func limits() {
        var limits = ProtobufSchemaLimits()
        limits.bytes = 100
        let long = "// " + String(repeating: "x", count: 50)
        #expect(Self.error(long, ["a.proto": long], limits)?.rule == .tooLarge)

        limits = ProtobufSchemaLimits()
        limits.definitions = 10
        let fields = (1...10).map { "int32 f\($0) = \($0);" }.joined()
        #expect(Self.error("syntax = \"proto3\"; message M { \(fields) }", [:], limits)?.rule == .tooManyDefinitions)

        limits = ProtobufSchemaLimits()
        limits.files = 2
        let chain = ["a.proto": #"import "b.proto";"#, "b.proto": ""]
        #expect(Self.error(#"import "a.proto";"#, chain, limits)?.rule == .tooManyDefinitions)
        limits.files = 3
        #expect(Self.error(#"import "a.proto";"#, chain, limits) == nil)

        limits = ProtobufSchemaLimits()
        limits.nameBytes = 10_000
        let name = String(repeating: "p", count: 1000)
        let text = "package \(name); message M { \((1...10).map { "optional int32 f\($0) = \($0);" }.joined()) }"
        #expect(Self.error(text, [:], limits)?.rule == .tooManyDefinitions)
    }

    @Test("brackets and messages deeper than the limits are refused before they cost a stack")
    func depth() {
        let messages = { (count: Int) in
            String(repeating: "message M {", count: count) + String(repeating: "}", count: count)
        }
        #expect(Self.error(messages(31)) == nil)
        #expect(Self.error(messages(40)) != nil)
        for opening in ["message M {", "option (x) = {a:", "option (x) = {a:[", "option (x) = {a<", "{", "(", "> {"] {
            let error = Self.error(String(repeating: opening, count: 100_000 / opening.utf8.count))
            #expect(error?.rule == .tooDeep, "\(opening)")
        }
        #expect(Self.error("/* {{{{{{{{{{ */ message M {} // {{{{{") == nil)
    }

    @Test("thousands of ranges that meet cost no more than one complaint")
    func ranges() {
        let ranges = (0..<9000).map { "reserved \($0 + 1) to 20000;" }.joined()
        let fields = (1...9000).map { "optional int32 f\($0) = \($0);" }.joined()
        let apart = (0..<9000).map { "reserved \($0 * 2 + 1);" }.joined()
        let values = (0..<9000).map { "V\($0) = \($0);" }.joined()
        for text in [
            "message M { \(ranges) }", "message M { reserved 1 to 10000; \(apart) \(fields) }",
            "message M { \(apart) \(fields) }", "enum E { \(apart) \(values) }",
            "message M { \(ranges.replacing("reserved", with: "extensions")) }",
        ] {
            #expect(Self.error(text)?.rule == .definition)
        }
        let odd = (0..<9000).map { "optional int32 f\($0) = \($0 * 2 + 2);" }.joined()
        #expect(Self.error("message M { \(apart) \(odd) }") == nil)
        #expect(
            Self.error("message M { reserved 1; optional int32 a = 1; }")?.description
                == "M.a: Field \"a\" uses reserved number 1.")
    }
}
