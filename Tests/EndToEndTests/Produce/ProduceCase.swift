import JSON
import TestBrokers
import Testing

/// A request to a route of its own, and the records that it must become.
struct ProduceCase: Sendable, CustomTestStringConvertible {
    struct Record: Sendable, Hashable {
        var key: [UInt8]?
        let value: [UInt8]
        var headers: [StoredHeader] = []

        init(_ value: [UInt8], key: String? = nil, headers: [StoredHeader] = []) {
            self.key = key.map { Array($0.utf8) }
            self.value = value
            self.headers = headers
        }

        init(_ value: String, key: String? = nil) { self.init(Array(value.utf8), key: key) }

        init(_ stored: StoredRecord) {
            key = stored.key
            value = stored.value ?? []
            headers = stored.headers
        }
    }

    /// Names the case, its route and its topic.
    let name: String
    let config: JSONObject
    /// What stands behind the route's path in the request line.
    let target: String
    /// Header fields, a line each.
    let fields: [String]
    let body: [UInt8]
    /// Whether the body is sent in chunks.
    let isChunked: Bool
    let status: Int
    let records: [Record]

    var testDescription: String { name }
    var path: String { "/\(name)" }

    init(
        _ name: String, _ config: JSONObject = JSONObject(), target: String = "", fields: [String] = [],
        body: [UInt8], isChunked: Bool = false, status: Int = 200, _ records: [Record]
    ) {
        self.name = name
        self.config = config
        self.target = target
        self.fields = fields
        self.body = body
        self.isChunked = isChunked
        self.status = status
        self.records = records
    }

    init(
        _ name: String, _ config: JSONObject = JSONObject(), target: String = "", fields: [String] = [], body: String,
        isChunked: Bool = false, status: Int = 200, _ records: [Record]
    ) {
        self.init(
            name, config, target: target, fields: fields, body: Array(body.utf8), isChunked: isChunked, status: status,
            records)
    }
}

extension ProduceCase {
    static let all = codecs + values + keys + headers + batches + limits + refused

    /// What every codec makes smaller.
    static let compressible = Array(repeating: Array("All of this can be said in fewer bytes. ".utf8), count: 100)
        .flatMap(\.self)

    /// Waits for the acknowledgement of all replicas, and tells where the record is.
    static let acknowledged: JSONObject = [
        "producer_async": false, "producer_request_acks": -1, "return_metadata": true,
    ]

    private static let json = "Content-Type: application/json"

    static let codecs =
        ["none", "gzip", "snappy", "lz4", "zstd"].flatMap { codec -> [ProduceCase] in
            let config: JSONObject = ["compression_type": .string(codec)]
            return [
                ProduceCase(
                    "\(codec)-acknowledged", acknowledged.with(config), body: compressible, [Record(compressible)]),
                ProduceCase("\(codec)-queued", config, body: compressible, [Record(compressible)]),
            ]
        } + [
            ProduceCase(
                "leader-acknowledged", acknowledged.with(["producer_request_acks": 1]), body: "leader",
                [Record("leader")]),
            ProduceCase(
                "not-acknowledged", ["producer_async": false, "producer_request_acks": 0], body: "nobody",
                [Record("nobody")]),
        ]

