/// A schema, compiled: it does not change, and may be used by many at a time.
package final class AvroSchema: Sendable {
    let tables: SchemaTables

    /// Reads a schema.
    ///
    /// - Parameters:
    ///   - text: the JSON.
    ///   - references: schemas whose types `text`, or each other, use by name: the name under which a registry keeps
    ///     them, and their JSON. Their order does not matter. They may not use each other in a circle.
    package init(
        _ text: Span<UInt8>, references: [String: String] = [:], limits: AvroSchemaLimits = AvroSchemaLimits()
    ) throws(AvroSchemaError) {
        var parser = SchemaParser(limits: limits)
        try parser.read(text, references: references)
        tables = parser.tables
    }

    /// Reads a schema from text.
    package convenience init(
        _ text: String, references: [String: String] = [:], limits: AvroSchemaLimits = AvroSchemaLimits()
    ) throws(AvroSchemaError) {
        let bytes = Array(text.utf8)
        try self.init(bytes.span, references: references, limits: limits)
    }

    /// The type of the values.
    package var root: AvroType { AvroType(schema: self, node: tables.root) }
}
