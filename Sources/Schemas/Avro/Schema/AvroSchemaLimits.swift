/// What a schema may be at most. All of its references count together.
package struct AvroSchemaLimits: Sendable {
    /// The bytes of all texts.
    package var bytes = 1024 * 1024
    /// How deeply types may stand within types, through references too.
    package var depth = 100
    /// Types: definitions, arrays, maps, unions and each type with a logical type.
    package var types = 10_000
    /// The bytes of all default values as Avro writes them.
    package var defaultBytes = 1024 * 1024

    package init() {}
}
