package import JSON

/// A change of a request's log entry.
package struct LogField: Sendable, Hashable {
    /// What scripts may set in one request's entries.
    package static let most = 1_000

    /// When it applies.
    package enum Mode: String, Sendable {
        case set
        /// Where nothing is yet.
        case add
        /// Where something is already.
        case replace
    }

    package let path: FieldPath
    /// Nil: what is there is removed.
    package let value: JSONValue?
    package let mode: Mode

    package init(_ path: FieldPath, _ value: JSONValue?, mode: Mode = .set) {
        self.path = path
        self.value = value
        self.mode = mode
    }
}
