import Bytes
import HTTPServer
import PluginKit
import TestPlugins
import TestRandom
import Testing

@testable import ReportingPlugins

/// Header fields of a request, and what a format reads in them: trace, span, whether it is sampled, W3C's state; nil:
/// nothing.
struct TraceFormatCase: Sendable, CustomTestStringConvertible {
    let format: TraceFormat
    let fields: String
    let expected: String?

    var testDescription: String { "\(format.rawValue): \(fields)" }

    init(_ format: TraceFormat, _ fields: String, _ expected: String?) {
        self.format = format
        self.fields = fields
        self.expected = expected
    }

    private static let id = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    static let w3c: [TraceFormatCase] = [
        .init(.w3c, "traceparent: 00-\(id)-\(span)-01", "\(id) \(span) true"),
        .init(.w3c, "TraceParent: 00-\(id)-\(span)-00", "\(id) \(span) false"),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-03", "\(id) \(span) true"),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-fe", "\(id) \(span) false"),
        .init(.w3c, "traceparent:   00-\(id)-\(span)-01  ", "\(id) \(span) true"),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-01\ntracestate: a=1,b=2", "\(id) \(span) true a=1,b=2"),
        .init(.w3c, "tracestate: a=1\ntraceparent: 00-\(id)-\(span)-01\ntracestate: b=2", "\(id) \(span) true a=1,b=2"),
        // A later version.
        .init(.w3c, "traceparent: cc-\(id)-\(span)-01", "\(id) \(span) true"),
        .init(.w3c, "traceparent: cc-\(id)-\(span)-01-what-comes", "\(id) \(span) true"),
        .init(.w3c, "traceparent: cc-\(id)-\(span)-01.what-comes", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-01-more", nil),
        .init(.w3c, "traceparent: ff-\(id)-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-1", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-0x", nil),
        .init(.w3c, "traceparent: 00-\(id.uppercased())-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span.uppercased())-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-0A", nil),
        .init(.w3c, "traceparent: 00-00000000000000000000000000000000-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-0000000000000000-01", nil),
        .init(.w3c, "traceparent: 00_\(id)-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)_\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id.dropLast())g-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-01, 00-\(id)-\(span)-01", nil),
        .init(.w3c, "traceparent: 00-\(id)-\(span)-01\ntraceparent: 00-\(id)-\(span)-01", nil),
        .init(.w3c, "traceparent:", nil), .init(.w3c, "traceparent: é", nil),
        .init(.w3c, "traceparent: \(String(repeating: "0", count: 4_000))", nil), .init(.w3c, "tracestate: a=1", nil),
    ]

    static let others: [TraceFormatCase] = [
        .init(.b3, "X-B3-TraceId: \(id)\nX-B3-SpanId: \(span)\nX-B3-Sampled: 1", "\(id) \(span) true"),
        .init(.b3, "X-B3-TraceId: \(id)\nX-B3-SpanId: \(span)\nX-B3-Sampled: false", "\(id) \(span) false"),
        .init(.b3, "X-B3-TraceId: \(id)\nX-B3-SpanId: \(span)", "\(id) \(span) nil"),
        .init(.b3, "X-B3-TraceId: \(span)\nX-B3-SpanId: \(span)", "0000000000000000\(span) \(span) nil"),
        .init(.b3, "X-B3-TraceId: \(id.uppercased())\nX-B3-SpanId: \(span)", "\(id) \(span) nil"),
        .init(.b3, "X-B3-Sampled: 0", "nil nil false"), .init(.b3, "X-B3-Flags: 1\nX-B3-Sampled: 0", "nil nil true"),
        .init(.b3, "X-B3-TraceId: \(id)", nil), .init(.b3, "X-B3-TraceId: \(id)x\nX-B3-SpanId: \(span)", nil),
        .init(.b3, "X-B3-TraceId: \(id)\nX-B3-SpanId: 0000000000000000\nX-B3-Sampled: 1", nil),
        .init(.b3, "X-B3-Sampled: maybe", nil), .init(.b3, "b3: 1", nil),
        .init(.b3Single, "b3: \(id)-\(span)-1", "\(id) \(span) true"),
        .init(.b3Single, "b3: \(id)-\(span)-d-\(span)", "\(id) \(span) true"),
        .init(.b3Single, "b3: \(id)-\(span)", "\(id) \(span) nil"), .init(.b3Single, "b3: 0", "nil nil false"),
        .init(.b3Single, "b3: 2", nil), .init(.b3Single, "b3: \(id)-\(span)-", nil),
        .init(.b3Single, "b3: \(id)-\(span)-1-x", nil), .init(.b3Single, "b3: \(id)-\(span)-1-\(span)-1", nil),
        .init(.b3Single, "b3: \(String(repeating: "-", count: 4_000))", nil), .init(.b3Single, "b3: --", nil),
        .init(.jaeger, "uber-trace-id: \(id):\(span):0:1", "\(id) \(span) true"),
        .init(.jaeger, "uber-trace-id: 1f:\(span):\(span):0", "0000000000000000000000000000001f \(span) false"),
        .init(.jaeger, "uber-trace-id: \(id):b:0:3", "\(id) 000000000000000b true"),
        .init(.jaeger, "uber-trace-id: 0:\(span):0:1", nil), .init(.jaeger, "uber-trace-id: \(id):0:0:1", nil),
        .init(.jaeger, "uber-trace-id: \(id)0:\(span):0:1", nil), .init(.jaeger, "uber-trace-id: \(id):\(span):0", nil),
        .init(.jaeger, "uber-trace-id: :::", nil), .init(.jaeger, "uber-trace-id: \(id):\(span):0:x", nil),
    ]
}

@Suite("traces in header fields")
struct TraceFormatTests {
    @Test("what is read", arguments: TraceFormatCase.w3c + TraceFormatCase.others)
    func read(_ wanted: TraceFormatCase) throws {
        let head = try RequestFixture.head("GET /\n" + wanted.fields)
        let found = wanted.format.found(in: head).map { found in
            let parts = [
                found.id?.description ?? "nil", found.parent?.description ?? "nil",
                found.isSampled.map { "\($0)" } ?? "nil", String(decoding: found.state, as: UTF8.self),
            ]
            return parts.filter { !$0.isEmpty }.joined(separator: " ")
        }
        #expect(found == wanted.expected)
    }

