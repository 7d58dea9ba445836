internal import Bytes
internal import JSON
internal import SchemaLanguages
internal import SchemaRegistry

/// How records carry their schemas.
struct RecordForm: Sendable, Hashable {
    var place = SchemaIdentifierPlace.prefix
    /// Payloads stay the JSON they are, and name no schema.
    var validatesOnly = false
}

/// A schema, ready to make keys or values of records.
struct ReadySchema {
    let schema: RegisteredSchema
    let isKey: Bool
    private let serializer: PayloadSerializer
    private let form: RecordForm
    /// Before the payload, or in the header.
    private let identifier: [UInt8]

    init(
        _ schema: RegisteredSchema, _ options: PayloadOptions, isKey: Bool, _ form: RecordForm
    ) throws(SchemaRejection) {
        self.schema = schema
        self.isKey = isKey
        self.form = form
        do throws(SchemaFault) { serializer = try PayloadSerializer(schema.compiled, options) } catch {
            throw .unusable(error, schema)
        }
        if form.place.needsGUID, !form.validatesOnly {
            guard let guid = schema.guid else { throw .noGUID(schema) }
            identifier = SchemaFraming.bytes(of: .guid(guid)) + serializer.identifierSuffix
        } else {
            identifier = SchemaFraming.bytes(of: .id(schema.id)) + serializer.identifierSuffix
        }
    }

    /// Appends what is published for `json`; appends nothing when it throws.
    func append(
        _ json: Span<UInt8>, with parser: JSONParser, to output: inout [UInt8]
    ) throws(SchemaRejection) {
        let start = output.count
        if form.place != .header, !form.validatesOnly { output.append(contentsOf: identifier) }
        do throws(PayloadFault) {
            if form.validatesOnly {
                var unused: [UInt8] = []
                try serializer.serialize(json, with: parser, to: &unused)
                output.append(json)
            } else {
                try serializer.serialize(json, with: parser, to: &output)
            }
        } catch {
            output.removeLast(output.count - start)
            throw .unfit(error, schema, isKey: isKey)
        }
    }

    /// What is published for a key, which is text: it is tried as a JSON string first, then as the JSON it may be.
    func key(_ text: [UInt8], with parser: JSONParser) throws(SchemaRejection) -> [UInt8] {
        var quoted: [UInt8] = []
        JSONText.appendString(text.span, to: &quoted)
        var output: [UInt8] = []
        do throws(SchemaRejection) {
            try append(quoted.span, with: parser, to: &output)
            return form.validatesOnly ? text : output
        } catch let asString {
            var isJSON = false
            do throws(JSONError) { isJSON = try parser.check(text.span) != .string } catch { isJSON = false }
            guard isJSON else { throw asString }
            try append(text.span, with: parser, to: &output)
            return output
        }
    }

    /// The record header that names the schema, where that is configured.
    var header: (name: String, value: [UInt8])? {
        guard form.place == .header, !form.validatesOnly else { return nil }
        return (SchemaFraming.headerName(isKey: isKey), identifier)
    }
}
