/// A schema, compiled: it does not change, and may be used by many at a time.
package final class ProtobufSchema: Sendable {
    let tables: SchemaTables

    /// Reads a schema.
    ///
    /// - Parameters:
    ///   - text: a `.proto` file's source, or a serialised `FileDescriptorProto` in base 64, as registries hand it out
    ///     for `format=serialized`.
    ///   - references: what it imports, or what is imported from there: the path by which imports name a file, and its
    ///     text in either form. Google's own files (`google/protobuf/*.proto`) are always there, and stay what they are.
    package init(
        _ text: Span<UInt8>, references: [String: String] = [:],
        limits: ProtobufSchemaLimits = ProtobufSchemaLimits()
    ) throws(ProtobufSchemaError) {
        tables = try SchemaCompiler.tables(text, references: references, limits: limits)
    }

    package convenience init(
        _ text: String, references: [String: String] = [:], limits: ProtobufSchemaLimits = ProtobufSchemaLimits()
    ) throws(ProtobufSchemaError) {
        let bytes = Array(text.utf8)
        try self.init(bytes.span, references: references, limits: limits)
    }

    /// Source that means the same, without comments and in one form: the same for texts that mean the same. What is
    /// imported is not in it.
    package var canonicalText: String { tables.string(tables.canonical) }

    /// The schema itself as a serialised `FileDescriptorProto`, which names what it imports.
    package var descriptor: [UInt8] { Array(tables.text[tables.descriptor.range]) }

    /// The package of the schema itself, or "".
    package var packageName: String { tables.string(tables.files[0].package) }

    /// The messages that the schema itself defines, each before those within it. A registry takes schemas without any.
    package var messages: [ProtobufMessage] {
        tables.files[0].messages.filter { tables.messages[$0].place >= 0 }.map {
            ProtobufMessage(schema: self, row: Int32($0))
        }
    }

    /// The first message, which is meant where nothing else is said.
    package var firstMessage: ProtobufMessage? { message(at: [0]) }

    /// A message by its full name, of the schema itself or of what it imports.
    package func message(named fullName: String) -> ProtobufMessage? {
        guard let row = tables.messagesByName[fullName], !tables.messages[Int(row)].isMapEntry else { return nil }
        return ProtobufMessage(schema: self, row: row)
    }

    /// The message that the indexes in a record name: the place among the messages of the schema itself, then among
    /// those within it, and so on. As in Confluent's own (Java) client, maps' entries and groups are not counted.
    package func message(at indexes: [Int]) -> ProtobufMessage? {
        var parent: Int32 = -1
        for index in indexes {
            let row = tables.files[0].messages.first {
                tables.messages[$0].parent == parent && tables.messages[$0].place == index
            }
            guard index >= 0, let row else { return nil }
            parent = Int32(row)
        }
        return parent >= 0 ? ProtobufMessage(schema: self, row: parent) : nil
    }
}

/// A message of a schema.
package struct ProtobufMessage: Sendable {
    package let schema: ProtobufSchema
    let row: Int32

    private var message: MessageRow { schema.tables.messages[Int(row)] }

    package var fullName: String { schema.tables.string(message.fullName) }

    /// Where it is in the schema itself; nil for what is imported, and for groups.
    package var indexes: [Int]? {
        var places: [Int] = []
        var next = row
        while next >= 0 {
            let message = schema.tables.messages[Int(next)]
            guard message.file == 0, message.place >= 0 else { return nil }
            places.append(Int(message.place))
            next = message.parent
        }
        return places.reversed()
    }

    /// In the order of their numbers.
    package var fields: [ProtobufField] {
        message.fields.map { ProtobufField(schema: schema, row: $0) }
    }
}

/// A field of a message, to look at.
package struct ProtobufField: Sendable {
    let schema: ProtobufSchema
    let row: Int

    private var field: FieldRow { schema.tables.fields[row] }

    /// Of an extension, with its package and brackets.
    package var name: String { schema.tables.string(field.name) }
    package var jsonName: String { schema.tables.string(field.jsonName) }
    package var number: Int { Int(field.number) }
    package var type: ProtobufFieldType { field.type }
    package var isRepeated: Bool { field.isRepeated }
    package var isRequired: Bool { field.isRequired }
    package var isMap: Bool { field.isMap }
    /// Of messages: also of a map's entry.
    package var message: ProtobufMessage? {
        field.type.isMessage ? ProtobufMessage(schema: schema, row: field.target) : nil
    }
    /// The full name of a message or enum.
    package var typeName: String? {
        if field.target < 0 { return nil }
        return schema.tables.string(
            field.type.isMessage
                ? schema.tables.messages[Int(field.target)].fullName
                : schema.tables.enums[Int(field.target)].fullName)
    }
}
