import Avro
import Foundation
import JSON
import Testing

/// The depth of what is read is bounded so that a small stack is enough: 512 KiB, as threads have elsewhere. What is not
/// optimised takes four times as much, and what a sanitizer watches more again.
@Suite("Small stacks")
struct SmallStackTests {
    private static func onSmallStack(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread { continuation.resume(with: Result { try work() }) }
            let isWatched = ProcessInfo.processInfo.environment["SLUICE_TEST_SANITIZED"] != nil
            thread.stackSize = (isWatched ? 8192 : _isDebugAssertConfiguration() ? 2048 : 512) * 1024
            thread.start()
        }
    }

    @Test("a schema as deep as the limit")
    func schema() async throws {
        try await Self.onSmallStack {
            var text = #""int""#
            for level in 0..<33 {
                text =
                    #"{"type":"record","name":"R\#(level)","fields":[{"name":"a","type":["null",{"type":"array","items":\#(text)}],"default":null}]}"#
            }
            let schema = try AvroSchema(text)
            #expect(try AvroSchema(schema.canonicalForm).canonicalForm == schema.canonicalForm)
        }
    }

    @Test("a document of 128 levels, with attempts at each", arguments: AvroJSONOptions.Form.allCases)
    func document(form: AvroJSONOptions.Form) async throws {
        try await Self.onSmallStack {
            let schema = try AvroSchema(
                #"""
                {"type":"record","name":"N","fields":[{"name":"n","type":["null","string","N",
                  {"type":"record","name":"M","fields":[{"name":"n","type":["null","string","N","M"]}]}]}]}
                """#)
            let opening = form == .avroJSON ? #"{"n":{"N":"# : #"{"n":"#
            let levels = form == .avroJSON ? 63 : 127
            let closing = String(repeating: "}", count: form == .avroJSON ? 2 : 1)
            let text = Array(
                (String(repeating: opening, count: levels) + #"{"n":null}"# + String(repeating: closing, count: levels))
                    .utf8)
            var output: [UInt8] = []
            let encoder = AvroEncoder(schema, options: AvroJSONOptions(form: form))
            try encoder.encode(text.span, with: JSONParser(), to: &output)
            #expect(output.count == levels + 1)
        }
    }

    @Test("bytes as deep as the limit")
    func bytes() async throws {
        try await Self.onSmallStack {
            let schema = try AvroSchema(
                #"{"type":"record","name":"N","fields":[{"name":"n","type":["null",{"type":"array","items":"N"}]}]}"#)
            // A record and an array are two levels.
            let open = [UInt8](repeating: 2, count: 2 * 63)
            let bytes = open + [0] + [UInt8](repeating: 0, count: 63)
            var output: [UInt8] = []
            try AvroDecoder(schema).decode(bytes.span, to: &output)
            #expect(output.count > 63 * 10)
        }
    }
}
