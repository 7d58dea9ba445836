/// A schema as rows of plain values that name each other by number: walking it counts no references.
struct SchemaTables: Sendable {
    /// The schema itself is the first.
    var files: [FileRow] = []
    /// Of a file together, each before those within it.
    var messages: [MessageRow] = []
    /// Of a message together, by number, extensions among them.
    var fields: [FieldRow] = []
    /// Of a message together: their names.
    var oneofs: [TextRange] = []
    var enums: [EnumRow] = []
    /// Of an enum together, in the order of the source.
    var values: [EnumValueRow] = []
    /// Of an enum together, by number: of those with the same number the first of the source.
    var numbers: [EnumValueRow] = []
    /// What fields and values are called: those of a message or enum stand together.
    var names: [NameRow] = []
    /// Hash tables over `names`: the row, or -1.
    var slots: [Int32] = []
    /// What `TextRange` is a range of.
    var text: [UInt8] = []
    /// The source of the schema itself in one form, without comments.
    var canonical = TextRange()
    var descriptor = TextRange()

    var messagesByName: [String: Int32] = [:]

    func string(_ range: TextRange) -> String { String(decoding: text[range.range], as: UTF8.self) }
    func fullName(_ message: Int32) -> String { string(messages[Int(message)].fullName) }
}

/// A part of `SchemaTables.text`.
struct TextRange: Sendable, Hashable {
    var start: Int32 = 0
    var count: Int32 = 0

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

struct FileRow: Sendable {
    /// Which of the texts that were given; nil for one of the library's own.
    var given: Int?
    var isProto3: Bool
    var package: TextRange
    /// Its messages.
    var messages: Range<Int> = 0..<0
}

struct MessageRow: Sendable {
    var fullName: TextRange
    var file: Int32
    /// The message around it, or -1.
    var parent: Int32
    /// Its place among its siblings, maps' entries and groups left out; -1 for those.
    var place: Int32 = -1
    var wellKnown = WellKnownType.none
    var isMapEntry: Bool
    /// Whether its definition is that of a field.
    var isGroup = false
    /// Whether its fields are numbered from 1 on without a gap.
    var isDense = true
    var firstField: Int32
    var fieldCount: Int32
    var firstOneof: Int32
    var oneofCount: Int32
    var requiredCount: Int32 = 0
    var names = NameTable()

    var fields: Range<Int> { Int(firstField)..<Int(firstField) + Int(fieldCount) }
}

struct FieldRow: Sendable {
    var number: Int32
    var type: ProtobufFieldType
    var isRepeated = false
    var isRequired = false
    var isPacked = false
    var hasPresence = false
    var isMap = false
    var isExtension = false
    /// Whether it is of the enum whose one value is JSON's null.
    var isNullValue = false
    /// The message or enum, or -1.
    var target: Int32 = -1
    /// Its oneof, or -1.
    var oneof: Int32 = -1
    /// What stands before its values.
    var tag: UInt32 = 0
    var name = TextRange()
    var jsonName = TextRange()
    /// The same as members of an object: quoted, with a colon.
    var quotedName = TextRange()
    var quotedJSONName = TextRange()
}

struct EnumRow: Sendable {
    var fullName: TextRange
    var file: Int32
    /// Whether a number that is no value of it is no value at all (proto2).
    var isClosed: Bool
    var firstValue: Int32
    var valueCount: Int32
    var firstNumber: Int32 = 0
    var numberCount: Int32 = 0
    var names = NameTable()

    var values: Range<Int> { Int(firstValue)..<Int(firstValue) + Int(valueCount) }
}

struct EnumValueRow: Sendable {
    var name: TextRange
    var number: Int32
}

struct NameRow: Sendable {
    var name: TextRange
    /// Of a field: its row. Of an enum's value: its number.
    var target: Int32
}

/// A hash table in `SchemaTables.slots`, of a size that is a power of two.
struct NameTable: Sendable {
    var firstSlot: Int32 = 0
    var mask: Int32 = 0
    var longest: Int32 = 0
}
