/// The groups of a route's regular expression in the path of one request.
package struct PathCaptures: Sendable {
    private let names: [(name: String, index: Int)]
    /// From 1 on; nil: the group did not take part.
    private let values: [[UInt8]?]

    package static let none = PathCaptures(names: [], values: [])

    package init(names: [(name: String, index: Int)], values: [[UInt8]?]) {
        self.names = names
        self.values = values
    }

    package var isEmpty: Bool { values.isEmpty }

    /// The bytes of a group by its name, or by its number from 1.
    package func value(_ name: String) -> [UInt8]? {
        for (known, index) in names where known == name {
            if values.indices.contains(index - 1), let value = values[index - 1] { return value }
        }
        guard let index = Int(name), values.indices.contains(index - 1) else { return nil }
        return values[index - 1]
    }
}
