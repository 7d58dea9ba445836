internal import Bytes
package import JSON

/// Turns JSON documents into Protobuf's binary encoding, and names all that does not fit the message. Fields are written
/// in the order of their numbers, whatever the order of the members: equal documents become equal bytes, but for the
/// order of maps.
package struct ProtobufEncoder: Sendable {
    private let message: ProtobufMessage
    package let options: ProtobufJSONOptions
    private let maximumBytes: Int

    /// How many violations are told.
    package static let mostViolations = 100
    /// How deeply messages may stand within messages, maps' entries counted: what Google's readers take.
    package static let maximumDepth = 100

    /// - Parameter maximumBytes: how long an encoded message may be; numbers can take more room than their JSON.
    package init(
        _ message: ProtobufMessage, options: ProtobufJSONOptions = ProtobufJSONOptions(),
        maximumBytes: Int = 16 * 1024 * 1024
    ) {
        self.message = message
        self.options = options
        self.maximumBytes = maximumBytes
    }

    /// Appends one encoded message; appends nothing when it throws.
    ///
    /// - Parameter parser: the parser of the caller's event loop.
    package func encode(
        _ json: Span<UInt8>, with parser: JSONParser, to output: inout [UInt8]
    ) throws(ProtobufEncodingError) {
        let start = output.count
        var outcome = EncodingOutcome.done
        do throws(JSONError) {
            try parser.withTape(json) { tape in
                outcome = Self.encode(
                    message.schema.tables, message.row, tape, json, options, start + maximumBytes, to: &output)
            }
        } catch {
            throw .notJSON(error)
        }
        if outcome == .done { return }
        output.removeLast(output.count - start)
        if case .violations(let violations, let areAll) = outcome { throw .violations(violations, areAll: areAll) }
        throw .tooLarge(limit: maximumBytes)
    }

    private static func encode(
        _ tables: borrowing SchemaTables, _ message: Int32, _ tape: JSONTape, _ text: Span<UInt8>,
        _ options: ProtobufJSONOptions, _ end: Int, to output: inout [UInt8]
    ) -> EncodingOutcome {
        var run = EncodingRun(
            SchemaView(tables), tape, text, messagesByName: tables.messagesByName,
            ignoresUnknownFields: options.ignoresUnknownFields, outputEnd: end)
        run.message(message, at: tape.root, to: &output)
        if !run.log.isEmpty { return .violations(run.log.violations(tape), areAll: run.log.isWhole) }
        return output.count > end ? .tooLarge : .done
    }
}

private enum EncodingOutcome: Equatable {
    case done
    case violations([ProtobufViolation], areAll: Bool)
    case tooLarge
}