    private static let values = [
        ProduceCase(
            "envelope",
            acknowledged.with([
                "value_source": "envelope", "forward_method": true, "forward_uri": true, "forward_headers": true,
            ]), target: "/here?b=2&a=%C3%A9&b=3", fields: [json, "X-Trace: one", "X-Trace: two"], body: #"{"id": 1}"#,
            [
                Record(
                    #"{"method":"POST","uri":"/envelope/here?b=2&a=%C3%A9&b=3","uri_args":{"b":["2","3"],"a":"é"},"#
                        + #""headers":{"content-type":"application/json","x-trace":["one","two"],"#
                        + #""host":"gateway.test","content-length":"9"},"body":"{\"id\": 1}","body_args":{"id": 1}}"#)
            ]),
        ProduceCase(
            "envelope-base64", acknowledged.with(["value_source": "envelope"]), body: [0, 0xff, 0x80],
            [Record(#"{"body":"AP+A","body_args":{},"body_base64":true}"#)]),
        ProduceCase(
            "body", acknowledged.with(["value_source": "body"]), fields: [json],
            body: "{ \"é\" : [1.50, \"\\u00e9\"]\n}",
            [Record("{ \"é\" : [1.50, \"\\u00e9\"]\n}")]),
        ProduceCase(
            "body-args", acknowledged.with(["value_source": "body_args"]),
            fields: ["Content-Type: application/x-www-form-urlencoded"], body: "a=1&b=x+y&b=%C3%A9&c",
            [Record(#"{"a":"1","b":["x y","é"],"c":true}"#)]),
        ProduceCase(
            "raw", acknowledged, body: Array(repeating: Array(UInt8.min...UInt8.max), count: 4).flatMap(\.self),
            [Record(Array(repeating: Array(UInt8.min...UInt8.max), count: 4).flatMap(\.self))]),
        ProduceCase("raw-empty", acknowledged, body: "", [Record("")]),
        ProduceCase(
            "scripts",
            acknowledged.with([
                "value_source": "envelope", "forward_headers": true,
                "message_by_lua_functions": [
                    "return function(message) message.headers.apikey = '[REDACTED]' return message end",
                    "return function(m) return {key = m.headers.apikey, id = m.body_args.id, at = kong.request.get_path()} end",
                    #"return function(m) return '{"id":' .. m.id .. ',"key":"' .. m.key .. m.at .. '"}' end"#,
                ],
            ]), fields: [json, "apikey: secret"], body: #"{"id": 7}"#, [Record(#"{"id":7,"key":"[REDACTED]/scripts"}"#)]
        ),
        ProduceCase(
            "script-fails",
            acknowledged.with([
                "value_source": "body",
                "message_by_lua_functions": ["return function(m) while m.loops do end return m.x end"],
            ]), fields: [json], body: #"{"loops": true}"#, status: 500, []),
        ProduceCase(
            "raw-in-chunks", acknowledged, body: "in three pieces", isChunked: true, [Record("in three pieces")]),
    ]

    private static let keys = [
        ProduceCase(
            "key-of-query", acknowledged.with(["key_query_arg": "key"]), target: "?key=a%20b%00%E2%82%AC", body: "v",
            [Record("v", key: "a b\u{0}€")]),
        ProduceCase(
            "key-of-header", acknowledged.with(["key_source": ["from": "header", "name": "X-Key"]]),
            fields: ["X-Key: order-1"], body: "v", [Record("v", key: "order-1")]),
        ProduceCase(
            "key-of-body",
            acknowledged.with(["value_source": "body", "key_source": ["from": "json_pointer", "name": "/customer/id"]]),
            fields: [json], body: #"{"customer":{"id":"c\u002d1"}}"#,
            [Record(#"{"customer":{"id":"c\u002d1"}}"#, key: "c-1")]),
        ProduceCase(
            "key-absent", acknowledged.with(["key_query_arg": "key"]), body: "v", [Record("v")]),
    ]

    private static let headers = [
        ProduceCase(
            "headers-included",
            acknowledged.with([
                "headers": ["include_headers": ["x-one", "X-Two"], "name_mappings": ["X-Two": "Second"]]
            ]), fields: ["X-Two: 2", "X-One: a", "X-Other: no", "x-one: b", "X-One:"], body: "v",
            [
                Record(
                    Array("v".utf8),
                    headers: [("Second", "2"), ("x-one", "a"), ("x-one", "b"), ("x-one", "")].map {
                        StoredHeader($0, Array($1.utf8))
                    })
            ]),
        ProduceCase(
            "headers-all",
            acknowledged.with([
                "headers": [
                    "forward_all_by_default": true, "exclude_headers": ["content-length"],
                    "repeated_headers_behavior": "concatenate_by_comma",
                ]
            ]), fields: ["X-Word: é", "X-Many: 1", "X-Many: 2"], body: "v",
            [
                Record(
                    Array("v".utf8),
                    headers: [("x-word", "é"), ("x-many", "1,2"), ("host", "gateway.test")].map {
                        StoredHeader($0, Array($1.utf8))
                    })
            ]),
    ]

    private static let batches = [
        ProduceCase(
            "batch-array",
            acknowledged.with([
                "value_source": "body", "batch": true, "key_source": ["from": "json_pointer", "name": "/id"],
            ]), fields: [json], body: #"[{"id":"a"}, {"id": "b"},{"no":1}]"#,
            [Record(#"{"id":"a"}"#, key: "a"), Record(#"{"id": "b"}"#, key: "b"), Record(#"{"no":1}"#)]),
        ProduceCase(
            "batch-lines", acknowledged.with(["value_source": "body", "batch": true]),
            fields: ["Content-Type: application/x-ndjson"], body: "{\"n\":1}\n\n[2]\r\n\"three\"\n4",
            ["{\"n\":1}", "[2]", "\"three\"", "4"].map { Record($0) }),
        ProduceCase(
            "batch-queued", ["value_source": "body", "batch": true], fields: [json], body: #"[1,"two"]"#,
            [Record("1"), Record(#""two""#)]),
        ProduceCase(
            "batch-of-many", acknowledged.with(["value_source": "body", "batch": true, "compression_type": "lz4"]),
            fields: [json], body: "[" + (0..<1000).map { "{\"n\":\($0)}" }.joined(separator: ",") + "]",
            (0..<1000).map { Record("{\"n\":\($0)}") }),
    ]

    private static let limits = [
        ProduceCase(
            "limit-reached", acknowledged.with(["body_limit": 1_000]), body: [UInt8](repeating: 7, count: 1_000),
            [Record([UInt8](repeating: 7, count: 1_000))]),
        ProduceCase(
            "limit-passed", acknowledged.with(["body_limit": 1_000]), body: [UInt8](repeating: 7, count: 1_001),
            status: 413, []),
        ProduceCase(
            "limit-reached-in-chunks", acknowledged.with(["body_limit": 1_000]),
            body: [UInt8](repeating: 7, count: 1_000), isChunked: true, [Record([UInt8](repeating: 7, count: 1_000))]),
        ProduceCase(
            "limit-passed-in-chunks", acknowledged.with(["body_limit": 1_000]),
            body: [UInt8](repeating: 7, count: 1_001), isChunked: true, status: 413, []),
        ProduceCase(
            "large", acknowledged, body: (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) },
            [Record((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })]),
        ProduceCase(
            "large-queued", body: (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) },
            [Record((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })]),
        ProduceCase(
            "larger-than-any-record", acknowledged.with(["body_limit": 2_000_000]),
            body: [UInt8](repeating: 7, count: 1_100_000), status: 502, []),
    ]

    private static let refused = [
        ProduceCase(
            "bad-json", acknowledged.with(["value_source": "body"]), fields: [json], body: #"{"id": }"#, status: 400, []
        ),
        ProduceCase(
            "bad-line", acknowledged.with(["value_source": "body", "batch": true]),
            fields: ["Content-Type: application/x-ndjson"], body: "1\n{\n3", status: 400, []),
        ProduceCase(
            "key-missing",
            acknowledged.with(["key_source": ["from": "header", "name": "X-Key", "required": true]]), body: "v",
            status: 400, []),
        ProduceCase(
            "topic-forbidden", acknowledged.with(["topics_query_arg": "topics"]), target: "?topics=elsewhere",
            body: "v",
            status: 502, []),
    ]
}
