/// A place in a text: line and column, from 1, columns in characters (Unicode scalars).
package struct TextLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: TextLocation, right: TextLocation) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    package var description: String { "line \(line), column \(column)" }
}

extension TextLocation {
    /// Where the bytes at `offsets` stand, in one pass; one behind the text stands at its end.
    package static func list(of offsets: [Int], in text: Span<UInt8>) -> [TextLocation] {
        var locations = Array(repeating: TextLocation(line: 1, column: 1), count: offsets.count)
        var position = 0
        var line = 1
        var column = 1
        for place in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
            while position < min(offsets[place], text.count) {
                switch text[position] {
                case 0x0a: (line, column) = (line + 1, 1)
                // With a line feed behind it, a carriage return ends no line of its own.
                case 0x0d where position + 1 == text.count || text[position + 1] != 0x0a:
                    (line, column) = (line + 1, 1)
                // A byte within a character.
                case 0x80..<0xc0: break
                default: column += 1
                }
                position += 1
            }
            locations[place] = TextLocation(line: line, column: column)
        }
        return locations
    }
}
