import Avro

/// A default value that does not fit its field.
struct RefusedDefault: Sendable {
    let type: String
    let value: String
    /// Below the default.
    let pointer: String

    static let all: [RefusedDefault] = [
        .init(type: #""null""#, value: "0", pointer: ""), .init(type: #""boolean""#, value: "1", pointer: ""),
        .init(type: #""int""#, value: "1.5", pointer: ""), .init(type: #""int""#, value: "2147483648", pointer: ""),
        .init(type: #""int""#, value: #""1""#, pointer: ""), .init(type: #""long""#, value: "1e30", pointer: ""),
        .init(type: #""float""#, value: "1e39", pointer: ""), .init(type: #""double""#, value: #""1.5""#, pointer: ""),
        .init(type: #""string""#, value: "null", pointer: ""),
        .init(type: #""bytes""#, value: #""\u0100""#, pointer: ""),
        .init(type: #"{"type":"fixed","name":"F","size":2}"#, value: #""x""#, pointer: ""),
        .init(type: #"{"type":"enum","name":"E","symbols":["A"]}"#, value: #""B""#, pointer: ""),
        .init(type: #"{"type":"array","items":"int"}"#, value: "[1,true]", pointer: "/1"),
        .init(type: #"{"type":"map","values":"int"}"#, value: #"{"a~/b":"x"}"#, pointer: "/a~0~1b"),
        .init(type: #"["null","int"]"#, value: #""x""#, pointer: ""),
        .init(type: #"["null","int"]"#, value: #"{"int":1}"#, pointer: ""),
        .init(type: "[]", value: "null", pointer: ""),
        .init(
            type: #"{"type":"record","name":"I","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#,
            value: #"{"b":1}"#, pointer: "/a"),
    ]
}
