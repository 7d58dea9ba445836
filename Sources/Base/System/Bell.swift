internal import CPOSIX

/// Lets one thread sleep until others call it. A call while it is awake is remembered.
///
/// `@unchecked Sendable`: `isRung` is touched only with `mutex` held.
package final class Bell: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isRung = false

    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        let made = posix_make_condition(condition)
        precondition(made == 0, "no condition could be made")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func ring() {
        pthread_mutex_lock(mutex)
        isRung = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Sleeps until it rings, at most so long; nil: however long. True when it rang.
    @discardableResult
    package func wait(atMost limit: Duration? = nil) -> Bool {
        let deadline = limit.map { ContinuousClock.now + $0 }
        pthread_mutex_lock(mutex)
        defer {
            isRung = false
            pthread_mutex_unlock(mutex)
        }
        while !isRung {
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let rest = ContinuousClock.now.duration(to: deadline)
            if rest <= .zero { return false }
            let (seconds, attoseconds) = rest.components
            // A part of a millisecond is waited for as a whole one: zero would spin.
            let milliseconds = min(seconds, 86_400) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1
            _ = posix_wait(condition, mutex, CLong(milliseconds))
        }
        return true
    }
}
