internal import CFuzzer
internal import Glibc
internal import JSON
internal import Protobuf

/// Bytes as messages. The first byte says of which, and how they are shown; what is read is written again, and read again
/// the same. As a document the bytes are a message or an error too.
@main
enum ProtobufDecoderFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                ProtobufDecoderFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let texts = [
        """
        syntax = "proto3";
        message All {
          double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6; sint32 g = 7; sint64 h = 8;
          fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11; sfixed64 l = 12; bool m = 13; string n = 14; bytes o = 15;
          All p = 16; repeated int32 q = 17; repeated sint64 r = 18 [packed = false]; map<string, All> s = 19;
          map<int32, E> t = 20; oneof u { All v = 21; string w = 22; E x = 23; } optional int32 y = 24;
          repeated All z = 25;
        }
        enum E { A = 0; B = 1; C = -1; }
        """,
        """
        syntax = "proto3";
        import "google/protobuf/any.proto";
        import "google/protobuf/duration.proto";
        import "google/protobuf/field_mask.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        message Known {
          google.protobuf.Any a = 1; google.protobuf.Duration b = 2; google.protobuf.FieldMask c = 3;
          google.protobuf.Struct d = 4; google.protobuf.Value e = 5; google.protobuf.ListValue f = 6;
          google.protobuf.Timestamp g = 7; google.protobuf.Int64Value h = 8; google.protobuf.StringValue i = 9;
          repeated google.protobuf.Value j = 10; map<string, google.protobuf.Value> k = 11;
          oneof o { google.protobuf.NullValue l = 12; google.protobuf.Value m = 13; } optional google.protobuf.NullValue n = 14;
        }
        """,
        """
        syntax = "proto2";
        message Old {
          optional int32 a = 1; optional E b = 2; repeated E c = 3; repeated E d = 4 [packed = true];
          optional group F = 5 { optional Old x = 1; } repeated group G = 6 { optional string y = 1; }
          map<string, E> e = 7; oneof o { E h = 8; string i = 9; F j = 10; } extensions 100 to 199;
        }
        enum E { A = 0; B = 2; }
        extend Old { optional Old k = 100; repeated int32 l = 101; }
        """,
    ]

    private static let messages: [ProtobufMessage] = texts.map { text in
        do throws(ProtobufSchemaError) {
            guard let message = try ProtobufSchema(text).firstMessage else { fatalError("no message") }
            return message
        } catch { fatalError("\(error)") }
    }

    private static let limits: ProtobufDecodingLimits = {
        var limits = ProtobufDecodingLimits()
        (limits.depth, limits.elements, limits.outputBytes) = (40, 500, 20_000)
        return limits
    }()

    // libFuzzer has one thread.
    private nonisolated(unsafe) static let parser = JSONParser(maximumDepth: 512)

    static func check(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let message = messages[Int(first) % messages.count]
        let options = ProtobufJSONOptions(keepsFieldNames: first & 0x40 != 0, showsDefaults: first & 0x80 != 0)
        let bytes = Array(input.dropFirst())
        _ = encode(bytes, message, isOurs: false)
        guard let shown = decode(bytes, message, options) else { return }
        guard let again = encode(shown, message, isOurs: true) else { return }
        guard let back = decode(again, message, options) else {
            fatalError("what was written cannot be read: \(String(decoding: shown, as: UTF8.self))")
        }
        guard back == shown else {
            fatalError(
                "it comes back otherwise:\n\(String(decoding: shown, as: UTF8.self))\n\(String(decoding: back, as: UTF8.self))"
            )
        }
    }

    private static func encode(_ text: [UInt8], _ message: ProtobufMessage, isOurs: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        do throws(ProtobufEncodingError) {
            try ProtobufEncoder(message).encode(text.span, with: parser, to: &output)
            return output
        } catch {
            guard output.isEmpty, !error.description.isEmpty else { fatalError("an odd error: \(error)") }
            if isOurs { fatalError("what was shown does not fit: \(error)\n\(String(decoding: text, as: UTF8.self))") }
            return nil
        }
    }

    private static func decode(
        _ bytes: [UInt8], _ message: ProtobufMessage, _ options: ProtobufJSONOptions
    ) -> [UInt8]? {
        var output: [UInt8] = []
        do throws(ProtobufDecodingError) {
            try ProtobufDecoder(message, options: options, limits: limits).decode(bytes.span, to: &output)
            return output
        } catch {
            guard output.isEmpty, !error.message.isEmpty, error.offset >= 0 else {
                fatalError("an odd error: \(error)")
            }
            return nil
        }
    }
}
