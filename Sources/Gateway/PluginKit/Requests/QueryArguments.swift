internal import Bytes

/// Reads the arguments of a query one after another, without a copy of what is not asked for.
package struct QueryArguments {
    /// How many arguments a query may have; what follows is not looked at.
    package static let maximum = 1000

    private var position = 0
    private var count = 0
    private let end: Int

    package init(_ query: Span<UInt8>) { end = query.count }

    /// Where the next argument's name and value are, still encoded; no value without `=`.
    mutating func nextRanges(in query: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>?)? {
        while position <= end, count < Self.maximum {
            let start = position
            let stop = query.firstIndex(of: UInt8(ascii: "&"), from: start) ?? end
            position = stop + 1
            if stop == start { continue }
            count += 1
            var separator = start
            while separator < stop, query[separator] != UInt8(ascii: "=") { separator += 1 }
            return (start..<separator, separator < stop ? separator + 1..<stop : nil)
        }
        return nil
    }

    /// The next argument, decoded.
    package mutating func next(in query: Span<UInt8>) -> (name: [UInt8], value: [UInt8]?)? {
        guard let ranges = nextRanges(in: query) else { return nil }
        return (
            PercentCoding.decodeLeniently(query.extracting(ranges.name), plusIsSpace: true),
            ranges.value.map { PercentCoding.decodeLeniently(query.extracting($0), plusIsSpace: true) }
        )
    }

    /// Whether there are more arguments than are read.
    package static func isTooLong(_ query: Span<UInt8>) -> Bool {
        var separators = 0
        for index in query.indices where query[index] == UInt8(ascii: "&") { separators += 1 }
        return separators >= maximum
    }

    /// The value of the first argument of that name; empty when it has none; nil when there is no such argument.
    package static func value(of name: [UInt8], in query: Span<UInt8>) -> [UInt8]? {
        var reader = QueryArguments(query)
        while let ranges = reader.nextRanges(in: query) {
            let raw = query.extracting(ranges.name)
            let isPlain = raw.firstIndex(of: UInt8(ascii: "%")) == nil && raw.firstIndex(of: UInt8(ascii: "+")) == nil
            let isWanted =
                isPlain ? raw.equals(name.span) : PercentCoding.decodeLeniently(raw, plusIsSpace: true) == name
            guard isWanted else { continue }
            guard let value = ranges.value else { return [] }
            return PercentCoding.decodeLeniently(query.extracting(value), plusIsSpace: true)
        }
        return nil
    }
}
