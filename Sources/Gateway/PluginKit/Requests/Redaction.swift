internal import Bytes

/// Whose values are credentials: names of header fields and of query arguments.
package struct Redaction: Sendable {
    /// Names in lower case, one behind the other: most fields of a request are compared with them.
    private let headers: [UInt8]
    private let headerPlaces: [Range<Int>]
    private let arguments: [[UInt8]]
    /// Lengths of the headers' names as bits, which most other names do not have.
    private let lengths: UInt64

    package static let none = Redaction(headers: [], arguments: [])

    package init(headers: [String], arguments: [String]) {
        var names: [UInt8] = []
        headerPlaces = headers.map { header in
            let start = names.count
            names += header.lowercased().utf8
            return start..<names.count
        }
        self.headers = names
        self.arguments = arguments.map { Array($0.utf8) }
        lengths = headerPlaces.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
    }

    /// Whether the field's value is one, whatever the case of its name.
    func hidesHeader(_ name: Span<UInt8>) -> Bool {
        guard lengths & 1 << UInt64(min(name.count, 63)) != 0 else { return false }
        let (headers, places) = (headers.span, headerPlaces.span)
        for index in places.indices where places[index].count == name.count {
            if name.equalsIgnoringCase(headers.extracting(places[index])) { return true }
        }
        return false
    }

    /// Whether the argument's value is one. Its name is decoded.
    func hidesArgument(_ name: [UInt8]) -> Bool { arguments.contains(name) }

    /// Appends a path with its query, or a query, in which the values of such arguments are hidden.
    package func append(_ target: Span<UInt8>, to output: inout [UInt8]) {
        guard !arguments.isEmpty, let mark = target.firstIndex(of: UInt8(ascii: "?")) else {
            return output.append(target)
        }
        let query = target.extracting(mark + 1..<target.count)
        var reader = QueryArguments(query)
        var copied = 0
        while let ranges = reader.nextRanges(in: query) {
            guard let value = ranges.value, !value.isEmpty else { continue }
            let raw = query.extracting(ranges.name)
            let isPlain = raw.firstIndex(of: UInt8(ascii: "%")) == nil && raw.firstIndex(of: UInt8(ascii: "+")) == nil
            let name = isPlain ? raw.array : PercentCoding.decodeLeniently(raw, plusIsSpace: true)
            guard hidesArgument(name) else { continue }
            output.append(target.extracting(copied..<mark + 1 + value.lowerBound))
            output.append("REDACTED" as StaticString)
            copied = mark + 1 + value.upperBound
        }
        output.append(target.extracting(copied..<target.count))
    }
}
