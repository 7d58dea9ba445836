/// Turns Avro's binary encoding into JSON text.
package struct AvroDecoder: Sendable {
    private let plan: DecodePlan
    package let options: AvroJSONOptions
    package let limits: AvroDecodingLimits

    /// Shows values as they were written.
    package init(
        _ schema: AvroSchema, options: AvroJSONOptions = AvroJSONOptions(),
        limits: AvroDecodingLimits = AvroDecodingLimits()
    ) throws(AvroResolutionError) {
        plan = try PlanBuilder.plan(writer: schema.tables, reader: schema.tables, isSame: true)
        self.options = options
        self.limits = limits
    }

    /// Shows as values of `reader` what was written as `writer`: fields are found by their names and aliases, left out
    /// or filled with their defaults, numbers promoted. Fails when no value whatever could be read so.
    package init(
        writer: AvroSchema, reader: AvroSchema, options: AvroJSONOptions = AvroJSONOptions(),
        limits: AvroDecodingLimits = AvroDecodingLimits()
    ) throws(AvroResolutionError) {
        plan = try PlanBuilder.plan(writer: writer.tables, reader: reader.tables, isSame: false)
        self.options = options
        self.limits = limits
    }

    /// Appends the JSON of one value, which takes all of `bytes`; appends nothing when it throws. The members of an
    /// object are in the order in which they were written, those that were filled in last.
    package func decode(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(AvroDecodingError) {
        let start = output.count
        var run = DecodingRun(PlanView(plan), bytes, options, limits, outputStart: start)
        do throws(AvroDecodingError) {
            try run.value(plan.root, to: &output)
            try run.checkRoom(output)
            guard run.position == bytes.count else {
                throw AvroDecodingError(
                    .trailingBytes, "\(bytes.count - run.position) bytes are left behind the value",
                    offset: run.position)
            }
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
    }
}
