/// What is wrong with a document or pointer, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, without text of the document.
    package let message: String
    /// The byte, from 0, at which reading stopped.
    package let offset: Int?

    package init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    package var description: String {
        guard let offset else { return message }
        return "\(message) at byte \(offset)"
    }
}
