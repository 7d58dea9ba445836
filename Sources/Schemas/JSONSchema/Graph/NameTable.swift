internal import JSON

/// Names with a number each, found by the bytes of a document. A class, for one count of references is less than four.
final class NameTable: Sendable {
    private let text: [UInt8]
    private let ranges: [Range<Int>]
    /// Places of names by their hashes, -1 where none is; empty when the names are few enough to be compared one by one.
    private let slots: [Int32]
    let values: [Int]

    private static let comparedInTurn = 8

    var count: Int { ranges.count }
    var isEmpty: Bool { ranges.isEmpty }

    init(_ names: [(name: String, value: Int)]) {
        var text: [UInt8] = []
        var ranges: [Range<Int>] = []
        for (name, _) in names {
            let start = text.count
            text.append(contentsOf: name.utf8)
            ranges.append(start..<text.count)
        }
        var slots: [Int32] = []
        if names.count > Self.comparedInTurn {
            var size = 16
            while size < names.count * 2 { size *= 2 }
            slots = Array(repeating: -1, count: size)
            for (place, range) in ranges.enumerated() {
                var slot = Self.hash(text.span.extracting(range)) & (size - 1)
                while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
                slots[slot] = Int32(place)
            }
        }
        (self.text, self.ranges, self.slots, values) = (text, ranges, slots, names.map(\.value))
    }

    /// The place of the name on the tape at `position`; `likely` is looked at first.
    func place(of position: Int, in tape: JSONTape, likely: Int) -> Int? {
        if likely < ranges.count, isName(likely, at: position, in: tape) { return likely }
        if slots.isEmpty {
            for place in ranges.indices where isName(place, at: position, in: tape) { return place }
            return nil
        }
        guard let name = tape.string(at: position) else { return nil }
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if isName(place, at: position, in: tape) { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Whether the name on the tape at `position` is that at `place`.
    func isName(_ place: Int, at position: Int, in tape: JSONTape) -> Bool {
        let text = text
        return tape.isString(at: position, text.span.extracting(ranges[place]))
    }

    func name(_ place: Int) -> String { String(decoding: text[ranges[place]], as: UTF8.self) }

    var names: [String] { ranges.indices.map(name) }

    /// FNV: the names are the schema's, so that no document makes them collide.
    private static func hash(_ name: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
