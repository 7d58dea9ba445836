import JSON
import Protobuf

/// Messages as bytes and as JSON, in one step.
enum Codec {
    static func encode(
        _ text: String, _ message: ProtobufMessage, _ options: ProtobufJSONOptions = ProtobufJSONOptions()
    ) throws -> [UInt8] {
        var output: [UInt8] = []
        let text = Array(text.utf8)
        try ProtobufEncoder(message, options: options)
            .encode(text.span, with: JSONParser(maximumDepth: 512), to: &output)
        return output
    }

    static func decode(
        _ bytes: [UInt8], _ message: ProtobufMessage, _ options: ProtobufJSONOptions = ProtobufJSONOptions()
    ) throws -> JSONValue {
        var output: [UInt8] = []
        try ProtobufDecoder(message, options: options).decode(bytes.span, to: &output)
        return try JSONValue.parse(output.span, maximumDepth: 512)
    }
}
