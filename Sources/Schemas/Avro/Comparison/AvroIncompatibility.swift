package import JSON

/// Why data of one schema cannot be read with another, in the words of Avro's `SchemaCompatibility`, which registries
/// use.
package struct AvroIncompatibility: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case nameMismatch = "NAME_MISMATCH"
        case fixedSizeMismatch = "FIXED_SIZE_MISMATCH"
        case missingEnumSymbols = "MISSING_ENUM_SYMBOLS"
        case readerFieldMissingDefaultValue = "READER_FIELD_MISSING_DEFAULT_VALUE"
        case typeMismatch = "TYPE_MISMATCH"
        case missingUnionBranch = "MISSING_UNION_BRANCH"
    }

    /// How many are told.
    package static let most = 100

    package let kind: Kind
    /// Where in the reader's schema; of a missing branch, the branch in the writer's.
    package let pointer: JSONPointer
    package let message: String

    package var description: String {
        "\(kind.rawValue) at \(pointer.tokens.isEmpty ? "/" : pointer.description): \(message)"
    }
}

extension AvroSchema {
    /// What hinders this schema from reading all that was written with `writer`: nothing, when they are compatible. The
    /// order is that of the reader's schema.
    package func incompatibilities(withWriter writer: AvroSchema) throws(AvroSchemaError) -> [AvroIncompatibility] {
        var check = CompatibilityCheck(reader: tables, writer: writer.tables)
        return try check.run()
    }
}
