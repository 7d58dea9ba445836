import Foundation

/// A thread with 512 KiB of stack, as they are elsewhere. What is not optimised takes four times as much, and what a
/// sanitizer watches more again.
enum SmallStack {
    static func run(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread { continuation.resume(with: Result { try work() }) }
            let isWatched = ProcessInfo.processInfo.environment["SLUICE_TEST_SANITIZED"] != nil
            thread.stackSize = (isWatched ? 8192 : _isDebugAssertConfiguration() ? 2048 : 512) * 1024
            thread.start()
        }
    }
}
