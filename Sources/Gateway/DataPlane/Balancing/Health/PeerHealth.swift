internal import Synchronization

/// What is known of one address of an upstream: whether it is healthy, how busy it is and how fast it answers. Shared by
/// all loops and kept as long as the address stays, whatever else of its upstream changes.
///
///     healthy ──failures──▶ (doubted) ──enough of one kind──▶ unhealthy
///        ▲                                                       │
///        └────────enough successes──── (doubted) ◀──successes────┘
///
/// Failures of each kind and successes are counted in one word with the state, so that many loops may report at once.
final class PeerHealth: Sendable {
    /// What a check, or a proxied request, has shown. The raw value is the place of its counter.
    enum Finding: UInt64, Sendable {
        case success = 0
        /// The answer's status is one of the unhealthy, or the answer is no HTTP.
        case httpFailure = 8
        /// No connection, or one that broke.
        case tcpFailure = 16
        case timeout = 24
    }

    private static let successes: UInt64 = 0xff
    private static let failures: UInt64 = 0xffff_ff00
    /// What was found last is not what the state says.
    private static let doubted: UInt64 = 1 << 32
    private static let unhealthy: UInt64 = 1 << 33

    private let word = Atomic<UInt64>(0)
    private let requests = Atomic<Int>(0)
    private let latency = Atomic<UInt64>(0)

    var isAvailable: Bool { word.load(ordering: .relaxed) & Self.unhealthy == 0 }

    /// Counts a finding.
    ///
    /// - Parameter limit: So many of its kind change the state; 0: they do not count.
    /// - Returns: Whether the address is available, if that has changed.
    func note(_ finding: Finding, limit: Int) -> Bool? {
        if limit == 0 { return nil }
        let isSuccess = finding == .success
        var old = word.load(ordering: .relaxed)
        while true {
            // Nobody doubts it.
            if old & Self.doubted == 0, isSuccess == (old & Self.unhealthy == 0) { return nil }
            let place = finding.rawValue
            let count = min(255, (old >> place & 0xff) + 1)
            // A success makes failures count from the start again, and the other way round.
            var new = old & (isSuccess ? Self.successes : Self.failures)
            new = new & ~(0xff << place) | count << place
            if count >= UInt64(limit) {
                if !isSuccess { new |= Self.unhealthy }
            } else {
                new |= old & Self.unhealthy | Self.doubted
            }
            let (isExchanged, seen) = word.compareExchange(expected: old, desired: new, ordering: .relaxed)
            if isExchanged {
                return (old ^ new) & Self.unhealthy == 0 ? nil : new & Self.unhealthy == 0
            }
            old = seen
        }
    }

    /// Sets the state, and counts from the start.
    ///
    /// - Returns: Whether that has changed it.
    @discardableResult
    func set(isHealthy: Bool) -> Bool {
        let old = word.exchange(isHealthy ? 0 : Self.unhealthy, ordering: .relaxed)
        return old & Self.unhealthy == 0 ? !isHealthy : isHealthy
    }

    // MARK: - Load

    /// Requests under way, where somebody counts them.
    var load: Int { requests.load(ordering: .relaxed) }

    func begin() { requests.wrappingAdd(1, ordering: .relaxed) }
    func end() { requests.wrappingSubtract(1, ordering: .relaxed) }

    // MARK: - Latency

    /// After so many milliseconds an old measurement counts half.
    private static let halfLife: Float = 10_000

    /// Milliseconds that answers take, the newer counting more, and less the longer ago the last came; nil: never measured.
    ///
    /// - Parameter now: Milliseconds of any clock that is always the same.
    func latency(at now: UInt64) -> Float? {
        let word = latency.load(ordering: .relaxed)
        return word == 0 ? nil : Self.average(word) * Self.rest(of: word, at: now)
    }

    func noteLatency(_ milliseconds: Float, at now: UInt64) {
        var old = latency.load(ordering: .relaxed)
        while true {
            let rest = old == 0 ? 0 : Self.rest(of: old, at: now)
            // However many come within a millisecond, each counts a little.
            let share = min(rest, 0.99)
            let average = Self.average(old) * share + milliseconds * (1 - share)
            // Never 0, which means that nothing was measured.
            let new = UInt64(max(average, 0.001).bitPattern) << 32 | now & 0xffff_ffff
            let (isExchanged, seen) = latency.compareExchange(expected: old, desired: new, ordering: .relaxed)
            if isExchanged { return }
            old = seen
        }
    }

    private static func average(_ word: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32)) }

    /// How much of the average is left by now: 1 at once, ½ after `halfLife`.
    private static func rest(of word: UInt64, at now: UInt64) -> Float {
        let elapsed = UInt32(truncatingIfNeeded: now) &- UInt32(truncatingIfNeeded: word)
        // A clock of another loop may be a little behind.
        return Int32(bitPattern: elapsed) <= 0 ? 1 : halfLife / (halfLife + Float(elapsed))
    }
}
