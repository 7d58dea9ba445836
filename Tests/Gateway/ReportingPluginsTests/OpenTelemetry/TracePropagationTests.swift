import Delivery
import HTTPServer
import JSON
import PluginKit
import TestPlugins
import Testing

@testable import ReportingPlugins

@Suite("how traces are passed on")
struct TracePropagationTests {
    /// What becomes of a request's fields: `config` as JSON, the fields, and the formats in which the trace then stands
    /// there, `!` before those that tell another trace.
    struct Case: Sendable, CustomTestStringConvertible {
        let config: String
        let fields: String
        let expected: String

        init(_ config: String, _ fields: String, _ expected: String) {
            self.config = config
            self.fields = fields
            self.expected = expected
        }

        var testDescription: String { "\(config) \(fields)" }
    }

    private static let id = "0af7651916cd43dd8448eb211c80319c"
    private static let w3c = "traceparent: 00-\(id)-b7ad6b7169203331-01"
    private static let other = "b3: 1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"
    private static let jaeger = "uber-trace-id: 2af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1"

    private static let cases = [
        Case("{}", "", "new w3c"), Case("{}", w3c, "kept w3c"), Case("{}", other, "kept b3-single"),
        Case("{}", jaeger, "kept jaeger"), Case("{}", "traceparent: 00-bad", "new w3c"),
        // The first of those that are there.
        Case("{}", "\(w3c)\n\(other)", "kept !w3c b3-single"),
        Case(#"{"header_type":"ignore"}"#, w3c, "new w3c"),
        Case(#"{"header_type":"ignore"}"#, jaeger, "new w3c !jaeger"),
        Case(#"{"header_type":"w3c"}"#, jaeger, "kept w3c jaeger"),
        Case(#"{"header_type":"jaeger"}"#, w3c, "kept w3c jaeger"),
        Case(#"{"header_type":"b3"}"#, "", "new w3c b3"),
        Case(#"{"propagation":{"default_format":"b3"}}"#, "", "new b3"),
        Case(#"{"propagation":{"default_format":"b3"}}"#, w3c, "kept w3c"),
        Case(#"{"propagation":{"extract":["w3c"],"inject":["b3-single"]}}"#, w3c, "kept !w3c b3-single"),
        Case(#"{"propagation":{"extract":["w3c"],"inject":["preserve"]}}"#, jaeger, "new w3c !jaeger"),
        Case(
            #"{"propagation":{"extract":["jaeger","w3c"],"clear":["uber-trace-id"],"inject":["w3c"]}}"#, jaeger,
            "kept w3c"),
        Case(#"{"propagation":{"extract":["w3c"]}}"#, w3c, "kept !w3c"),
        Case(#"{"propagation":{"inject":["preserve"]}}"#, w3c, "new w3c"),
        // What counts is the newer field.
        Case(
            #"{"header_type":"ignore","propagation":{"extract":["b3"],"inject":["preserve"]}}"#, other, "kept b3-single"
        ),
    ]

    @Test("by the configuration", arguments: cases)
    func propagation(_ wanted: Case) throws {
        let config = try PluginFixture.config(
            "opentelemetry", ["traces_endpoint": "http://a"],
            try JSONValue.parse(text: wanted.config).objectValue ?? [:])
        let propagation = TracePropagation(config)
        var head = try RequestFixture.head("GET /" + (wanted.fields.isEmpty ? "" : "\n\(wanted.fields)"))
        let ids = RandomIDs()
        let found = propagation.found(in: head)
        let trace = RequestTrace(
            RequestTrace.Context(id: found?.trace.id ?? ids.trace(), parent: found?.trace.parent, isSampled: true),
            startedAt: 1, makeID: { ids.span() })
        propagation.write(trace, came: found?.format, to: &head)

        var seen = [found == nil ? "new" : "kept"]
        for format in TraceFormat.allCases {
            guard let there = format.found(in: head) else { continue }
            let isOurs = there.id == trace.id && there.parent == trace.forwarded
            seen.append(isOurs ? format.rawValue : "!\(format.rawValue)")
        }
        #expect(seen.joined(separator: " ") == wanted.expected)
    }

    @Test("which are recorded")
    func sampling() throws {
        let ids = RandomIDs()
        for _ in 0..<200 {
            let id = ids.trace()
            for strategy in TraceSampling.Strategy.allCases {
                #expect(TraceSampling(strategy, rate: 1).isSampled(id, parent: nil))
                #expect(!TraceSampling(strategy, rate: 0).isSampled(id, parent: nil))
                #expect(!TraceSampling(strategy, rate: 1).isSampled(id, parent: false))
                #expect(TraceSampling(strategy, rate: 1).isSampled(id, parent: true))
            }
            #expect(TraceSampling(.parent, rate: 0).isSampled(id, parent: true))
            #expect(!TraceSampling(.parentDrop, rate: 0).isSampled(id, parent: true))
        }
        let half = TraceSampling(.parentDrop, rate: 0.5)
        #expect(half.isSampled(try #require(TraceID(high: 0, low: 1)), parent: nil))
        #expect(!half.isSampled(try #require(TraceID(high: 0, low: 1 << 63)), parent: nil))
        let count = (0..<10_000).count { _ in half.isSampled(ids.trace(), parent: nil) }
        #expect((4_000...6_000).contains(count))
    }

    private static let schemas = [
        SchemaCase(#"{"traces_endpoint":"http://a:4318/v1/traces"}"#), SchemaCase(#"{"endpoint":"http://a"}"#),
        SchemaCase("{}", "config: at least one of these fields must be non-empty: 'traces_endpoint', 'endpoint'"),
        SchemaCase(#"{"traces_endpoint":"a"}"#, "config.traces_endpoint: \(Endpoint.rule)"),
        SchemaCase(
            #"{"traces_endpoint":"http://a","logs_endpoint":"http://a"}"#,
            "config.logs_endpoint: logs are not sent by OTLP: log plugins deliver entries"),
        SchemaCase(
            #"{"traces_endpoint":"http://a","header_type":"aws"}"#,
            "config.header_type: this format is not available in this version; there are w3c, b3, b3-single and jaeger"),
        SchemaCase(
            #"{"traces_endpoint":"http://a","sampling_rate":2}"#,
            "config.sampling_rate: value should be between 0 and 1"),
    ]

    @Test("what configurations are taken and refused", arguments: schemas)
    func schema(_ wanted: SchemaCase) throws { try wanted.check("opentelemetry") }
}
