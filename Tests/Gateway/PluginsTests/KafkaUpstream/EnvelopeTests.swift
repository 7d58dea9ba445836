import HTTPServer
import JSON
import TestPlugins
import Testing

@testable import Plugins

@Suite("kafka-upstream: what a request becomes")
struct EnvelopeTests {
    @Test("a request makes its value, or a problem", arguments: EnvelopeCase.all)
    func value(_ test: EnvelopeCase) throws {
        let head = try RequestFixture.head(test.head)
        let envelope = Envelope(parts: test.parts, source: test.source)
        var value = Array("before".utf8)
        var problem: String?
        do throws(BodyProblem) {
            try envelope.write(head, body: test.body.span, form: BodyForm(head), isChecked: false, to: &value)
        } catch { problem = error.message }
        value.removeFirst(6)

        switch test.expected {
        case .json(let text):
            #expect(problem == nil)
            let made = try JSONValue.parse(value.span)
            #expect(made == (try JSONValue.parse(text: text)))
        case .bytes(let bytes):
            #expect(problem == nil)
            #expect(value == bytes)
        case .problem(let text): #expect(problem == text)
        case .problemStarting(let text):
            #expect(problem?.hasPrefix(text) == true, "\(problem ?? "none")")
            #expect((problem?.count ?? 0) > text.count)
        }
    }

    @Test("header fields keep the order of their first occurrence")
    func order() throws {
        let head = try RequestFixture.head("GET /\nZ: 1\nA: 2\nHost: h\nz: 3\nM: 4")
        let empty: [UInt8] = []
        var value: [UInt8] = []
        try Envelope(parts: .headers, source: .envelope).write(
            head, body: empty.span, form: .other, isChecked: false, to: &value)

        #expect(try JSONValue.parse(value.span)["headers"]?.objectValue?.keys == ["z", "a", "host", "m"])
    }

    @Test("JSON that a source has looked at already is not read again, and is the same value")
    func checked() throws {
        let head = try RequestFixture.head("POST /\nContent-Type: application/json")
        let body = Array(#"{"id":7}"#.utf8)
        let envelope = Envelope(parts: .body, source: .envelope)
        var first: [UInt8] = []
        var second: [UInt8] = []
        try envelope.write(head, body: body.span, form: .json, isChecked: false, to: &first)
        try envelope.write(head, body: body.span, form: .json, isChecked: true, to: &second)

        #expect(first == second)
    }
}

@Suite("kafka-upstream: lines of JSON")
struct NDJSONTests {
    @Test(
        "a line is a record, blank lines are none",
        arguments: [
            ("", []), ("\n", []), (" \t\r\n\n", []), ("1", ["1"]), ("1\n", ["1"]), ("1\n2", ["1", "2"]),
            ("1\r\n2\r\n", ["1", "2"]), ("\n\n{\"a\":1}\n\n[2]\n", ["{\"a\":1}", "[2]"]), (" 1 \n", [" 1 "]),
            ("1\r", ["1"]),
        ])
    func lines(body: String, expected: [String]) {
        let bytes = Array(body.utf8)
        let lines = NDJSON.lines(bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }

        #expect(lines == expected)
    }
}
