import JSON
import TestRandom
import Testing

@testable import GatewayModel

@Suite("FormDecoder, whatever comes")
struct FormDecoderRobustnessTests {
    private static let tokens = [
        "a", "config", "name", "echo", "service", "servers", "host", "words", "labels", ".", "..", "[", "]", "[]",
        "[1]",
        "[2]", "[1000]", "[1001]", "[-1]", "[99999999999999999999]", "[x.y]", "=", "&", "%", "%5B", "%5D", "%00", "%ff",
        "+", "1", "1e999", "true", "\u{e9}", "\"", "{", "}", "\r\n", "--b", "--b--", ";",
        "Content-Disposition: form-data; name=\"config.words\"", "Content-Type: text/plain",
    ]

    private static func body(_ random: inout SeededGenerator) -> [UInt8] {
        var body: [UInt8] = []
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            if Int.random(in: 0..<40, using: &random) == 0 {
                body.append(UInt8.random(in: 0...255, using: &random))
            } else {
                body += Array(tokens.randomElement(using: &random)!.utf8)
            }
        }
        return body
    }

    private static func depth(_ value: JSONValue) -> Int {
        switch value {
        case .array(let array): 1 + (array.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.values.map(depth).max() ?? 0)
        default: 0
        }
    }

    @Test("any body is read or refused, and what is read can be judged", arguments: [1, 2, 3, 4])
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let plugins = TestSchema.definition("plugins")
        var readCount = 0
        for _ in 0..<5000 {
            let body = Self.body(&random)
            for type in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json"] {
                do throws(FormDecoder.Problem) {
                    let object = try FormDecoder.decode(body, contentType: type) { name in
                        TestSchema.schema.inputSchema(plugins, pluginName: name ?? "echo")
                    }
                    readCount += 1
                    #expect(Self.depth(.object(object)) <= FormKey.maximumDepth + 2)
                    _ = TestSchema.schema.complete(object, as: plugins)
                } catch {
                    #expect([400, 415].contains(error.status))
                }
            }
        }
        #expect(readCount > 100)
    }

    @Test("the largest form stays small: a thousand deep and far places cost what they say")
    func largest() throws {
        let deep = "config" + String(repeating: ".a", count: FormKey.maximumDepth - 1)
        let body = (0..<999).map { "\(deep)[1000].x\($0)=v" }.joined(separator: "&")
        #expect(throws: FormDecoder.Problem.self) {
            try FormDecoder.decode(Array(body.utf8), contentType: "application/x-www-form-urlencoded") { _ in
                RecordSchema(fields: [])
            }
        }
        let lists = (1...1000).map { "a[\($0)]=\($0)" }.reversed().joined(separator: "&")
        let object = try FormDecoder.decode(
            Array(lists.utf8), contentType: "application/x-www-form-urlencoded"
        ) { _ in RecordSchema(fields: [NamedField("a", .array(.integer))]) }
        #expect(object["a"]?.arrayValue == (1...1000).map { .integer($0) })
    }
}
