internal import Bytes
internal import JSON

/// The tables of a schema, borrowed for the time of one run over them.
struct SchemaView: ~Escapable {
    let messages: Span<MessageRow>
    let fields: Span<FieldRow>
    let oneofs: Span<TextRange>
    let enums: Span<EnumRow>
    let numbers: Span<EnumValueRow>
    let names: Span<NameRow>
    let slots: Span<Int32>
    let text: Span<UInt8>

    @_lifetime(borrow tables)
    init(_ tables: borrowing SchemaTables) {
        messages = tables.messages.span
        fields = tables.fields.span
        oneofs = tables.oneofs.span
        enums = tables.enums.span
        numbers = tables.numbers.span
        names = tables.names.span
        slots = tables.slots.span
        text = tables.text.span
    }

    @inline(__always)
    @_lifetime(copy self)
    func bytes(_ range: TextRange) -> Span<UInt8> { text.extracting(range.range) }

    func string(_ range: TextRange) -> String { text.extracting(range.range).string }

    /// What a table has for the string at `position` of the tape; nil when it has nothing.
    func target(of position: Int, in tape: JSONTape, _ table: NameTable) -> Int32? {
        guard table.mask > 0, let name = tape.string(at: position), name.count <= table.longest else { return nil }
        let mask = Int(table.mask)
        var slot = NameHash.of(name) & mask
        while true {
            let row = slots[Int(table.firstSlot) + slot]
            if row < 0 { return nil }
            if tape.isString(at: position, bytes(names[Int(row)].name)) { return names[Int(row)].target }
            slot = (slot + 1) & mask
        }
    }

    /// The row of the field with a number in a message; `likely` is looked at first.
    @inline(__always)
    func field(_ number: Int32, of message: MessageRow, likely: Int) -> Int? {
        let first = Int(message.firstField)
        if message.isDense {
            return number >= 1 && number <= message.fieldCount ? first + Int(number) - 1 : nil
        }
        if likely < first + Int(message.fieldCount), fields[likely].number == number { return likely }
        var (low, high) = (first, first + Int(message.fieldCount))
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < first + Int(message.fieldCount) && fields[low].number == number ? low : nil
    }

    /// The name of an enum's value; nil for a number that is none.
    func name(_ number: Int32, of row: EnumRow) -> TextRange? {
        var (low, high) = (Int(row.firstNumber), Int(row.firstNumber) + Int(row.numberCount))
        let end = high
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < end && numbers[low].number == number ? numbers[low].name : nil
    }
}

/// FNV-1a.
enum NameHash {
    static func of(_ name: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
