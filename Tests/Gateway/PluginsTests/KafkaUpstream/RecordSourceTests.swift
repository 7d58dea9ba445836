import JSON
import PluginKit
import TestPlugins
import Testing

@testable import Plugins

/// A source, and what it finds in the test's request.
struct SourceCase: Sendable, CustomTestStringConvertible {
    let source: String
    let json: String
    let expected: String?

    var testDescription: String { "\(source) in \(json)" }

    init(_ source: String, json: String = "", _ expected: String?) {
        self.source = source
        self.json = json
        self.expected = expected
    }

    static func pointer(_ pointer: String, _ json: String, _ expected: String?) -> SourceCase {
        SourceCase(#"{"from":"json_pointer","name":"\#(pointer)"}"#, json: json, expected)
    }

    static let all = [
        SourceCase(#"{"from":"header","name":"X-Key"}"#, "first"),
        SourceCase(#"{"from":"header","name":"x-key"}"#, "first"),
        SourceCase(#"{"from":"header","name":"x-empty"}"#, ""),
        SourceCase(#"{"from":"header","name":"x-none"}"#, nil),
        SourceCase(#"{"from":"path_capture","name":"id"}"#, "42"),
        SourceCase(#"{"from":"path_capture","name":"2"}"#, "42"),
        SourceCase(#"{"from":"path_capture","name":"1"}"#, "shop"),
        SourceCase(#"{"from":"path_capture","name":"3"}"#, nil),
        SourceCase(#"{"from":"path_capture","name":"4"}"#, nil),
        SourceCase(#"{"from":"path_capture","name":"other"}"#, nil),
        SourceCase(#"{"from":"consumer"}"#, "alice"),
        SourceCase(#"{"from":"consumer","name":"username"}"#, "alice"),
        SourceCase(#"{"from":"consumer","name":"id"}"#, "7"),
        SourceCase(#"{"from":"consumer","name":"custom_id"}"#, nil),
        pointer("/a", #"{"a":"text"}"#, "text"),
        pointer("/a", #"{"a":"\u00fc\n\""}"#, "ü\n\""),
        pointer("/a", #"{"a":""}"#, ""),
        pointer("/a", #"{"a":1.50}"#, "1.50"),
        pointer("/a", #"{"a":12345678901234567890}"#, "12345678901234567890"),
        pointer("/a", #"{"a":true}"#, "true"),
        pointer("/a", #"{"a":null}"#, nil),
        pointer("/a", #"{"a": {"b" : [1, 2]} }"#, #"{"b" : [1, 2]}"#),
        pointer("/a/b/1", #"{"a":{"b":[1,2]}}"#, "2"),
        pointer("/a/b/2", #"{"a":{"b":[1,2]}}"#, nil),
        pointer("/a/b", #"{"a":1}"#, nil),
        pointer("/b", #"{"a":1}"#, nil),
        pointer("/x~1y/m~0n", #"{"x/y":{"m~n":"found"}}"#, "found"),
        pointer("/0", #"["zero"]"#, "zero"),
        SourceCase(#"{"from":"json_pointer"}"#, json: " [1] ", "[1]"),
        pointer("/a", "", nil),
    ]
}

@Suite("kafka-upstream: where keys and topics come from")
struct RecordSourceTests {
    @Test("a source finds its value", arguments: SourceCase.all)
    func found(_ test: SourceCase) throws {
        let source = try #require(try RecordSource(try JSONValue.parse(text: test.source).objectValue))
        let exchange = try RequestFixture.exchange("GET /shop/42?k=1\nX-Key: first\nX-Key: second\nX-Empty:")
        let context = RequestFixture.context()
        context.matched(
            RouteInfo(id: "r", name: nil, service: nil),
            captures: PathCaptures(
                names: [("id", 2)], values: [Array("shop".utf8), Array("42".utf8), nil]))
        context.consumer = ConsumerInfo(id: "7", username: "alice", customID: nil)
        let json = Array(test.json.utf8)

        let value = source.value(exchange, context, json: json.span)

        #expect(value.map { String(decoding: $0, as: UTF8.self) } == test.expected)
        #expect(source.needsJSON == test.source.contains("json_pointer"))
    }

    @Test("without a consumer there is no value")
    func noConsumer() throws {
        let source = try #require(try RecordSource(["from": "consumer", "name": "id"]))
        let exchange = try RequestFixture.exchange()
        let empty: [UInt8] = []
        let value = source.value(exchange, RequestFixture.context(), json: empty.span)

        #expect(value == nil)
    }

    @Test("without a configuration there is no source")
    func none() throws {
        let isNone = try RecordSource(nil) == nil
        #expect(isNone)
    }

    @Test(
        "a query argument is found by its decoded name, the first of several",
        arguments: [
            ("a=1&a=2", "1"), ("%61=x+y%2B", "x y+"), ("b=1", nil), ("a", ""), ("a=", ""), ("", nil),
            ("ab=1&a=2", "2"), ("&&a=%zz", "%zz"), ("b=a=1&a==2", "=2"),
        ])
    func queryArgument(query: String, expected: String?) throws {
        let exchange = try RequestFixture.exchange("GET /?\(query)")
        let source = RecordSource.queryArgument(Array("a".utf8))
        let empty: [UInt8] = []
        let value = source.value(exchange, RequestFixture.context(), json: empty.span)

        #expect(value.map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
