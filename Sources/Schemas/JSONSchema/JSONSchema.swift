//! JSON Schema (drafts 4, 6, 7, 2019-09 and 2020-12): a schema and the documents it refers to are compiled into a graph;
//! a value is held against it, with every violation named. No input, no output, no state.
package import JSON

/// A schema, compiled: it does not change, and may be used by many at a time.
package final class JSONSchema: Sendable {
    let graph: SchemaGraph
    let limits: JSONSchemaLimits

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - schema: an object or a boolean. Its `$schema` says which draft it follows, else `options`.
    ///   - references: documents that `$ref` may name: by the key, or by the `$id` within. Nothing else is fetched; the
    ///     metaschemas of the drafts are known.
    package init(
        compiling schema: JSONValue, options: JSONSchemaOptions = JSONSchemaOptions(),
        references: [String: JSONValue] = [:]
    ) throws(JSONSchemaError) {
        var compiler = try SchemaCompiler(schema, options: options, references: references)
        graph = try compiler.compile()
        limits = options.limits
    }

    /// Reads and compiles a schema.
    package convenience init(
        compiling text: Span<UInt8>, options: JSONSchemaOptions = JSONSchemaOptions(),
        references: [String: JSONValue] = [:]
    ) throws(JSONSchemaError) {
        guard text.count <= options.limits.schemaBytes else {
            throw JSONSchemaError(.tooLarge, "the schema has more than \(options.limits.schemaBytes) bytes")
        }
        let schema: JSONValue
        do { schema = try JSONValue.parse(text) } catch { throw JSONSchemaError(.notJSON, "not JSON: \(error)") }
        try self.init(compiling: schema, options: options, references: references)
    }

    /// Holds a value against the schema; throws all that does not fit, up to the limit.
    package func validate(_ value: JSONValue) throws(JSONSchemaFailure) {
        var evaluation = Evaluation(graph, limits: limits)
        try evaluation.run(value)
    }
}
