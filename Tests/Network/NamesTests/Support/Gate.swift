import Foundation

/// Holds a name server's thread until it is opened, which is for good; never longer than 60 s, whatever fails.
///
/// `@unchecked Sendable`: `condition` guards the state.
final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false

    func pass() {
        let limit = Date(timeIntervalSinceNow: 60)
        condition.lock()
        defer { condition.unlock() }
        while !isOpen, condition.wait(until: limit) {}
    }

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }
}
