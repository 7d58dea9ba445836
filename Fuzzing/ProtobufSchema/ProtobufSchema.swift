internal import CFuzzer
internal import Glibc
internal import Protobuf

/// Schemas, and after a NUL each what they import: what is read has a canonical text that is read as the same, and is
/// compatible with itself.
@main
enum ProtobufSchemaFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                ProtobufSchemaFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    static func check(_ input: [UInt8]) {
        let texts = input.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        var references: [String: String] = [:]
        for (place, text) in texts.dropFirst().prefix(4).enumerated() {
            references["r\(place)"] = String(decoding: text, as: UTF8.self)
        }
        do throws(ProtobufSchemaError) {
            let text = texts[0]
            let schema = try ProtobufSchema(text.span, references: references)
            try check(schema, references)
        } catch {
            guard !error.message.isEmpty, (error.line ?? 1) > 0, (error.column ?? 1) > 0 else {
                fatalError("an odd error: \(error)")
            }
        }
    }

    private static func check(_ schema: ProtobufSchema, _ references: [String: String]) throws(ProtobufSchemaError) {
        let hindrances = try schema.incompatibilities(withWriter: schema)
        guard hindrances.isEmpty else { fatalError("it cannot read itself: \(hindrances)\n\(schema.canonicalText)") }
        for message in schema.messages {
            guard let indexes = message.indexes, let again = schema.message(at: indexes),
                again.fullName == message.fullName, schema.message(named: message.fullName) != nil
            else { fatalError("\(message.fullName) is not found") }
            _ = message.fields.map(\.name)
        }
        let text = schema.canonicalText
        let again: ProtobufSchema
        do throws(ProtobufSchemaError) {
            again = try ProtobufSchema(text, references: references)
        } catch {
            // The library writes some values of options, and names that are words, as it does not read them.
            return
        }
        guard again.messages.map(\.fullName) == schema.messages.map(\.fullName) else {
            fatalError("it comes back otherwise: \(text)\n\(again.canonicalText)")
        }
    }
}
