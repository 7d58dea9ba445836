/// A type of a schema, to look at.
package struct AvroType: Sendable {
    let schema: AvroSchema
    let node: Int32

    private var row: SchemaNode { schema.tables.nodes[Int(node)] }
    private func type(_ node: Int32) -> AvroType { AvroType(schema: schema, node: node) }

    package var kind: AvroKind { row.kind }
    package var logicalType: AvroLogicalType { row.logicalType }
    /// Of a decimal: how many digits, and how many of them behind the point.
    package var decimal: (precision: Int, scale: Int)? {
        row.logicalType == .decimal ? (Int(row.detail), Int(row.scale)) : nil
    }
    /// Of a record, enum or fixed type: its name with its namespace.
    package var fullName: String? { schema.tables.description(of: row)?.fullName }
    /// Full names by which other schemas may know a named type.
    package var aliases: [String] { schema.tables.description(of: row)?.aliases ?? [] }
    package var doc: String? { schema.tables.description(of: row)?.doc }

    /// Of an array or map: the type within.
    package var element: AvroType? { row.kind == .array || row.kind == .map ? type(row.first) : nil }
    /// Of a union.
    package var branches: [AvroType] { row.kind == .union ? schema.tables.branchTypes(of: row).map(type) : [] }
    /// Of an enum.
    package var symbols: [String] { row.kind == .enum ? schema.tables.names(of: row) : [] }
    /// Of an enum: the symbol that stands for those a reader does not know.
    package var defaultSymbol: String? { row.kind == .enum && row.detail >= 0 ? symbols[Int(row.detail)] : nil }
    /// Of a fixed type: how many bytes.
    package var size: Int? { row.kind == .fixed ? Int(row.first) : nil }

    /// Of a record.
    package var fields: [AvroField] {
        guard row.kind == .record else { return [] }
        return schema.tables.fieldRange(of: row).map { index in
            let description = schema.tables.fieldDescriptions[index]
            let field = schema.tables.fields[index]
            return AvroField(
                name: description.name, aliases: description.aliases, doc: description.doc, order: description.order,
                type: type(field.type), hasDefault: field.defaultCount >= 0)
        }
    }
}

/// A field of a record, to look at.
package struct AvroField: Sendable {
    package let name: String
    package let aliases: [String]
    package let doc: String?
    package let order: AvroFieldOrder
    package let type: AvroType
    package let hasDefault: Bool
}
