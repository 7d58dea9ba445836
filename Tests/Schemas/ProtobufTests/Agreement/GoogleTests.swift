import Bytes
import JSON
import Protobuf
import Testing

/// Google's Python package shares no line with this codec: what it writes must be the same message, what it reads the
/// same JSON.
@Suite(
    "Agreement with Google", .enabled(if: GoogleProtobuf.isThere, "needs Google's protobuf: run scripts/prepare test"))
struct GoogleTests {
    @Test("2,100 messages of 700 schemas are the same in both directions, and in each form of JSON")
    func agrees() async throws {
        let (pairs, files) = try MessagePairs.make(schemas: 700, seed: 0x9b0f)
        var written: [[UInt8]] = []
        for pair in pairs {
            do {
                written.append(try Codec.encode(pair.json.text, pair.message))
            } catch {
                Issue.record("\(error)\n\(pair.json)\n\(pair.source.text)\n\(pair.source.reference)")
                return
            }
        }
        let questions: [JSONValue] = zip(pairs, written).map { pair, bytes in
            ["type": .string(pair.message.fullName), "json": pair.json, "hex": .string(Hex.text(bytes.span))]
        }
        let answers = try await GoogleProtobuf.ask(questions, files: files)
        try #require(answers.count == pairs.count)
        var differences = 0
        for (index, answer) in answers.enumerated() where differences < 5 {
            let pair = pairs[index]
            let digits = Array((answer["hex"]?.stringValue ?? "").utf8)
            let theirs = Hex.decode(digits.span) ?? []
            let shown = [
                ("plain", ProtobufJSONOptions()), ("named", ProtobufJSONOptions(keepsFieldNames: true)),
                ("full", ProtobufJSONOptions(showsDefaults: true)),
            ]
            var complaints: [String] = []
            if let error = answer["error"] { complaints.append("\(error)") }
            let ours = written[index]
            if answer["same"]?.boolValue != true {
                complaints.append("ours \(Hex.text(ours.span)), theirs \(Hex.text(theirs.span))")
            }
            for (form, options) in shown {
                let own = try Codec.decode(theirs, pair.message, options)
                if answer[form]?.isNearly(own) != true {
                    complaints.append("\(form): ours \(own), theirs \(answer[form] ?? .null)")
                }
            }
            if complaints.isEmpty { continue }
            differences += 1
            Issue.record(
                "\(complaints.joined(separator: "\n"))\n\(pair.message.fullName) \(pair.json)\n\(pair.source.text)\n\(pair.source.reference)"
            )
        }
    }

    @Test("descriptors by Google's compiler are the same schemas as their sources, with references in either form")
    func descriptors() async throws {
        var generator = ProtoGenerator(seed: 0x9b10)
        let sources = (0..<200).map { generator.schema($0) }
        var files: [String: String] = [
            "options.proto": """
            syntax = "proto2";
            import "google/protobuf/descriptor.proto";
            message Note { optional string text = 1; repeated Note within = 2; }
            extend google.protobuf.FieldOptions { optional Note note = 50000; }
            message M { optional int32 a = 1 [(note) = { text: "x" within { text: "y" } }, deprecated = true]; }
            """
        ]
        for (place, source) in sources.enumerated() {
            files["t\(place).proto"] = source.text
            files[source.path] = source.reference
        }
        let descriptors = try await GoogleProtobuf.descriptors(files)
        for (place, source) in sources.enumerated() {
            let text = try ProtobufSchema(source.text, references: [source.path: source.reference]).canonicalText
            let descriptor = try #require(descriptors["t\(place).proto"])
            let reference = try #require(descriptors[source.path])
            for reference in [reference, source.reference] {
                let schema = try ProtobufSchema(descriptor, references: [source.path: reference])
                #expect(schema.canonicalText == text)
            }
            #expect(try ProtobufSchema(text, references: [source.path: reference]).canonicalText == text)
        }
        let options = try ProtobufSchema(#require(descriptors["options.proto"]))
        #expect(options.canonicalText == (try ProtobufSchema(#require(files["options.proto"])).canonicalText))
    }
}
