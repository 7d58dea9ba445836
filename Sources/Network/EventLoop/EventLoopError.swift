internal import CLibuv

/// A call of the network floor that failed: what was tried and the system's words for the cause.
package struct EventLoopError: Error, Sendable, Equatable, CustomStringConvertible {
    package let operation: String
    /// libuv's number (`UV_EADDRINUSE` and so on).
    package let code: Int32
    package let reason: String

    init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
        reason = String(cString: uv_strerror(code))
    }

    package init(_ operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
        code = 0
    }

    package var description: String { "cannot \(operation): \(reason)" }

    /// Whether the cause is that nobody answered in time.
    package var isTimeout: Bool { code == UV_ETIMEDOUT.rawValue }

    static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(EventLoopError) {
        if code < 0 { throw EventLoopError(operation(), code: code) }
    }
}
