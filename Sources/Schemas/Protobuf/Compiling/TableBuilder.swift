internal import CProtobuf
internal import JSON

/// Copies the library's rows, and adds what is looked for by name.
struct TableBuilder {
    private let compiled: cprotobuf_tables
    private var tables = SchemaTables()

    static func tables(_ compiled: cprotobuf_tables) -> SchemaTables {
        var builder = TableBuilder(compiled: compiled)
        builder.build()
        return builder.tables
    }

    private init(compiled: cprotobuf_tables) { self.compiled = compiled }

    private mutating func build() {
        tables.text = Array(UnsafeRawBufferPointer(start: compiled.text, count: compiled.text_count))
        tables.canonical = TextRange(compiled.canonical)
        tables.descriptor = TextRange(compiled.descriptor)
        tables.files = rows(compiled.files, compiled.file_count).map { row in
            FileRow(
                given: row.given < 0 ? nil : Int(row.given), isProto3: row.is_proto3 != 0, package: .init(row.package))
        }
        for row in rows(compiled.messages, compiled.message_count) { add(row) }
        tables.oneofs = rows(compiled.oneofs, compiled.oneof_count).map { TextRange($0.name) }
        for row in rows(compiled.fields, compiled.field_count) { add(row) }
        tables.values = rows(compiled.values, compiled.value_count).map { row in
            EnumValueRow(name: TextRange(row.name), number: row.number)
        }
        for row in rows(compiled.enums, compiled.enum_count) { add(row) }
        for place in tables.fields.indices where tables.fields[place].type == .enum {
            let row = tables.enums[Int(tables.fields[place].target)]
            tables.fields[place].isNullValue = tables.string(row.fullName) == "google.protobuf.NullValue"
        }
        for place in tables.messages.indices { finish(place) }
        number()
    }

    private func rows<Row>(_ start: UnsafePointer<Row>?, _ count: Int) -> UnsafeBufferPointer<Row> {
        UnsafeBufferPointer(start: start, count: count)
    }

    private mutating func add(_ row: cprotobuf_message_row) {
        let place = tables.messages.count
        var message = MessageRow(
            fullName: TextRange(row.full_name), file: row.file, parent: row.parent, isMapEntry: row.is_map_entry != 0,
            firstField: row.first_field, fieldCount: row.field_count, firstOneof: row.first_oneof,
            oneofCount: row.oneof_count)
        let name = tables.string(message.fullName)
        let file = tables.files[Int(row.file)]
        if file.given == nil { message.wellKnown = WellKnownType(fullName: name) }
        tables.files[Int(row.file)].messages = (file.messages.isEmpty ? place : file.messages.lowerBound)..<place + 1
        tables.messagesByName[name] = Int32(place)
        tables.messages.append(message)
    }

    private mutating func add(_ row: cprotobuf_field_row) {
        guard let type = ProtobufFieldType(rawValue: UInt8(clamping: row.type)) else { return }
        var field = FieldRow(number: row.number, type: type)
        field.isRepeated = row.is_repeated != 0
        field.isRequired = row.is_required != 0
        field.isPacked = row.is_packed != 0
        field.hasPresence = row.has_presence != 0
        field.isMap = type == .message && field.isRepeated && tables.messages[Int(row.target)].isMapEntry
        field.isExtension = row.extension_name.count > 0
        field.target = row.target
        field.oneof = row.oneof
        let wireType = field.isPacked ? WireType.length : type.wireType
        field.tag = UInt32(row.number) << 3 | UInt32(wireType.rawValue)
        if field.isExtension {
            let name = keep(Array("[\(tables.string(TextRange(row.extension_name)))]".utf8))
            (field.name, field.jsonName) = (name, name)
        } else {
            (field.name, field.jsonName) = (TextRange(row.name), TextRange(row.json_name))
        }
        field.quotedName = quoted(field.name)
        field.quotedJSONName = field.jsonName == field.name ? field.quotedName : quoted(field.jsonName)
        if type == .group { tables.messages[Int(row.target)].isGroup = true }
        tables.fields.append(field)
    }

    private mutating func keep(_ bytes: [UInt8]) -> TextRange {
        let start = tables.text.count
        tables.text.append(contentsOf: bytes)
        return TextRange(start: Int32(start), count: Int32(bytes.count))
    }

    private mutating func quoted(_ name: TextRange) -> TextRange {
        var member: [UInt8] = []
        JSONText.appendString(tables.text.span.extracting(name.range), to: &member)
        member.append(UInt8(ascii: ":"))
        return keep(member)
    }

    private mutating func add(_ row: cprotobuf_enum_row) {
        var type = EnumRow(
            fullName: TextRange(row.full_name), file: row.file, isClosed: row.is_closed != 0,
            firstValue: row.first_value, valueCount: row.value_count)
        let values = Array(tables.values[type.values])
        type.names = table(values.map { NameRow(name: $0.name, target: $0.number) })
        type.firstNumber = Int32(tables.numbers.count)
        let sorted = values.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
        for (_, value) in sorted {
            if tables.numbers.count > Int(type.firstNumber), tables.numbers.last?.number == value.number { continue }
            tables.numbers.append(value)
        }
        type.numberCount = Int32(tables.numbers.count) - type.firstNumber
        tables.enums.append(type)
    }

    private mutating func finish(_ place: Int) {
        var message = tables.messages[place]
        var names: [NameRow] = []
        for (offset, row) in message.fields.enumerated() {
            let field = tables.fields[row]
            if field.number != Int32(offset + 1) { message.isDense = false }
            if field.isRequired { message.requiredCount += 1 }
            // Of two fields that share a name it is the one whose JSON name it is.
            names.append(NameRow(name: field.jsonName, target: Int32(row)))
        }
        for row in message.fields where tables.fields[row].name != tables.fields[row].jsonName {
            names.append(NameRow(name: tables.fields[row].name, target: Int32(row)))
        }
        message.names = table(names)
        tables.messages[place] = message
    }

    /// A hash table of names; of several that are the same the first counts.
    private mutating func table(_ names: [NameRow]) -> NameTable {
        if names.isEmpty { return NameTable() }
        var size = 4
        while size < names.count * 2 { size *= 2 }
        let table = NameTable(
            firstSlot: Int32(tables.slots.count), mask: Int32(size - 1),
            longest: names.reduce(0) { max($0, $1.name.count) })
        tables.slots.append(contentsOf: repeatElement(-1, count: size))
        for name in names {
            var slot = NameHash.of(tables.text.span.extracting(name.name.range)) & (size - 1)
            var isThere = false
            while tables.slots[Int(table.firstSlot) + slot] >= 0, !isThere {
                let other = tables.names[Int(tables.slots[Int(table.firstSlot) + slot])].name
                isThere = tables.text[other.range].elementsEqual(tables.text[name.name.range])
                slot = (slot + 1) & (size - 1)
            }
            if isThere { continue }
            tables.slots[Int(table.firstSlot) + slot] = Int32(tables.names.count)
            tables.names.append(name)
        }
        return table
    }

    /// Places among siblings.
    private mutating func number() {
        var next: [Int32: Int32] = [:]
        for place in tables.messages.indices {
            let message = tables.messages[place]
            if message.isMapEntry || message.isGroup { continue }
            // Those of different files have no parent in common but none.
            let key = message.parent >= 0 ? message.parent : -1 - message.file
            tables.messages[place].place = next[key, default: 0]
            next[key, default: 0] += 1
        }
    }
}

extension TextRange {
    fileprivate init(_ range: cprotobuf_range) { self.init(start: range.start, count: range.count) }
}
