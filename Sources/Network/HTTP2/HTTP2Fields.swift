internal import Bytes

/// Fields to be sent, packed in one buffer that is used again for the next head.
package struct HTTP2Fields {
    struct Entry {
        let nameEnd: Int
        let valueEnd: Int
        /// Whether the value is another each time: then it is not put into the table that is shared with the peer
        /// (RFC 7541 §6.2.3), where it would only drive out what comes again.
        var isTransient = false
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    package var count: Int { entries.count }

    /// Names are written in lower case, as HTTP/2 wants them (RFC 9113 §8.2.1).
    package mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let start = bytes.count
        bytes.append(name)
        for index in name.indices where name[index] >= 0x41 && name[index] <= 0x5a { bytes[start + index] |= 0x20 }
        finish(value, isTransient: Self.isTransient(name))
    }

    /// Identifiers and times, as gateways and their services tell them.
    private static func isTransient(_ name: Span<UInt8>) -> Bool {
        name.count >= 10 && (ends(name, "-id") || ends(name, "-latency"))
    }

    private static func ends(_ name: Span<UInt8>, _ end: StaticString) -> Bool {
        name.extracting(last: end.utf8CodeUnitCount).equalsIgnoringCase(end)
    }

    /// A name that is in lower case already.
    package mutating func append(_ name: StaticString, _ value: Span<UInt8>) {
        bytes.append(name)
        finish(value)
    }

    package mutating func append(_ name: StaticString, _ value: StaticString) {
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count))
    }

    package mutating func append(_ name: StaticString, decimal value: Int) {
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(decimal: value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count))
    }

    private mutating func finish(_ value: Span<UInt8>, isTransient: Bool = false) {
        let nameEnd = bytes.count
        bytes.append(value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count, isTransient: isTransient))
    }
}
