package import SchemaLanguages

/// A schema as a registry has it, compiled. It does not change.
package final class RegisteredSchema: Sendable {
    /// Nil when it was asked for by its id.
    package let subject: String?
    package let version: Int?
    package let id: UInt32
    /// Sixteen bytes; nil when the registry tells none.
    package let guid: [UInt8]?
    package let source: SchemaSource
    package let compiled: CompiledSchema

    init(
        subject: String?, version: Int?, id: UInt32, guid: [UInt8]?, source: SchemaSource, compiled: CompiledSchema
    ) {
        self.subject = subject
        self.version = version
        self.id = id
        self.guid = guid
        self.source = source
        self.compiled = compiled
    }

    /// Whether it is the same schema in the same place.
    func isSame(as other: RegisteredSchema) -> Bool {
        subject == other.subject && version == other.version && id == other.id && guid == other.guid
            && source == other.source
    }
}

/// Which schema is meant.
package struct SchemaSelection: Sendable, Hashable {
    package enum Version: Sendable, Hashable {
        case latest
        case number(Int)
        /// The version that has this schema; `registers`: it is registered when it is not there.
        case schema(SchemaLanguage, text: String, registers: Bool)
    }

    package let subject: String
    package let version: Version

    package init(subject: String, version: Version) {
        self.subject = subject
        self.version = version
    }

    /// Whether another answer may come another day.
    var changes: Bool { version == .latest }
}
