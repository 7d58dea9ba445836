/// Why data of one schema cannot be read with another, by the rules and in the words of Confluent's registry.
package struct ProtobufIncompatibility: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case packageChanged = "PACKAGE_CHANGED"
        case messageRemoved = "MESSAGE_REMOVED"
        case fieldKindChanged = "FIELD_KIND_CHANGED"
        case fieldScalarKindChanged = "FIELD_SCALAR_KIND_CHANGED"
        case fieldNamedTypeChanged = "FIELD_NAMED_TYPE_CHANGED"
        case fieldNumericLabelChanged = "FIELD_NUMERIC_LABEL_CHANGED"
        case requiredFieldAdded = "REQUIRED_FIELD_ADDED"
        case requiredFieldRemoved = "REQUIRED_FIELD_REMOVED"
        case oneofFieldRemoved = "ONEOF_FIELD_REMOVED"
        case multipleFieldsMovedToOneof = "MULTIPLE_FIELDS_MOVED_TO_ONEOF"
        case fieldMovedToExistingOneof = "FIELD_MOVED_TO_EXISTING_ONEOF"
    }

    /// How many are told.
    package static let most = 100

    package let kind: Kind
    /// Such as "#/Message/Nested/2" for a field, by its number: names without the package.
    package let path: String
    package let message: String

    package var description: String { "\(kind.rawValue) at \(path): \(message)" }
}

extension ProtobufSchema {
    /// What hinders this schema from reading all that was written with `writer`: nothing, when they are compatible.
    /// Messages are the same by their names without the package, fields by their numbers; what the two define themselves
    /// is compared, and of what they import that which they use.
    package func incompatibilities(
        withWriter writer: ProtobufSchema
    ) throws(ProtobufSchemaError) -> [ProtobufIncompatibility] {
        var check = CompatibilityCheck(reader: tables, writer: writer.tables)
        return try check.run()
    }
}
