import Testing

@testable import Plugins

/// A request, what of it is wanted, and the record's value that it makes.
struct EnvelopeCase: Sendable, CustomTestStringConvertible {
    enum Expected: Sendable {
        /// Compared as JSON.
        case json(String)
        case bytes([UInt8])
        /// 400 with this text.
        case problem(String)
        /// 400 with a text that begins so.
        case problemStarting(String)
    }

    let testDescription: String
    let head: String
    let body: [UInt8]
    let parts: Envelope.Parts
    let source: Envelope.ValueSource
    let expected: Expected

    init(
        _ name: String, _ head: String = "POST /", type: String? = nil, body: String = "", bytes: [UInt8]? = nil,
        parts: Envelope.Parts = .body, source: Envelope.ValueSource = .envelope, _ expected: Expected
    ) {
        testDescription = name
        self.head = type.map { "\(head)\nContent-Type: \($0)" } ?? head
        self.body = bytes ?? Array(body.utf8)
        self.parts = parts
        self.source = source
        self.expected = expected
    }

    static let form = "application/x-www-form-urlencoded"
    static let multipart = "multipart/form-data; boundary=cut"

    static let all = whole + text + json + forms + multiparts + others + lines + bodies + arguments + raw

    /// The four parts.
    private static let whole = [
        EnvelopeCase(
            "Kong's sample: a plain GET with all four parts",
            "GET /kafka?a=1\nHost: localhost:8000\nUser-Agent: curl/8\nAccept: */*",
            parts: [.method, .uri, .headers, .body],
            .json(
                """
                {"method":"GET","uri":"/kafka?a=1","uri_args":{"a":"1"},
                 "headers":{"host":"localhost:8000","user-agent":"curl/8","accept":"*\\/*"},
                 "body":"","body_args":{},"body_base64":true}
                """)),
        EnvelopeCase("the method alone", "DELETE /x", parts: .method, .json(#"{"method":"DELETE"}"#)),
        EnvelopeCase("a method of one's own", "BREW /x", parts: .method, .json(#"{"method":"BREW"}"#)),
        EnvelopeCase(
            "the address alone", "GET /a%20b?x=1&y=%41+%2B&x=2&flag&empty=&=nameless", parts: .uri,
            .json(
                """
                {"uri":"/a%20b?x=1&y=%41+%2B&x=2&flag&empty=&=nameless",
                 "uri_args":{"x":["1","2"],"y":"A +","flag":true,"empty":"","":"nameless"}}
                """)),
        EnvelopeCase("an address without arguments", "GET /a?", parts: .uri, .json(#"{"uri":"/a?","uri_args":{}}"#)),
        EnvelopeCase(
            "arguments that need escapes", "GET /?%22=%5C%0A&bad=%zz&end=%", parts: .uri,
            .json(##"{"uri":"/?%22=%5C%0A&bad=%zz&end=%","uri_args":{"\"":"\\\n","bad":"%zz","end":"%"}}"##)),
        EnvelopeCase(
            "an argument with and without a value", "GET /?a&a=1&a", parts: .uri,
            .json(#"{"uri":"/?a&a=1&a","uri_args":{"a":[true,"1",true]}}"#)),
        EnvelopeCase(
            "an absolute address", "GET http://other/a?b=1", parts: .uri,
            .json(#"{"uri":"/a?b=1","uri_args":{"b":"1"}}"#)),
        EnvelopeCase(
            "headers keep their order, names in lower case, repeated ones as lists",
            "GET /\nX-B: 1\nX-a: 2\nHost: h\nx-B: 3\nX-Quote: \"\\", parts: .headers,
            .json(#"{"headers":{"x-b":["1","3"],"x-a":"2","host":"h","x-quote":"\"\\"}}"#)),
    ]

    private static let text =
        ["text/plain", "text/html", "application/xml", "text/xml", "application/soap+xml"].flatMap { type in
            [
                EnvelopeCase(
                    "\(type) is text", type: type, body: "<a>\"ü\"\n</a>",
                    .json(#"{"body":"<a>\"ü\"\n</a>","body_args":{}}"#)),
                EnvelopeCase(
                    "\(type) with parameters and capitals is text", type: "\(type.uppercased()) ; charset=utf-8",
                    body: "x", .json(#"{"body":"x","body_args":{}}"#)),
            ]
        } + [
            EnvelopeCase("an empty text", type: "text/plain", .json(#"{"body":"","body_args":{}}"#)),
            EnvelopeCase(
                "a text that is no UTF-8 keeps its bytes", type: "text/plain", bytes: [0x61, 0xff, 0x62],
                .json(#"{"body":"Yf9i","body_args":{},"body_base64":true}"#)),
        ]

    private static let json = [
        EnvelopeCase(
            "a JSON object", type: "application/json", body: #" {"a": [1, null, "ü\/"], "b": 1.50} "#,
            .json(##"{"body":" {\"a\": [1, null, \"ü\\/\"], \"b\": 1.50} ","body_args":{"a":[1,null,"ü/"],"b":1.5}}"##)),
        EnvelopeCase(
            "a JSON array", type: "application/json", body: "[1,2]", .json(#"{"body":"[1,2]","body_args":[1,2]}"#)),
        EnvelopeCase(
            "JSON with parameters and capitals", type: "Application/JSON;Charset=UTF-8", body: "{}",
            .json(#"{"body":"{}","body_args":{}}"#)),
        EnvelopeCase(
            "a JSON scalar", type: "application/json", body: "1",
            .problem("the body is no valid JSON: an object or array is expected")),
        EnvelopeCase(
            "a JSON string", type: "application/json", body: #""a""#,
            .problem("the body is no valid JSON: an object or array is expected")),
        EnvelopeCase(
            "an empty JSON body", type: "application/json", .problemStarting("the body is no valid JSON: ")),
        EnvelopeCase(
            "JSON that ends too early", type: "application/json", body: #"{"a":"#,
            .problemStarting("the body is no valid JSON: ")),
        EnvelopeCase(
            "JSON with something behind it", type: "application/json", body: "{} {}",
            .problemStarting("the body is no valid JSON: ")),
        EnvelopeCase(
            "JSON that is no UTF-8", type: "application/json", bytes: [0x5b, 0x22, 0xff, 0x22, 0x5d],
            .problemStarting("the body is no valid JSON: ")),
        EnvelopeCase(
            "JSON as deep as is read", type: "application/json",
            body: nested(128), source: .bodyArguments,
            .bytes(Array(nested(128).utf8))),
        EnvelopeCase(
            "JSON that is too deep", type: "application/json",
            body: nested(129),
            .problemStarting("the body is no valid JSON: ")),
    ]

    private static let forms = [
        EnvelopeCase(
            "a form", type: form, body: "a=1&b=x+y%21&a=2&flag&empty=",
            .json(
                #"{"body":"a=1&b=x+y%21&a=2&flag&empty=","body_args":{"a":["1","2"],"b":"x y!","flag":true,"empty":""}}"#
            )),
        EnvelopeCase("an empty form", type: form, .json(#"{"body":"","body_args":{}}"#)),
        EnvelopeCase(
            "a form with bad escapes keeps them", type: "\(form); charset=utf-8", body: "a=%zz%4&%=1",
            .json(#"{"body":"a=%zz%4&%=1","body_args":{"a":"%zz%4","%":"1"}}"#)),
        EnvelopeCase(
            "a form of 1000 fields", type: form, body: Array(repeating: "a=1", count: 1000).joined(separator: "&"),
            .json(
                #"{"body":"\#(Array(repeating: "a=1", count: 1000).joined(separator: "&"))","body_args":{"a":[\#(Array(repeating: "\"1\"", count: 1000).joined(separator: ","))]}}"#
            )),
        EnvelopeCase(
            "a form of too many fields", type: form, body: Array(repeating: "a=1", count: 1001).joined(separator: "&"),
            .problem("the body is no valid form: the form has more than 1000 fields")),
        EnvelopeCase(
            "a form whose bytes are no UTF-8 keeps its body", type: form, body: "a=%ff",
            .json(#"{"body":"a=%ff","body_args":{"a":"\#u{fffd}"}}"#)),
    ]

    private static let multiparts = [
        EnvelopeCase(
            "a multipart form with a repeated field and a file", type: multipart,
            body: part("a", "1") + part("b", "x\r\ny") + part("a", "2")
                + "--cut\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nfile\r\n--cut--\r\n", parts: [.method, .body],
            .json(
                #"{"method":"POST","body":"\#(escaped(part("a", "1") + part("b", "x\r\ny") + part("a", "2")))--cut\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nfile\r\n--cut--\r\n","body_args":{"a":["1","2"],"b":"x\r\ny","f":"file"}}"#
            )),
        EnvelopeCase(
            "a multipart form without fields", type: "Multipart/Form-Data; Boundary=\"cut\"", body: "--cut--",
            .json(#"{"body":"--cut--","body_args":{}}"#)),
        EnvelopeCase(
            "a multipart form without a boundary", type: "multipart/form-data", body: "--cut--",
            .problem("the body is no valid multipart form: its Content-Type has no boundary")),
        EnvelopeCase(
            "a multipart form that is cut", type: multipart, body: part("a", "1"),
            .problem("the body is no valid multipart form: the multipart body does not end with '--boundary--'")),
        EnvelopeCase(
            "a multipart form with another boundary", type: multipart, body: "--other--",
            .problem("the body is no valid multipart form: the multipart body has no delimiter '--boundary'")),
        EnvelopeCase(
            "an empty multipart body", type: multipart,
            .problem("the body is no valid multipart form: the multipart body has no delimiter '--boundary'")),
        EnvelopeCase(
            "a field without a name", type: multipart,
            body: "--cut\r\nContent-Disposition: form-data\r\n\r\n1\r\n--cut--",
            .problem("the body is no valid multipart form: a multipart field has no name")),
        EnvelopeCase(
            "a multipart form with binary content", type: multipart,
            bytes: Array("--cut\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + [0xff]
                + Array("\r\n--cut--".utf8),
            .json(
                #"{"body":"LS1jdXQNCkNvbnRlbnQtRGlzcG9zaXRpb246IGZvcm0tZGF0YTsgbmFtZT1hDQoNCv8NCi0tY3V0LS0=","body_args":{"a":"\#u{fffd}"},"body_base64":true}"#
            )),
    ]

    private static let others = [
        EnvelopeCase(
            "no Content-Type", body: "hello", .json(#"{"body":"aGVsbG8=","body_args":{},"body_base64":true}"#)),
        EnvelopeCase(
            "an empty Content-Type", type: "", body: "hello",
            .json(#"{"body":"aGVsbG8=","body_args":{},"body_base64":true}"#)),
        EnvelopeCase(
            "any other type", type: "application/octet-stream", bytes: [0, 255],
            .json(#"{"body":"AP8=","body_args":{},"body_base64":true}"#)),
        EnvelopeCase(
            "a JSON type with a suffix is another type", type: "application/vnd.api+json", body: "{}",
            .json(#"{"body":"e30=","body_args":{},"body_base64":true}"#)),
        EnvelopeCase(
            "text of another kind", type: "text/csv", body: "a",
            .json(#"{"body":"YQ==","body_args":{},"body_base64":true}"#)),
    ]

    private static let lines = [
        EnvelopeCase(
            "lines of JSON that make one record", type: "application/x-ndjson", body: "{}\n",
            .json(#"{"body":"e30K","body_args":{},"body_base64":true}"#)),
        EnvelopeCase(
            "lines of JSON are no decoded body", type: "application/x-ndjson", body: "{\"a\":1}\n",
            source: .bodyArguments,
            .problem("a JSON, form or multipart body with its Content-Type is expected")),
    ]

    private static let bodies = [
        EnvelopeCase(
            "the body: JSON", type: "application/json", body: #" {"a":1} "#, source: .body,
            .bytes(Array(#" {"a":1} "#.utf8))),
        EnvelopeCase(
            "the body: bad JSON", type: "application/json", body: "{", source: .body,
            .problemStarting("the body is no valid JSON: ")),
        EnvelopeCase("the body: a form", type: form, body: "a=%41", source: .body, .bytes(Array("a=%41".utf8))),
        EnvelopeCase(
            "the body: a form of too many fields", type: form, body: String(repeating: "a&", count: 1001),
            source: .body, .problem("the body is no valid form: the form has more than 1000 fields")),
        EnvelopeCase(
            "the body: a cut multipart form", type: multipart, body: part("a", "1"), source: .body,
            .problem("the body is no valid multipart form: the multipart body does not end with '--boundary--'")),
        EnvelopeCase("the body: bytes", bytes: [0, 255, 10], source: .body, .bytes([0, 255, 10])),
        EnvelopeCase("the body: nothing", source: .body, .bytes([])),
    ]

    private static let arguments = [
        EnvelopeCase(
            "the decoded body: JSON", type: "application/json", body: #" {"a":1} "#, source: .bodyArguments,
            .json(#"{"a":1}"#)),
        EnvelopeCase(
            "the decoded body: a form", type: form, body: "a=1&b", source: .bodyArguments,
            .json(#"{"a":"1","b":true}"#)),
        EnvelopeCase(
            "the decoded body: a multipart form", type: multipart, body: part("a", "1") + "--cut--",
            source: .bodyArguments, .json(#"{"a":"1"}"#)),
        EnvelopeCase(
            "the decoded body: text", type: "text/plain", body: "a", source: .bodyArguments,
            .problem("a JSON, form or multipart body with its Content-Type is expected")),
        EnvelopeCase(
            "the decoded body: no type", source: .bodyArguments,
            .problem("a JSON, form or multipart body with its Content-Type is expected")),
        EnvelopeCase(
            "the decoded body: a field that is no UTF-8", type: form, body: "a=%ff", source: .bodyArguments,
            .problem("a field of the form is no UTF-8, which a JSON value cannot hold")),
        EnvelopeCase(
            "the decoded body: a name that is no UTF-8", type: form, body: "%ff=a", source: .bodyArguments,
            .problem("a field of the form is no UTF-8, which a JSON value cannot hold")),
        EnvelopeCase(
            "the decoded body: a binary part", type: multipart,
            bytes: Array("--cut\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + [0xff]
                + Array("\r\n--cut--".utf8), source: .bodyArguments,
            .problem("a field of the form is no UTF-8, which a JSON value cannot hold")),
    ]

    private static let raw = [
        EnvelopeCase(
            "the bytes: bad JSON", type: "application/json", body: "{", source: .raw, .bytes(Array("{".utf8))),
        EnvelopeCase("the bytes: nothing", source: .raw, .bytes([])),
        EnvelopeCase("the bytes: anything", type: multipart, bytes: [13, 0, 10], source: .raw, .bytes([13, 0, 10])),
    ]

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
    }

    private static func part(_ name: String, _ value: String) -> String {
        "--cut\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": result += "\\r"
            case "\n": result += "\\n"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
