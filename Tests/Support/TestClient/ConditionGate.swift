import Foundation

/// Holds scripts up until it is opened, or half a minute is over.
package final class ConditionGate: @unchecked Sendable {
    // Guarded by `condition`.
    private var isOpen = false
    private let condition = NSCondition()

    package init() {}

    package func wait() {
        condition.lock()
        defer { condition.unlock() }
        let limit = Date(timeIntervalSinceNow: 30)
        while !isOpen, condition.wait(until: limit) {}
    }

    package func open() {
        condition.lock()
        defer { condition.unlock() }
        isOpen = true
        condition.broadcast()
    }
}
