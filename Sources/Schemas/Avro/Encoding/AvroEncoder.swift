internal import Bytes
package import JSON

/// Turns JSON documents into Avro's binary encoding, and names all that does not fit the schema.
package struct AvroEncoder: Sendable {
    private let schema: AvroSchema
    package let options: AvroJSONOptions
    private let maximumBytes: Int

    /// How many violations are told.
    package static let mostViolations = 100

    /// - Parameter maximumBytes: how long an encoded value may be; a short document can become a long value, because
    ///   defaults fill what it leaves out.
    package init(
        _ schema: AvroSchema, options: AvroJSONOptions = AvroJSONOptions(), maximumBytes: Int = 16 * 1024 * 1024
    ) {
        self.schema = schema
        self.options = options
        self.maximumBytes = maximumBytes
    }

    /// Appends one encoded value; appends nothing when it throws.
    ///
    /// - Parameter parser: the parser of the caller's event loop. Its depth bounds the recursion here: 256 levels are
    ///   safe on a thread with a stack of 512 KiB.
    package func encode(
        _ json: Span<UInt8>, with parser: JSONParser, to output: inout [UInt8]
    ) throws(AvroEncodingError) {
        var outcome = EncodingOutcome.done
        do throws(JSONError) {
            try parser.withTape(json) { tape in
                outcome = Self.encode(
                    schema.tables, schema.tables.root, tape, json, EncodingRules(options), maximumBytes, to: &output)
            }
        } catch {
            throw .notJSON(error)
        }
        switch outcome {
        case .done: return
        case .violations(let violations, let areAll): throw .violations(violations, areAll: areAll)
        case .tooLarge, .needsDefault: throw .tooLarge(limit: maximumBytes)
        }
    }

    /// Runs over a document, again with more room whenever it was short.
    static func encode(
        _ tables: borrowing SchemaTables, _ type: Int32, _ tape: JSONTape, _ text: Span<UInt8>, _ rules: EncodingRules,
        _ maximumBytes: Int, to output: inout [UInt8]
    ) -> EncodingOutcome {
        // Most values take less room than their JSON. Strings are copied in steps of 16 bytes.
        let slack = 32
        var room = min(text.count, maximumBytes) + slack
        while true {
            var run = EncodingRun(SchemaView(tables), tape, text, rules)
            var isLarger = false
            output.append(addingCapacity: room) { span in
                run.value(type, at: tape.root, to: &span)
                isLarger = span.count > maximumBytes
                if run.isFull || isLarger || !run.log.isEmpty || run.neededDefault != nil { span.removeAll() }
            }
            if let field = run.neededDefault { return .needsDefault(field) }
            if !run.log.isEmpty { return .violations(run.log.violations(tape), areAll: run.log.isWhole) }
            if isLarger { return .tooLarge }
            if !run.isFull { return .done }
            if room >= maximumBytes + slack { return .tooLarge }
            room = min(room * 2, maximumBytes + slack)
        }
    }
}

enum EncodingOutcome {
    case done
    case violations([AvroViolation], areAll: Bool)
    case tooLarge
    /// The default of this field is needed and was not read yet.
    case needsDefault(Int)
}

/// `AvroJSONOptions` as a run looks at them, and one form more: that of default values in schemas.
struct EncodingRules {
    enum Form { case tagged, plain, defaults }

    var form: Form
    var readsDecimals: Bool
    var ignoresUnknownFields: Bool

    init(_ options: AvroJSONOptions) {
        form = options.form == .avroJSON ? .tagged : .plain
        readsDecimals = options.decimals == .numbers
        ignoresUnknownFields = options.ignoresUnknownFields
    }

    /// Defaults of unions have no tag, and what a record does not have is passed over, as implementations agree.
    static var defaults: EncodingRules {
        var rules = EncodingRules(AvroJSONOptions(ignoresUnknownFields: true))
        rules.form = .defaults
        return rules
    }
}
