import JSON
import TestPlugins
import Testing

@testable import Kafka
@testable import Plugins

/// `config.headers`, the request's fields, and the record's headers; nil: none at all is looked for.
struct HeaderRule: Sendable, CustomTestStringConvertible {
    let config: String
    let expected: [String]?

    var testDescription: String { config }

    init(_ config: String, _ expected: [String]?) {
        self.config = config
        self.expected = expected
    }

    static let request = "GET /\nX-One: 1\nX-Two: a\nHost: h\nx-two: b\nX-Empty:\nX-TWO: a"

    static let all = [
        HeaderRule("{}", nil),
        HeaderRule(#"{"forward_http_headers_as_record_headers":false,"include_headers":["x-one"]}"#, nil),
        HeaderRule(#"{"forward_http_headers_as_record_headers":false,"forward_all_by_default":true}"#, nil),
        HeaderRule(#"{"include_headers":["x-none"]}"#, []),
        HeaderRule(#"{"include_headers":["X-ONE"]}"#, ["x-one=1"]),
        HeaderRule(#"{"include_headers":["x-one"],"exclude_headers":["x-one"]}"#, ["x-one=1"]),
        HeaderRule(#"{"include_headers":["x-empty"]}"#, ["x-empty="]),
        HeaderRule(#"{"include_headers":["x-two"]}"#, ["x-two=a", "x-two=b", "x-two=a"]),
        HeaderRule(
            #"{"include_headers":["x-two","x-one"],"repeated_headers_behavior":"take_first"}"#, ["x-one=1", "x-two=a"]),
        HeaderRule(
            #"{"include_headers":["x-two","x-one"],"repeated_headers_behavior":"concatenate_by_comma"}"#,
            ["x-one=1", "x-two=a,b,a"]),
        HeaderRule(
            #"{"forward_all_by_default":true}"#,
            ["x-one=1", "x-two=a", "host=h", "x-two=b", "x-empty=", "x-two=a"]),
        HeaderRule(
            #"{"forward_all_by_default":true,"exclude_headers":["X-Two","host"]}"#, ["x-one=1", "x-empty="]),
        HeaderRule(
            #"{"forward_all_by_default":true,"include_headers":["x-one"],"exclude_headers":["x-two","host"]}"#,
            ["x-one=1", "x-empty="]),
        HeaderRule(
            #"{"include_headers":["x-one","x-two"],"name_mappings":{"X-One":"Number","x-two":"n","x-three":"3"}}"#,
            ["Number=1", "n=a", "n=b", "n=a"]),
        HeaderRule(
            #"{"include_headers":["x-one","x-two"],"name_mappings":{"x-one":"n","x-two":"n"},"repeated_headers_behavior":"take_first"}"#,
            ["n=1", "n=a"]),
    ]
}

@Suite("kafka-upstream: record headers")
struct RecordHeaderRulesTests {
    @Test("header fields become record headers by the rules", arguments: HeaderRule.all)
    func collected(_ rule: HeaderRule) throws {
        let config = try PluginFixture.config(
            "kafka-upstream", ["topic": "t"], ["headers": try JSONValue.parse(text: rule.config)])
        guard let rules = RecordHeaderRules(config["headers"]?.objectValue) else {
            #expect(rule.expected == nil)
            return
        }
        let head = try RequestFixture.head(HeaderRule.request)
        var headers = RecordHeaders()
        rules.collect(head, into: &headers)

        #expect(headers.pairs == rule.expected)
    }
}

extension RecordHeaders {
    /// `name=value` of each.
    fileprivate var pairs: [String] {
        var start = 0
        return entries.map { entry in
            defer { start = entry.valueEnd }
            let name = String(decoding: bytes[start..<entry.nameEnd], as: UTF8.self)
            return "\(name)=\(String(decoding: bytes[entry.nameEnd..<entry.valueEnd], as: UTF8.self))"
        }
    }
}
