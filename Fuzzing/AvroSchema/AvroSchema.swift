internal import Avro
internal import CFuzzer
internal import Glibc
internal import JSON

/// Schemas, and after a NUL each what they refer to: what is read has a canonical form that is read as the same, and is
/// compatible with itself.
@main
enum SchemaFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                SchemaFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    static func check(_ input: [UInt8]) {
        let texts = input.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        var references: [String: String] = [:]
        for (place, text) in texts.dropFirst().prefix(4).enumerated() {
            references["R\(place)"] = String(decoding: text, as: UTF8.self)
        }
        var limits = AvroSchemaLimits()
        (limits.depth, limits.types, limits.defaultBytes) = (20, 100, 1000)
        do throws(AvroSchemaError) {
            let text = texts[0]
            let schema = try AvroSchema(text.span, references: references, limits: limits)
            try check(schema)
        } catch {
            guard !error.message.isEmpty else { fatalError("an error without a reason: \(error.rule)") }
        }
    }

    private static func check(_ schema: AvroSchema) throws(AvroSchemaError) {
        let form = schema.canonicalForm
        let again: AvroSchema
        do throws(AvroSchemaError) {
            again = try AvroSchema(form)
        } catch {
            fatalError("the canonical form is refused: \(error)\n\(form)")
        }
        guard again.canonicalForm == form else { fatalError("the canonical form has another: \(form)") }
        guard AvroFingerprint.crc64(of: schema) == AvroFingerprint.crc64(of: again) else { fatalError("\(form)") }
        let hindrances = try schema.incompatibilities(withWriter: schema)
        guard hindrances.isEmpty else { fatalError("it cannot read itself: \(hindrances)\n\(form)") }
        do throws(AvroResolutionError) {
            _ = try AvroDecoder(schema)
            // Without defaults and aliases it is still the same data.
            _ = try AvroDecoder(writer: again, reader: schema)
        } catch { fatalError("no value of it can be read: \(error)\n\(form)") }
    }
}