    @Test("any bytes at all are read or left alone")
    func anything() throws {
        var random = SeededGenerator(seed: 7)
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for _ in 0..<2_000 {
            var bytes = Array(good.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0x21...0x7e, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            let text = String(decoding: bytes, as: UTF8.self)
            let head = try RequestFixture.head(
                "GET /\ntraceparent: \(text)\nb3: \(text)\nuber-trace-id: \(text)\nx-b3-traceid: \(text)\nx-b3-spanid: 1"
            )
            for format in TraceFormat.allCases {
                guard let found = format.found(in: head), let id = found.id else { continue }
                #expect(text.lowercased().contains(id.description.drop { $0 == "0" }))
            }
        }
    }

    private static func trace(isSampled: Bool = true, state: String = "", parent: SpanID? = SpanID(7)) throws
        -> RequestTrace
    {
        var next: UInt64 = 0x10
        let id = try #require(TraceID(high: 0xab, low: 0xcd))
        return RequestTrace(
            RequestTrace.Context(id: id, parent: parent, state: Array(state.utf8), isSampled: isSampled), startedAt: 1
        ) {
            next += 1
            guard let id = SpanID(next) else { preconditionFailure("it is not zero") }
            return id
        }
    }

    private static let id = "00000000000000ab00000000000000cd"
    private static let hostile =
        "GET /\ntraceparent: x\nTraceparent: y\ntracestate: a=1\nX-B3-Flags: 1\nb3: 1\nx-b3-parentspanid: 1"

    @Test("what is written takes the place of whatever came")
    func written() throws {
        let trace = try Self.trace()
        let own = trace.root.description
        for (format, expected): (TraceFormat, [String: String?]) in [
            (.w3c, ["traceparent": "00-\(Self.id)-\(trace.forwarded)-01", "tracestate": nil]),
            (
                .b3,
                [
                    "x-b3-traceid": Self.id, "x-b3-spanid": trace.forwarded.description, "x-b3-sampled": "1",
                    "x-b3-parentspanid": own, "x-b3-flags": nil,
                ]
            ), (.b3Single, ["b3": "\(Self.id)-\(trace.forwarded)-1-\(own)"]),
            (.jaeger, ["uber-trace-id": "\(Self.id):\(trace.forwarded):\(own):01"]),
        ] {
            var head = try RequestFixture.head(Self.hostile)
            format.write(trace, to: &head)
            for (name, value) in expected { #expect(Self.values(name, head) == (value.map { [$0] } ?? [])) }
        }
    }

    @Test("what is not sampled is told too, and so is the caller's state")
    func unsampled() throws {
        let trace = try Self.trace(isSampled: false, state: "a=1")
        #expect(trace.forwarded == trace.root && trace.published == trace.root)
        var head = try RequestFixture.head("GET /\ntraceparent: x\ntracestate: a=1")
        TraceFormat.w3c.write(trace, to: &head)
        #expect(Self.values("traceparent", head) == ["00-\(Self.id)-\(trace.root)-00"])
        #expect(Self.values("tracestate", head) == ["a=1"])
        trace.begin("x")
        trace.beginAccess(step: 1, name: "y")
        trace.endAccess()
        #expect(trace.spans.isEmpty)
    }

    @Test("a short id of B3 stays short")
    func short() throws {
        let id = try #require(TraceID(high: 0, low: 0xcd))
        let trace = RequestTrace(RequestTrace.Context(id: id, parent: nil, isSampled: false), startedAt: 1) {
            SpanID(5) ?? { preconditionFailure("it is not zero") }()
        }
        var head = try RequestFixture.head("GET /\nb3: 1")
        TraceFormat.b3Single.write(trace, to: &head)
        #expect(Self.values("b3", head) == ["00000000000000cd-0000000000000005-0"])
    }

    private static func values(_ name: String, _ head: borrowing RequestHead) -> [String] {
        var values: [String] = []
        for index in 0..<head.fieldCount where head.name(index).string.lowercased() == name {
            values.append(head.value(index).string)
        }
        return values
    }
}
