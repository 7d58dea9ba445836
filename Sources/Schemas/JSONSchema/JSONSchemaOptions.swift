/// How a schema is read.
package struct JSONSchemaOptions: Sendable {
    /// The draft of a schema without `$schema`.
    package var draft = JSONSchemaDraft.draft2020
    /// Whether `format` must hold; without, it is a remark.
    package var assertsFormats = false
    package var limits = JSONSchemaLimits()

    package init() {}
}

/// What a schema and a validation may be at most.
package struct JSONSchemaLimits: Sendable {
    /// The bytes of a schema that is given as text.
    package var schemaBytes = 1024 * 1024
    /// How deeply schemas may stand within schemas.
    package var schemaDepth = 100
    /// Schemas within the schema and all that it refers to.
    package var schemas = 20_000
    /// How deeply the schemas that look at a value may nest, values within values and references together.
    package var evaluationDepth = 256
    /// Looks at values by schemas in one validation.
    package var steps = 1_000_000
    /// Violations that are told.
    package var violations = 100

    package init() {}
}
