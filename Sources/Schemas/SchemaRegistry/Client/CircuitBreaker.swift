/// Keeps a registry that fails from being asked by everybody: after some failures in a row it is left alone, then one
/// call tries, and each further failure doubles the wait. Times are milliseconds of the caller's clock.
struct CircuitBreaker {
    static let failuresToOpen = 5
    static let firstPause: UInt64 = 1_000
    static let longestPause: UInt64 = 30_000

    private var failures = 0
    private var pause = Self.firstPause
    private var closedUntil: UInt64?
    private var isTrying = false

    /// Whether the registry may be asked now. Who is told yes says afterwards how it went.
    mutating func admits(at now: UInt64) -> Bool {
        guard let until = closedUntil else { return true }
        if now < until || isTrying { return false }
        isTrying = true
        return true
    }

    mutating func succeeded() { self = CircuitBreaker() }

    mutating func failed(at now: UInt64) {
        failures += 1
        if isTrying {
            pause = min(pause * 2, Self.longestPause)
            isTrying = false
            closedUntil = now + pause
        } else if failures >= Self.failuresToOpen, closedUntil == nil {
            closedUntil = now + pause
        }
    }

    /// Milliseconds until the next try; nil when calls pass.
    func remaining(at now: UInt64) -> UInt64? { closedUntil.map { $0 > now ? $0 - now : 0 } }
}
