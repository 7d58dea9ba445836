/// Turns Protobuf's binary encoding into JSON text. What the message does not define is passed over.
package struct ProtobufDecoder: Sendable {
    private let message: ProtobufMessage
    package let options: ProtobufJSONOptions
    package let limits: ProtobufDecodingLimits

    package init(
        _ message: ProtobufMessage, options: ProtobufJSONOptions = ProtobufJSONOptions(),
        limits: ProtobufDecodingLimits = ProtobufDecodingLimits()
    ) {
        self.message = message
        self.options = options
        self.limits = limits
    }

    /// Appends the JSON of one message, which takes all of `bytes`; appends nothing when it throws. Members are in the
    /// order of the fields' numbers.
    package func decode(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(ProtobufDecodingError) {
        let start = output.count
        guard bytes.count <= Int32.max else {
            throw ProtobufDecodingError(.tooLarge, "a message takes at most 2 GB", offset: 0)
        }
        do throws(ProtobufDecodingError) {
            try Self.decode(message.schema.tables, message.row, bytes, options, limits, to: &output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
    }

    private static func decode(
        _ tables: borrowing SchemaTables, _ message: Int32, _ bytes: Span<UInt8>, _ options: ProtobufJSONOptions,
        _ limits: ProtobufDecodingLimits, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        var run = DecodingRun(
            SchemaView(tables), messagesByName: tables.messagesByName, options, limits, outputStart: output.count)
        try run.message(message, Part(bytes, at: 0), to: &output)
        try run.checkRoom(output, at: bytes.count)
    }
}
