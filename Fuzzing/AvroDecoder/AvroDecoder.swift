internal import Avro
internal import CFuzzer
internal import Glibc
internal import JSON

/// Bytes as values. The first byte says of which schema, and read with which; the rest is the value. What is read is
/// written again, and read again the same.
@main
enum DecoderFuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                DecoderFuzzing.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let texts = [
        #"""
        {"type":"record","name":"x.All","fields":[{"name":"n","type":"null"},{"name":"b","type":"boolean"},
        {"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},{"name":"d","type":"double"},
        {"name":"y","type":"bytes"},{"name":"s","type":"string"},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"],"default":"C"}},
        {"name":"x","type":{"type":"fixed","name":"F","size":3}},{"name":"a","type":{"type":"array","items":"int"}},
        {"name":"m","type":{"type":"map","values":"string"}},{"name":"u","type":["null","long","string","E","F"]}]}
        """#,
        #"""
        {"type":"record","name":"y.All","fields":[{"name":"u","type":["string","double","null",
        {"type":"enum","name":"E","symbols":["A"],"default":"A"}]},{"name":"m","type":{"type":"map","values":"bytes"}},
        {"name":"b2","aliases":["b"],"type":["null","boolean"]},{"name":"i","type":"double"},
        {"name":"more","type":{"type":"array","items":["int","string"]},"default":[1,"x"]},{"name":"y","type":"string"}]}
        """#,
        #"{"type":"record","name":"Tree","fields":[{"name":"v","type":"int"},{"name":"c","type":{"type":"array","items":"Tree"}},{"name":"p","type":["null","Tree"]}]}"#,
        #"{"type":"record","name":"Tree","fields":[{"name":"p","type":["Tree","null"]},{"name":"v","type":["null","float"]}]}"#,
        #"{"type":"array","items":{"type":"map","values":["null",{"type":"array","items":"null"},{"type":"map","values":"double"}]}}"#,
        #"[{"type":"bytes","logicalType":"decimal","precision":30,"scale":4},{"type":"fixed","name":"D","size":9,"logicalType":"decimal","precision":20,"scale":20}]"#,
    ]

    private static let schemas: [AvroSchema] = texts.map { text in
        do throws(AvroSchemaError) { return try AvroSchema(text) } catch { fatalError("\(error)") }
    }

    private static let limits: AvroDecodingLimits = {
        var limits = AvroDecodingLimits()
        (limits.depth, limits.elements, limits.outputBytes) = (40, 500, 20_000)
        return limits
    }()

    /// For each pair of schemas and each way to show decimals and unions.
    private static let decoders: [AvroDecoder?] = {
        var decoders: [AvroDecoder?] = []
        for writer in schemas {
            for reader in schemas {
                for form in AvroJSONOptions.Form.allCases {
                    let options = AvroJSONOptions(form: form, decimals: form == .avroJSON ? .numbers : .bytes)
                    decoders.append(decoder(writer, reader, options))
                }
            }
        }
        return decoders
    }()

    private static func decoder(_ writer: AvroSchema, _ reader: AvroSchema, _ options: AvroJSONOptions) -> AvroDecoder?
    {
        do throws(AvroResolutionError) {
            if writer === reader { return try AvroDecoder(reader, options: options, limits: limits) }
            return try AvroDecoder(writer: writer, reader: reader, options: options, limits: limits)
        } catch { return nil }
    }

    // libFuzzer has one thread.
    private nonisolated(unsafe) static let parser = JSONParser(maximumDepth: 512)

    static func check(_ input: [UInt8]) {
        guard let plan = input.first else { return }
        let place = Int(plan) % decoders.count
        guard let decoder = decoders[place], let text = decode(Array(input.dropFirst()), decoder) else { return }
        let reader = schemas[place / 2 % schemas.count]
        guard let again = encode(text, reader, decoder.options) else { return }
        // Plain JSON may mean another branch than was written.
        if decoder.options.form == .simpleJSON { return }
        guard let own = self.decoder(reader, reader, decoder.options), let shown = decode(again, own) else {
            fatalError("what was written cannot be read: \(String(decoding: text, as: UTF8.self))")
        }
        // The reader's order of fields may be another than the writer's.
        let isSame =
            place / 2 / schemas.count == place / 2 % schemas.count ? shown == text : value(shown) == value(text)
        guard isSame else {
            fatalError(
                "it comes back otherwise:\n\(String(decoding: text, as: UTF8.self))\n\(String(decoding: shown, as: UTF8.self))"
            )
        }
    }

    private static func value(_ text: [UInt8]) -> JSONValue {
        do throws(JSONError) { return try parser.value(text.span) } catch { fatalError("no JSON: \(error)") }
    }

    private static func encode(_ text: [UInt8], _ schema: AvroSchema, _ options: AvroJSONOptions) -> [UInt8]? {
        var output: [UInt8] = []
        do throws(AvroEncodingError) {
            try AvroEncoder(schema, options: options).encode(text.span, with: parser, to: &output)
            return output
        } catch {
            // Bytes may hold more digits than the precision allows.
            if case .violations(let all, _) = error, all.allSatisfy({ $0.rule == .tooManyDigits }) { return nil }
            fatalError("what was shown does not fit: \(error)\n\(String(decoding: text, as: UTF8.self))")
        }
    }

    private static func decode(_ bytes: [UInt8], _ decoder: AvroDecoder) -> [UInt8]? {
        var output: [UInt8] = []
        do throws(AvroDecodingError) {
            try decoder.decode(bytes.span, to: &output)
            return output
        } catch {
            guard output.isEmpty, !error.message.isEmpty, error.offset >= 0 else {
                fatalError("an odd error: \(error)")
            }
            return nil
        }
    }
}
