/// What is wrong with a YAML text, and where.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    /// What is wrong; may name a key, never a value.
    package let message: String
    /// From 1; nil when the place is not known.
    package let location: YAMLLocation?

    package var description: String {
        guard let location else { return message }
        return "\(message) at \(location)"
    }
}

/// A place in a text: line and column, from 1, columns in characters.
package struct YAMLLocation: Sendable, Hashable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package var description: String { "line \(line), column \(column)" }
}
