import JSON

/// What may follow a schema, in one language.
struct EvolutionSample: Sendable {
    let language: String
    let base: String
    /// Reads what the base wrote, but not the other way round.
    let reads: String
    /// Is read by the base, but not the other way round.
    let isRead: String
    let both: String
    let neither: String

    func body(_ text: String) -> JSONValue { ["schema": .string(text), "schemaType": .string(language)] }

    private static func avro(_ fields: String...) -> String {
        #"{"type":"record","name":"R","fields":[\#(fields.joined(separator: ","))]}"#
    }

    private static let a = #"{"name":"a","type":"string"}"#
    private static let b = #"{"name":"b","type":"string"}"#

    static let avro = EvolutionSample(
        language: "AVRO", base: avro(a, b), reads: avro(a), isRead: avro(a, b, #"{"name":"c","type":"string"}"#),
        both: avro(a, b, #"{"name":"c","type":"string","default":""}"#), neither: avro(#"{"name":"a","type":"int"}"#))

    /// An object with these properties and no others.
    private static func json(_ properties: String, _ rest: String = "") -> String {
        #"{"type":"object","properties":{\#(properties)},"additionalProperties":false\#(rest)}"#
    }

    static let json = EvolutionSample(
        language: "JSON", base: json(#""a":{"type":"string"},"b":{"type":"string"}"#),
        reads: json(#""a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}"#),
        isRead: json(#""a":{"type":"string"}"#),
        both: json(#""a":{"type":"string"},"b":{"type":"string"}"#, #","description":"other words""#),
        neither: json(#""a":{"type":"integer"},"b":{"type":"string"}"#))

    /// Messages of strings, each with these fields.
    private static func protobuf(_ messages: KeyValuePairs<String, [String]>) -> String {
        messages.reduce(into: #"syntax = "proto3";"#) { text, message in
            let fields = message.value.enumerated().map { "  string \($1) = \($0 + 1);\n" }.joined()
            text += "\nmessage \(message.key) {\n\(fields)}\n"
        }
    }

    static let protobuf = EvolutionSample(
        language: "PROTOBUF", base: protobuf(["R": ["a", "b"], "Q": []]),
        reads: protobuf(["R": ["a", "b"], "Q": [], "S": []]), isRead: protobuf(["R": ["a", "b"]]),
        both: protobuf(["R": ["a", "b", "c"], "Q": []]),
        neither: protobuf(["R": ["a", "b"], "Q": []]).replacing("string a", with: "int32 a"))

    static let all = [avro, json, protobuf]
}
