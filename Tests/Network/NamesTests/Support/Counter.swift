import Foundation

/// Counts calls from any thread.
///
/// `@unchecked Sendable`: `lock` guards the count.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    /// 1 the first time.
    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}
