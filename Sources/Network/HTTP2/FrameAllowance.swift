/// How many frames of a kind a peer may still send: a bucket that fills with time and by what the owner adds.
struct FrameAllowance: Sendable {
    /// In thousandths of a frame, of which a millisecond brings some.
    private let burst: Int
    private var left: Int
    private let perSecond: Int
    private var filledAt: UInt64?

    init(burst: Int, perSecond: Int) {
        self.burst = burst * 1000
        self.perSecond = perSecond
        left = self.burst
    }

    mutating func add(_ count: Int) { left = min(burst, left + count * 1000) }

    /// Takes one; false when there is none left.
    ///
    /// - Parameter now: Milliseconds of a clock that never goes back.
    mutating func take(at now: UInt64) -> Bool {
        let earned = Int(clamping: now - (filledAt ?? now)).multipliedReportingOverflow(by: perSecond)
        filledAt = now
        left = earned.overflow ? burst : min(burst, left + min(burst, earned.partialValue))
        guard left >= 1000 else { return false }
        left -= 1000
        return true
    }
}
