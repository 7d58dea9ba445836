package import Bytes

/// What is wrong with a YAML text, and where.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    /// What is wrong; may name a key, never a value.
    package let message: String
    /// From 1; nil when the place is not known.
    package let location: TextLocation?

    package var description: String {
        guard let location else { return message }
        return "\(message) at \(location)"
    }
}
