/// What a schema may be at most. All of its references count together.
package struct ProtobufSchemaLimits: Sendable {
    /// The bytes of all texts.
    package var bytes = 1024 * 1024
    /// The files that are imported, one way or another, and the schema itself; those of Google's library do not count.
    package var files = 100
    /// How deeply messages may stand within messages; the library takes no more than 32.
    package var depth = 32
    /// How deeply brackets of all kinds may stand within brackets.
    package var brackets = 64
    /// Messages, fields, oneofs, enums, their values, services, methods, ranges and imports.
    package var definitions = 20_000
    /// The bytes of all full names: each holds those of what it stands in.
    package var nameBytes = 8 * 1024 * 1024

    package init() {}
}
