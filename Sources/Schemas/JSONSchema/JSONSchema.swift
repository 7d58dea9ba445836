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
        try Evaluation.hold(value, against: graph, limits: limits)
    }

    /// Holds a parsed document against the schema; throws all that does not fit, up to the limit. Where members have the
    /// same name all have to fit.
    package func validate(_ document: JSONTape) throws(JSONSchemaFailure) {
        var evaluation = Evaluation(graph, document, limits: limits)
        try evaluation.run()
    }

    /// Reads a document and holds it against the schema; answers why it does not fit, or nil.
    ///
    /// - Parameter parser: the parser of the caller's event loop.
    package func validate(_ json: Span<UInt8>, with parser: JSONParser) throws(JSONError) -> JSONSchemaFailure? {
        var failure: JSONSchemaFailure?
        try parser.withTape(json) { tape in
            do throws(JSONSchemaFailure) { try validate(tape) } catch { failure = error }
        }
        return failure
    }
}
