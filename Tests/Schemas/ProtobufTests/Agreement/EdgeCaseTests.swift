import Bytes
import JSON
import Protobuf
import Testing

@Suite(
    "Edges, as Google has them",
    .enabled(if: GoogleProtobuf.isThere, "needs Google's protobuf: run scripts/prepare test"))
struct EdgeCaseTests {
    @Test("documents at the edge are taken and refused as Google does, and what is taken is the same message")
    func agrees() async throws {
        let all = EdgeCase.all
        let questions: [JSONValue] = all.map { edge in
            ["type": edge.isOld ? "o.M" : "s.All", "text": .string(edge.json)]
        }
        let answers = try await GoogleProtobuf.ask(questions, files: ["s.proto": Samples.text, "o.proto": Samples.old])
        try #require(answers.count == all.count)
        let (new, old) = (try Samples.all(), try Samples.message())
        for (edge, answer) in zip(all, answers) {
            var own: String?
            var reason = ""
            do {
                let bytes = try Codec.encode(edge.json, edge.isOld ? old : new)
                own = Hex.text(bytes.span)
            } catch { reason = "\(error)" }
            let theirs = answer["hex"]?.stringValue
            if let difference = edge.difference {
                #expect(own != theirs, "no difference any more: \(edge.json), \(difference)")
            } else {
                #expect(own == theirs, "\(edge.json): \(reason) \(answer)")
            }
        }
    }

    @Test("bytes at the edge of the encoding are read as the same JSON")
    func wire() async throws {
        let questions: [JSONValue] = WireCase.all.map { ["type": "s.All", "hex": .string($0.hex)] }
        let answers = try await GoogleProtobuf.ask(questions, files: ["s.proto": Samples.text])
        try #require(answers.count == WireCase.all.count)
        for (wire, answer) in zip(WireCase.all, answers) {
            let own = try JSONValue.parse(text: wire.json)
            #expect(answer["plain"]?.isNearly(own) == true, "\(wire.hex): \(wire.json) \(answer)")
        }
    }
}
