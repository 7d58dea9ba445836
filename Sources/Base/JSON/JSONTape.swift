/// A parsed document as one flat row of entries in the order of the text: what is at a position, and where the next
/// value begins. The form is simdjson's (its doc/tape.md). All strings are UTF-8. The root is at `root`.
///
/// A position is any number: one that is not the beginning of a value gives a wrong answer or stops the program, and
/// never reads beyond the document.
package struct JSONTape: ~Escapable {
    @usableFromInline let entries: Span<UInt64>
    /// For each string four bytes of length, the text, a NUL; at least 16 bytes more than they need.
    @usableFromInline let strings: Span<UInt8>

    @_lifetime(copy entries, copy strings)
    init(entries: Span<UInt64>, strings: Span<UInt8>) {
        self.entries = entries
        self.strings = strings
    }

    @inlinable package var root: Int { 1 }

    /// Between the entries of an array, or names and values of an object: from `first` until `end`.
    package struct Container {
        package let first: Int
        package let end: Int
    }
}

/// The first letter of an entry.
package enum JSONTapeKind: UInt8, Sendable {
    case object = 0x7b
    case array = 0x5b
    case string = 0x22
    /// Within `Int64`.
    case integer = 0x6c
    /// Above `Int64`, within `UInt64`.
    case unsigned = 0x75
    case double = 0x64
    case `true` = 0x74
    case `false` = 0x66
    case null = 0x6e
}

extension JSONTape {
    @inlinable @inline(__always)
    func letter(_ entry: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: entry >> 56) }

    /// What is at `position`.
    @inlinable
    package func kind(at position: Int) -> JSONTapeKind {
        JSONTapeKind(rawValue: letter(entries[position])) ?? .null
    }

    /// Where the entry behind the value at `position` is.
    @inlinable @inline(__always)
    package func next(_ position: Int) -> Int {
        let entry = entries[position]
        switch letter(entry) {
        case 0x7b, 0x5b: return Int(truncatingIfNeeded: entry & 0xffff_ffff)
        case 0x6c, 0x75, 0x64: return position + 2
        default: return position + 1
        }
    }

    @inlinable @inline(__always)
    package func object(at position: Int) -> Container? { container(0x7b, position) }

    @inlinable @inline(__always)
    package func array(at position: Int) -> Container? { container(0x5b, position) }

    @inlinable @inline(__always)
    func container(_ kind: UInt8, _ position: Int) -> Container? {
        let entry = entries[position]
        guard letter(entry) == kind else { return nil }
        return Container(first: position + 1, end: Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1)
    }

    /// How many values an array has, or members an object.
    @inlinable
    package func count(at position: Int) -> Int {
        let entry = entries[position]
        let count = Int(truncatingIfNeeded: entry >> 32 & 0xff_ffff)
        return count < 0xff_ffff ? count : countOneByOne(position)
    }

    /// The tape has room for no larger number.
    @usableFromInline
    func countOneByOne(_ position: Int) -> Int {
        let isObject = kind(at: position) == .object
        guard let container = isObject ? object(at: position) : array(at: position) else { return 0 }
        var count = 0
        var member = container.first
        while member < container.end {
            member = next(isObject ? member + 1 : member)
            count += 1
        }
        return count
    }

    /// A number that was written without fraction and exponent and is within `Int64`.
    @inlinable @inline(__always)
    package func integer(at position: Int) -> Int64? {
        guard letter(entries[position]) == 0x6c else { return nil }
        return Int64(bitPattern: entries[position + 1])
    }

    /// A number above `Int64` that was written without fraction and exponent and is within `UInt64`.
    @inlinable
    package func unsigned(at position: Int) -> UInt64? {
        guard letter(entries[position]) == 0x75 else { return nil }
        return entries[position + 1]
    }

    /// A number, to the nearest `Double`.
    @inlinable @inline(__always)
    package func double(at position: Int) -> Double? {
        let entry = entries[position]
        switch letter(entry) {
        case 0x64: return Double(bitPattern: entries[position + 1])
        case 0x6c: return Double(Int64(bitPattern: entries[position + 1]))
        case 0x75: return Double(entries[position + 1])
        default: return nil
        }
    }

    @inlinable @inline(__always)
    package func bool(at position: Int) -> Bool? {
        switch letter(entries[position]) {
        case 0x74: true
        case 0x66: false
        default: nil
        }
    }

    @inlinable @inline(__always)
    package func isNull(at position: Int) -> Bool { letter(entries[position]) == 0x6e }
}
