internal import Bytes

/// Header fields: their bytes in one array, and where each name and value lies in it.
///
/// Fields that are added lie there as HTTP/1.1 writes them, line after line, so that a response is written in one go.
package struct FieldList: Sendable {
    struct Field: Sendable {
        var name: Range<Int>
        var value: Range<Int>

        /// Of a field that was added: its line, with the end.
        var line: Range<Int> { name.lowerBound..<value.upperBound + 2 }
    }

    var bytes: [UInt8] = []
    var fields: [Field] = []
    /// Lines of `bytes` belong to no field any more.
    private(set) var hasRemoved = false

    package init() {}

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }
    /// Bytes that they take.
    package var byteCount: Int { bytes.count }

    @_lifetime(borrow self)
    package func name(_ index: Int) -> Span<UInt8> { bytes.span.extracting(fields[index].name) }

    @_lifetime(borrow self)
    package func value(_ index: Int) -> Span<UInt8> { bytes.span.extracting(fields[index].value) }

    /// For who reads all of them: the arrays are looked up once, not for each name and value.
    package var view: FieldListView {
        @_lifetime(borrow self)
        borrowing get { FieldListView(bytes: bytes.span, fields: fields.span) }
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        hasRemoved = false
    }

    /// The first field with that name, which is given in lower case.
    package func index(of name: StaticString) -> Int? {
        let span = bytes.span
        let count = name.utf8CodeUnitCount
        for index in fields.indices where fields[index].name.count == count {
            if span.extracting(fields[index].name).equalsIgnoringCase(name) { return index }
        }
        return nil
    }

    /// The first field with that name in any case.
    package func index(of name: Span<UInt8>) -> Int? {
        let span = bytes.span
        for index in fields.indices where fields[index].name.count == name.count {
            if span.extracting(fields[index].name).equalsFoldingBoth(name) { return index }
        }
        return nil
    }

    /// Lengths of names that more than one field has, as bits; those from 63 on count as one.
    package var repeatedLengths: UInt64 {
        var (seen, repeated) = (UInt64(0), UInt64(0))
        for index in fields.indices {
            let bit: UInt64 = 1 << UInt64(min(fields[index].name.count, 63))
            repeated |= seen & bit
            seen |= bit
        }
        return repeated
    }

    /// The first field in `range` with the same name as that one, in any case.
    package func index(ofNameOf index: Int, in range: Range<Int>) -> Int? {
        let span = bytes.span
        let name = fields[index].name
        for other in range where fields[other].name.count == name.count {
            if span.extracting(fields[other].name).equalsFoldingBoth(span.extracting(name)) { return other }
        }
        return nil
    }

    /// Makes room for what is to be added.
    package mutating func reserve(bytes count: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(bytes.count + count)
        fields.reserveCapacity(fields.count + fieldCount)
    }

    /// Adds all fields of another list to which they were added too.
    package mutating func add(_ other: borrowing FieldList) {
        reserve(bytes: other.bytes.count, fields: other.fields.count)
        let offset = bytes.count
        bytes.append(other.bytes.span)
        if other.hasRemoved { hasRemoved = true }
        for index in other.fields.indices {
            let field = other.fields[index]
            fields.append(
                Field(
                    name: field.name.lowerBound + offset..<field.name.upperBound + offset,
                    value: field.value.lowerBound + offset..<field.value.upperBound + offset))
        }
    }

    /// Appends the lines of all fields, which were added.
    package func write(to output: inout [UInt8]) {
        if !hasRemoved { return output.append(bytes.span) }
        for index in fields.indices { output.append(bytes.span.extracting(fields[index].line)) }
    }

    package mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let start = bytes.count
        bytes.append(addingCapacity: name.count + value.count + 4) { line in
            line.append(copying: name)
            line.append(0x3a)
            line.append(0x20)
            line.append(copying: value)
            line.append(0x0d)
            line.append(0x0a)
        }
        let valueStart = start + name.count + 2
        fields.append(Field(name: start..<start + name.count, value: valueStart..<valueStart + value.count))
        if value.hasControl { clean(valueStart..<valueStart + value.count) }
    }

    package mutating func add(_ name: StaticString, _ value: Span<UInt8>) {
        name.withUTF8Buffer { unsafe add($0.span, value) }
    }

    package mutating func add(_ name: StaticString, _ value: StaticString) {
        value.withUTF8Buffer { unsafe add(name, $0.span) }
    }

    package mutating func add(_ name: StaticString, decimal value: Int) {
        let start = bytes.count
        bytes.append(name)
        bytes.append(": " as StaticString)
        let valueStart = bytes.count
        bytes.append(decimal: value)
        fields.append(Field(name: start..<valueStart - 2, value: valueStart..<bytes.count))
        bytes.append("\r\n" as StaticString)
    }

    /// Removes every field with that name in any case.
    package mutating func removeField(_ name: Span<UInt8>) { remove(name) }

    /// Replaces every field of that name by one.
    package mutating func set(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        remove(name)
        add(name, value)
    }

    /// The values of that name, which may be in any case, in their order.
    package func values(of name: Span<UInt8>) -> [[UInt8]] {
        let span = bytes.span
        return fields.filter { span.extracting($0.name).equalsFoldingBoth(name) }.map { Array(bytes[$0.value]) }
    }

    mutating func remove(_ name: Span<UInt8>) {
        while let index = index(of: name) {
            fields.remove(at: index)
            hasRemoved = true
        }
    }

    mutating func remove(_ name: StaticString) { name.withUTF8Buffer { unsafe remove($0.span) } }

    /// A value cannot end its line: control characters but the tab become spaces (RFC 9110 §5.5).
    private mutating func clean(_ value: Range<Int>) {
        for index in value where !(bytes[index] >= 0x20 && bytes[index] != 0x7f || bytes[index] == 9) {
            bytes[index] = 0x20
        }
    }
}

/// Names and values of a list that nobody changes meanwhile.
package struct FieldListView: ~Escapable {
    private let bytes: Span<UInt8>
    private let fields: Span<FieldList.Field>

    @_lifetime(copy bytes, copy fields)
    init(bytes: Span<UInt8>, fields: Span<FieldList.Field>) {
        self.bytes = bytes
        self.fields = fields
    }

    package var count: Int { fields.count }

    @_lifetime(copy self)
    package func name(_ index: Int) -> Span<UInt8> { bytes.extracting(fields[index].name) }

    @_lifetime(copy self)
    package func value(_ index: Int) -> Span<UInt8> { bytes.extracting(fields[index].value) }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are the same, ASCII letter case aside on both sides.
    func equalsFoldingBoth(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices {
            let (left, right) = (self[index], other[index])
            if left == right { continue }
            let folded = left | 0x20
            if folded != right | 0x20 || folded < 0x61 || folded > 0x7a { return false }
        }
        return true
    }

    /// Whether a list of words separated by commas, as of `Connection`, has this one, which is given in lower case.
    package func hasElement(_ word: StaticString) -> Bool {
        var start = 0
        while start <= count {
            let end = firstIndex(of: 0x2c, from: start) ?? count
            if extracting(start..<end).trimmed().equalsIgnoringCase(word) { return true }
            start = end + 1
        }
        return false
    }
}
