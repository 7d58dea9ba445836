/// A schema as rows of plain values that name each other by number: walking it counts no references.
struct SchemaTables: Sendable {
    var nodes: [SchemaNode] = []
    /// The fields of a record stand together, in order.
    var fields: [FieldNode] = []
    /// The types of a union's branches stand together, in order.
    var branches: [Int32] = []
    /// The names of a record's fields, an enum's symbols or a union's branches stand together, in order.
    var names: [TextRange] = []
    /// Hash tables over groups of names: the place in the group, or -1.
    var slots: [Int32] = []
    /// What `TextRange` is a range of.
    var text: [UInt8] = []
    /// Default values in Avro's binary encoding.
    var defaults: [UInt8] = []
    /// What a hot path never looks at: of named types and of fields, in the order of `FieldNode`.
    var types: [TypeDescription] = []
    var fieldDescriptions: [FieldDescription] = []
    var root: Int32 = 0
    /// The longest of `names`, in bytes.
    var longestName = 0
}

/// A part of `SchemaTables.text`.
struct TextRange: Sendable, Hashable {
    var start: Int32
    var count: Int32

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// A type.
struct SchemaNode: Sendable {
    var kind: AvroKind
    var logicalType = AvroLogicalType.none
    /// Of a record: its first field; of a union: its first branch; of an array or map: the type within; of a fixed
    /// type: the size.
    var first: Int32 = 0
    /// How many fields, symbols or branches there are.
    var count: Int32 = 0
    /// The first of its names.
    var names: Int32 = 0
    /// Where its hash table begins, and its size less one; the size is a power of two, and 0 for few names.
    var slots: Int32 = 0
    var mask: Int32 = 0
    /// Of a named type: its description.
    var type: Int32 = -1
    /// Of a record: how many fields have no default; of an enum: the default symbol, or -1; of a union: the branch that
    /// is null, or -1; of a decimal: the precision.
    var detail: Int32 = -1
    /// Of a decimal.
    var scale: Int32 = 0
}

struct FieldNode: Sendable {
    var name: TextRange
    var type: Int32
    /// The default in `defaults`; a count of -1 when there is none.
    var defaultStart: Int32 = 0
    var defaultCount: Int32 = -1
}

struct TypeDescription: Sendable {
    var fullName: String
    var aliases: [String] = []
    var doc: String?

    var name: String { AvroName.unqualified(fullName) }
}

struct FieldDescription: Sendable {
    var name: String
    var aliases: [String] = []
    var doc: String?
    var order = AvroFieldOrder.ascending
}

/// How a field counts when records are sorted.
package enum AvroFieldOrder: String, Sendable {
    case ascending, descending, ignore
}
