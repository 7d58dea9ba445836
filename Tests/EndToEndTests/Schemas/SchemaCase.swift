import JSON
import Testing

/// A request to a route with schemas, what it is answered, and the records that are there afterwards.
struct SchemaCase: Sendable, CustomTestStringConvertible {
    struct Record: Sendable, Hashable {
        var key: [UInt8]?
        var value: [UInt8]
        var headers: [String] = []
    }

    let name: String
    /// Of `schema_registry.confluent`, besides the URL.
    let registry: JSONObject
    var config: JSONObject = [:]
    var head = "Content-Type: application/json"
    var query = ""
    let body: String
    var status = 200
    /// What the answer has, at pointers.
    var answer: [String: JSONValue] = [:]
    var records: [Record] = []

    var testDescription: String { name }
    var topic: String { "schemas-\(name)" }

    /// The subjects of the registry.
    static let subjects: [String: ScriptedRegistry.Schema] = [
        "order": .init(
            id: 7, version: 2, type: "AVRO",
            text:
                #"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"int"},{"name":"note","type":["null","string"],"default":null}]}"#,
            guid: "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        "guidless": .init(id: 8, version: 1, type: "AVRO", text: #""int""#),
        "ticket": .init(
            id: 300, version: 1, type: "JSON",
            text: #"{"type":"object","properties":{"seat":{"type":"integer","minimum":1}},"required":["seat"]}"#),
        "parcel": .init(
            id: 20, version: 1, type: "PROTOBUF",
            text: """
                syntax = "proto3";
                package shop;
                message Parcel { int32 weight = 1; string to = 2; message Label { string text = 1; } }
                message Pallet { repeated Parcel parcels = 1; }
                """, guid: "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        "name": .init(id: 9, version: 1, type: "AVRO", text: #""string""#),
        "number": .init(id: 10, version: 1, type: "AVRO", text: #""long""#),
        "broken": .init(id: 11, version: 1, type: "AVRO", text: #"{"type":"recrd"}"#),
        "visit": .init(id: 301, version: 1, type: "JSON", text: #"{"properties":{"day":{"format":"date"}}}"#),
        "envelope": .init(
            id: 12, version: 1, type: "JSON", text: #"{"properties":{"body_args":{"required":["id"]}}}"#),
        "schemas-several-value": .init(id: 13, version: 1, type: "AVRO", text: #""int""#),
        "schemas-several-2-value": .init(id: 14, version: 1, type: "AVRO", text: #""long""#),
        "schemas-by-record-shop.Order": .init(id: 15, version: 1, type: "AVRO", text: #""int""#),
    ]

    private static func value(_ subject: String, _ more: JSONObject = [:]) -> JSONObject {
        ["value_schema": .object((["subject_name": .string(subject)] as JSONObject).with(more))]
    }

    private static let body: JSONObject = ["value_source": "body"]
    private static let guid: [UInt8] = [1] + (0...15).map { $0 }

    static let all = accepted + refused + keys + places + batches

    private static let accepted = [
        SchemaCase(
            name: "avro", registry: value("order"), config: body, body: #"{"id":5}"#,
            records: [Record(value: [0, 0, 0, 0, 7, 10, 0])]),
        SchemaCase(
            name: "tagged", registry: value("order"), config: body, body: #"{"note":{"string":"x"},"id":-1}"#,
            records: [Record(value: [0, 0, 0, 0, 7, 1, 2, 2, 0x78])]),
        SchemaCase(
            name: "plain", registry: value("order", ["payload_encoding": "simple_json"]), config: body,
            body: #"{"note":"x","id":-1}"#, records: [Record(value: [0, 0, 0, 0, 7, 1, 2, 2, 0x78])]),
        SchemaCase(
            name: "numbered", registry: value("order", ["schema_version": "2"]), config: body, body: #"{"id":5}"#,
            records: [Record(value: [0, 0, 0, 0, 7, 10, 0])]),
        SchemaCase(
            name: "json", registry: value("ticket"), config: body, body: #"{ "seat": 4 }"#,
            records: [Record(value: [0, 0, 0, 1, 44] + Array(#"{ "seat": 4 }"#.utf8))]),
        SchemaCase(
            name: "protobuf", registry: value("parcel"), config: body, body: #"{"to":"x","weight":3}"#,
            records: [Record(value: [0, 0, 0, 0, 20, 0, 8, 3, 18, 1, 0x78])]),
        SchemaCase(
            name: "protobuf-named", registry: value("parcel", ["record_name": "shop.Parcel.Label"]), config: body,
            body: #"{"text":"y"}"#, records: [Record(value: [0, 0, 0, 0, 20, 4, 0, 0, 10, 1, 0x79])]),
        SchemaCase(
            name: "asynchronous", registry: value("order"),
            config: body.with(["producer_async": true, "return_metadata": false]), body: #"{"id":5}"#,
            answer: ["/message": "message sent"], records: [Record(value: [0, 0, 0, 0, 7, 10, 0])]),
        SchemaCase(
            name: "remarked-format", registry: value("visit"), config: body, body: #"{"day":"today"}"#,
            records: [Record(value: [0, 0, 0, 1, 45] + Array(#"{"day":"today"}"#.utf8))]),
        SchemaCase(
            name: "the-envelope", registry: value("envelope"), body: #"{"id":1}"#,
            records: [
                Record(
                    value: [0, 0, 0, 0, 12]
                        + Array(#"{"body":"{\"id\":1}","body_args":{"id":1}}"#.utf8))
            ]),
        SchemaCase(
            name: "only-validated", registry: value("order").with(["validate_only": true]), config: body,
            body: #"{"id": 5}"#, records: [Record(value: Array(#"{"id": 5}"#.utf8))]),
        SchemaCase(
            name: "several", registry: ["subject_name_strategy": "topic", "value_schema": [:]],
            config: [
                "value_source": "raw", "topics_query_arg": "to", "allowed_topics": ["schemas-several-2"],
            ], query: "?to=schemas-several,schemas-several-2", body: "3",
            records: [Record(value: [0, 0, 0, 0, 13, 6])]),
        SchemaCase(
            name: "by-record",
            registry: ["subject_name_strategy": "topic_record", "value_schema": ["record_name": "shop.Order"]],
            config: ["value_source": "raw"], body: "3", records: [Record(value: [0, 0, 0, 0, 15, 6])]),
    ]

    private static let refused = [
        SchemaCase(
            name: "unfit", registry: value("order"), config: body, body: #"{"id":"five","more":1}"#, status: 422,
            answer: [
                "/message": "Unprocessable Entity", "/subject": "order", "/version": 2, "/schema_id": 7,
                "/schema_type": "AVRO", "/part": "value", "/complete": true, "/violations/0/pointer": "/id",
                "/violations/0/rule": "wrongType", "/violations/1/pointer": "/more",
                "/violations/0/found": #"the string "five""#,
            ]),
        SchemaCase(
            name: "unfit-json", registry: value("ticket"), config: body, body: #"{"seat":0}"#, status: 422,
            answer: [
                "/violations/0/pointer": "/seat", "/violations/0/rule": "minimum",
                "/violations/0/expected": "a number that is at least 1", "/schema_type": "JSON",
            ]),
        SchemaCase(
            name: "asserted-format", registry: value("visit").with(["assert_formats": true]), config: body,
            body: #"{"day":"today"}"#, status: 422,
            answer: ["/violations/0/pointer": "/day", "/violations/0/rule": "format"]),
        SchemaCase(
            name: "unfit-protobuf", registry: value("parcel", ["record_name": "shop.Pallet"]), config: body,
            body: #"{"parcels":[{"weight":1},{"weight":"heavy"}]}"#, status: 422,
            answer: ["/violations/0/pointer": "/parcels/1/weight", "/schema_type": "PROTOBUF"]),
        SchemaCase(
            name: "no-message", registry: value("parcel", ["record_name": "shop.Crate"]),
            config: body.with(["error_handling": ["return_error_message": true]]), body: "{}", status: 502,
            answer: ["/error": "invalidSchema", "/detail": "the schema has no message 'shop.Crate'"]),
        SchemaCase(
            name: "no-json", registry: value("order"), config: body, body: #"{"id":"#, status: 400,
            answer: ["/message": "Bad Request"]),
        SchemaCase(
            name: "no-json-at-all", registry: value("order"), config: ["value_source": "raw"],
            head: "Content-Type: text/plain", body: "hello", status: 400),
        SchemaCase(
            name: "unknown-subject", registry: value("nothing"),
            config: body.with(["error_handling": ["return_error_message": true]]), body: "{}", status: 502,
            answer: ["/message": "Bad Gateway", "/error": "notFound", "/subject": "nothing"]),
        SchemaCase(
            name: "unknown-subject-untold", registry: value("nothing"), config: body, body: "{}", status: 502,
            answer: ["/error": "the record's schema is not available", "/detail": .null]),
        SchemaCase(
            name: "broken-schema", registry: value("broken"),
            config: body.with(["error_handling": ["return_error_message": true]]), body: "{}", status: 502,
            answer: ["/error": "invalidSchema"]),
        SchemaCase(
            name: "away", registry: value("order").with(["url": "http://127.0.0.1:1"]),
            config: body.with(["error_handling": ["return_error_message": true]]), body: "{}", status: 503,
            answer: ["/message": "Service Unavailable", "/subject": "order"]),
    ]

    private static let keys = [
        SchemaCase(
            name: "key", registry: value("order").with(["key_schema": ["subject_name": "name"]]),
            config: body.with(["key_query_arg": "k"]), query: "?k=ann", body: #"{"id":5}"#,
            records: [Record(key: [0, 0, 0, 0, 9, 6] + Array("ann".utf8), value: [0, 0, 0, 0, 7, 10, 0])]),
        SchemaCase(
            name: "key-number", registry: ["key_schema": ["subject_name": "number"]],
            config: body.with(["key_query_arg": "k"]), query: "?k=-1", body: "[1]",
            records: [Record(key: [0, 0, 0, 0, 10, 1], value: Array("[1]".utf8))]),
        SchemaCase(
            name: "key-unfit", registry: ["key_schema": ["subject_name": "number"]],
            config: body.with(["key_query_arg": "k"]), query: "?k=one", body: "[1]", status: 422,
            answer: ["/part": "key", "/violations/0/pointer": "", "/subject": "number"]),
        SchemaCase(
            name: "no-key", registry: ["key_schema": ["subject_name": "number"]],
            config: body.with(["key_query_arg": "k"]), body: "[1]",
            records: [Record(value: Array("[1]".utf8))]),
    ]

    private static let places = [
        SchemaCase(
            name: "guid", registry: value("order").with(["schema_id_location": "prefix_guid"]), config: body,
            body: #"{"id":5}"#, records: [Record(value: guid + [10, 0])]),
        SchemaCase(
            name: "header", registry: value("order").with(["schema_id_location": "header"]), config: body,
            body: #"{"id":5}"#,
            records: [
                Record(value: [10, 0], headers: ["__value_schema_id=01000102030405060708090a0b0c0d0e0f"])
            ]),
        SchemaCase(
            name: "header-protobuf", registry: value("parcel").with(["schema_id_location": "header"]), config: body,
            body: #"{"weight":3}"#,
            records: [
                Record(value: [8, 3], headers: ["__value_schema_id=01000102030405060708090a0b0c0d0e0f00"])
            ]),
        SchemaCase(
            name: "no-guid", registry: value("guidless").with(["schema_id_location": "header"]),
            config: ["value_source": "raw", "error_handling": ["return_error_message": true]], body: "1",
            status: 502, answer: ["/error": "noGUID"]),
    ]

    private static let batches = [
        SchemaCase(
            name: "batch", registry: value("order"), config: body.with(["batch": true]),
            body: #"[{"id":1},{"id":2}]"#,
            records: [Record(value: [0, 0, 0, 0, 7, 2, 0]), Record(value: [0, 0, 0, 0, 7, 4, 0])]),
        SchemaCase(
            name: "batch-unfit", registry: value("order"), config: body.with(["batch": true]),
            body: #"[{"id":1},{"id":2},{"ID":3}]"#, status: 422,
            answer: ["/record": 2, "/violations/0/pointer": "/id", "/violations/0/rule": "missingField"]),
    ]
}
