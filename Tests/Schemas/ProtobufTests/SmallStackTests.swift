import JSON
import Protobuf
import Testing

/// The depth of what is read is bounded so that a small stack is enough.
@Suite("Small stacks")
struct SmallStackTests {
    private static let recursive = """
        syntax = "proto3";
        import "google/protobuf/struct.proto";
        import "google/protobuf/any.proto";
        message N {
          N n = 1;
          map<string, N> m = 2;
          google.protobuf.Value v = 3;
          google.protobuf.Any any = 4;
        }
        """

    @Test("a schema as deep as the limit")
    func schema() async throws {
        try await SmallStack.run {
            let depth = 30
            let open = (0..<depth).map { "message M\($0) { optional group G\($0) = 1 {} " }.joined()
            let schema = try ProtobufSchema(open + String(repeating: "}", count: depth))
            #expect(schema.messages.count == depth)
            // A value of an option, which the library reads by recursion.
            let nested = String(repeating: "n {", count: 50) + String(repeating: "}", count: 50)
            let text =
                "import \"google/protobuf/descriptor.proto\"; message N { optional N n = 1; }"
                + "extend google.protobuf.MessageOptions { optional N o = 50000; } message M { option (o) = { \(nested) }; }"
            _ = try ProtobufSchema(text)
        }
    }

    @Test("documents as deep as the limit, and refused when deeper", arguments: ["n", "m", "v", "any"])
    func document(member: String) async throws {
        try await SmallStack.run {
            let schema = try ProtobufSchema(Self.recursive)
            let message = try #require(schema.firstMessage)
            func text(_ levels: Int) -> String {
                let (open, inner, close) =
                    switch member {
                    case "n": (#"{"n":"#, "{}", "}")
                    case "m": (#"{"m":{"a":"#, "{}", "}}")
                    case "v": ("[", "1", "]")
                    default: (#"{"@type":"/N","any":"#, #"{"@type":"/N"}"#, "}")
                    }
                let text = String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
                return member == "v" || member == "any" ? #"{"\#(member)":\#(text)}"# : text
            }
            let levels = member == "n" ? 99 : member == "any" ? 48 : 49
            let bytes = try Codec.encode(text(levels), message)
            let value = try JSONValue.parse(text: text(levels), maximumDepth: 512)
            #expect(try Codec.decode(bytes, message) == value)
            let error = #expect(throws: ProtobufEncodingError.self) {
                try Codec.encode(text(levels + 2), message)
            }
            guard case .violations(let violations, _) = error else { return }
            #expect(violations.map(\.rule) == [.tooDeep])
        }
    }

    @Test("bytes as deep as the limit, and refused when deeper")
    func bytes() async throws {
        try await SmallStack.run {
            let message = try #require(ProtobufSchema(Self.recursive).firstMessage)
            func bytes(_ levels: Int) -> [UInt8] {
                (0..<levels).reduce(into: []) { bytes, _ in
                    // Lengths of up to two bytes.
                    let count = bytes.count
                    bytes =
                        [0x0a] + (count < 128 ? [UInt8(count)] : [UInt8(count & 0x7f) | 0x80, UInt8(count >> 7)])
                        + bytes
                }
            }
            #expect(try Codec.decode(bytes(99), message).text.count == 99 * 6 + 2)
            let error = #expect(throws: ProtobufDecodingError.self) { try Codec.decode(bytes(100), message) }
            #expect(error?.rule == .tooDeep)
            // Groups that nobody knows are passed over without recursion.
            let groups = [UInt8](repeating: 0x53, count: 200) + [UInt8](repeating: 0x54, count: 200)
            #expect(throws: ProtobufDecodingError.self) { try Codec.decode(groups, message) }
            let fewer = [UInt8](repeating: 0x53, count: 90) + [UInt8](repeating: 0x54, count: 90)
            #expect(try Codec.decode(fewer, message).text == "{}")
        }
    }
}
