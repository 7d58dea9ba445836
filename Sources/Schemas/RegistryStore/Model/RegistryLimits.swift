/// How much the registry holds; more is refused. All of it is in memory.
package struct RegistryLimits: Sendable, Hashable {
    /// Bytes of one schema's text.
    package var schemaBytes = 1 << 20
    /// Bytes of a subject's name: a topic and a record's full name, with room to spare.
    package var subjectBytes = 1024
    package var subjects = 100_000
    /// Of one subject, softly deleted ones too.
    package var versions = 10_000
    /// Of one schema.
    package var references = 256
    /// Schemas that one needs, directly or through others.
    package var closure = 1_000
    /// Bytes of the texts of these.
    package var closureBytes = 16 << 20
    /// Bytes of a schema's metadata.
    package var metadataBytes = 64 << 10
    /// Bytes of all schemas.
    package var totalBytes = 1 << 30

    /// Bytes of the schemas in one list.
    package var listBytes = 64 << 20

    package init() {}
}
