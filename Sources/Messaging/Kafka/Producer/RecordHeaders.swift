internal import Bytes

/// The headers of a record: names with values, in order, names may repeat. One packed buffer, reused between records.
package struct RecordHeaders: Sendable {
    struct Entry {
        let nameEnd: Int
        /// -1: a null value.
        let valueEnd: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    package static var none: RecordHeaders { RecordHeaders() }

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// Bytes of all names and values.
    package var byteCount: Int { bytes.count }

    package mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count))
    }

    package mutating func append(name: String, value: Span<UInt8>) {
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        bytes.append(value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count))
    }

    /// A header whose value is `value`, or null.
    package mutating func append(name: String, value: String?) {
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        if let value { bytes.append(contentsOf: value.utf8) }
        entries.append(Entry(nameEnd: nameEnd, valueEnd: value == nil ? -1 : bytes.count))
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}
