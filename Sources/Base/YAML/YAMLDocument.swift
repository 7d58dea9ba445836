package import Bytes
package import JSON

/// A document: its value, and where each part of it stands in the text.
package struct YAMLDocument: Sendable {
    /// The whole as a JSON value.
    package let value: JSONValue
    let places: YAMLPlaces

    /// Where the part at `path` begins, a member at its key; nil when there is no such part. Parts that came by an
    /// alias or merge key stand where they were written.
    package func location(of path: [JSONPathElement]) -> TextLocation? {
        let found = places.find(path, in: value)
        return found.depth == path.count ? found.location : nil
    }

    /// Where the nearest part on the way to `path` begins that exists: for messages about what is missing.
    package func nearestLocation(of path: [JSONPathElement]) -> TextLocation { places.find(path, in: value).location }

    /// The same of many paths, without passing over long lists for each of them anew.
    package func nearestLocations(of paths: [[JSONPathElement]]) -> [TextLocation] {
        var parts = YAMLPlaces.Parts()
        return paths.map { places.find($0, in: value, &parts).location }
    }
}

/// Where the parts of a value stand: a table beside it, with an entry for each key and each value in the order of the
/// value's own parts.
struct YAMLPlaces: Sendable {
    struct Entry: Sendable {
        let line: UInt32
        /// 0 for what is no part of the value: a merge key with what is behind it.
        let column: UInt32
        /// How many entries it stands for: itself, and of a value all that are within it.
        var count: UInt32 = 1

        init(_ location: TextLocation) {
            line = UInt32(clamping: location.line)
            column = UInt32(clamping: location.column)
        }

        /// What is no part of the value.
        init(hiding count: Int) {
            line = 0
            column = 0
            self.count = UInt32(clamping: count)
        }

        var location: TextLocation { TextLocation(line: Int(line), column: Int(column)) }
    }

    private(set) var entries: [Entry] = []

    var count: Int { entries.count }

    /// Adds the entry of a key, or of a value whose parts come next.
    mutating func add(_ location: TextLocation) { entries.append(Entry(location)) }

    /// Adds again what stands elsewhere in the table.
    mutating func add(_ range: Range<Int>) { entries.append(contentsOf: entries[range]) }

    /// Ends the value that began with the entry at `start`.
    mutating func end(_ start: Int) { entries[start].count = UInt32(clamping: entries.count - start) }

    /// What began with the entry at `start` is no part of the value.
    mutating func hide(_ start: Int) { entries[start] = Entry(hiding: entries.count - start) }

    /// The places of a mapping's members, each from its key's entry to the end of its value.
    func members(_ mapping: Range<Int>) -> [Range<Int>] {
        var members: [Range<Int>] = []
        var position = skippingHidden(mapping.lowerBound + 1, before: mapping.upperBound)
        while position < mapping.upperBound {
            let end = position + 1 + Int(entries[position + 1].count)
            members.append(position..<end)
            position = skippingHidden(end, before: mapping.upperBound)
        }
        return members
    }

    private func skippingHidden(_ start: Int, before end: Int) -> Int {
        var position = start
        while position < end, entries[position].column == 0 { position += Int(entries[position].count) }
        return position
    }

    /// The places of the parts of lists and mappings, by where these begin: what was found once need not be again.
    typealias Parts = [Int: [Range<Int>]]

    private func elements(_ sequence: Range<Int>) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var position = sequence.lowerBound + 1
        while position < sequence.upperBound {
            let end = position + Int(entries[position].count)
            elements.append(position..<end)
            position = end
        }
        return elements
    }

    func find(_ path: [JSONPathElement], in root: JSONValue) -> (location: TextLocation, depth: Int) {
        var parts = Parts()
        return find(path, in: root, &parts)
    }

    /// The place of the last part of `path` that is there, and how many steps lead to it.
    func find(
        _ path: [JSONPathElement], in root: JSONValue, _ parts: inout Parts
    ) -> (location: TextLocation, depth: Int) {
        var value = root
        var position = 0
        var location = entries.first?.location ?? TextLocation(line: 1, column: 1)
        for (depth, element) in path.enumerated() {
            switch (element, value) {
            case (.key(let key), .object(let members)):
                let mapping = position..<position + Int(entries[position].count)
                guard let index = members.firstIndex(where: { $0.key == key }) else { return (location, depth) }
                let member = self.members(mapping)[index]
                location = entries[member.lowerBound].location
                position = member.lowerBound + 1
                value = members[index].value
            case (.index(let index), .array(let elements)):
                guard elements.indices.contains(index) else { return (location, depth) }
                let sequence = position..<position + Int(entries[position].count)
                let known = parts[position] ?? self.elements(sequence)
                parts[position] = known
                position = known[index].lowerBound
                location = entries[position].location
                value = elements[index]
            default: return (location, depth)
            }
        }
        return (location, path.count)
    }
}
