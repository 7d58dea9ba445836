internal import CPOSIX

/// A call of the operating system that failed: what was tried, on what, and its words for the cause.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, such as `read`.
    package let operation: String
    /// The file or other thing it was tried on.
    package let subject: String
    /// `errno`, or 0 for a limit of our own.
    package let code: Int32
    package let reason: String

    package init(operation: String, subject: String, reason: String) {
        self.operation = operation
        self.subject = subject
        self.code = 0
        self.reason = reason
    }

    init(_ operation: String, _ subject: String, code: Int32) {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    package var description: String { "cannot \(operation) \(subject): \(reason)" }

    /// Whether the cause is that nothing is there (`ENOENT`).
    package var isNotFound: Bool { code == ENOENT }

    /// Whether the cause is a full disk (`ENOSPC`) or a used-up quota.
    package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether a datagram was larger than what can be sent at once.
    package var isTooLong: Bool { code == EMSGSIZE }

    /// Whether nobody listens where something was sent to.
    package var isRefused: Bool { code == ECONNREFUSED }

    static func last(_ operation: String, _ subject: String) -> SystemError {
        SystemError(operation, subject, code: posix_error_number())
    }
}
