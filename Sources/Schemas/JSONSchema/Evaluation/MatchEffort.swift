/// How much is done for a match before more is. PCRE2 counts backtracks, anew at each place of the text at which a match
/// may begin; what it looks at in between is not counted, and may at each of these places be all of the text.
enum MatchEffort: CaseIterable {
    /// What nearly all matches take.
    case usual
    case much
    /// What a hostile text takes, or a long one.
    case most

    /// Backtracks that are allowed at one place; nil where that is no more than before.
    func backtracks(bytes: Int) -> Int? {
        switch self {
        case .usual: return 1000
        case .much: return 16_000
        case .most:
            let share = min(1_000_000, 400_000_000 / max(bytes, 1))
            return share > 16_000 ? share : nil
        }
    }

    /// What it counts for. A backtrack is worth one or two nanoseconds, a step four microseconds at worst: a million of
    /// them some seconds.
    func steps(bytes: Int, isAnchored: Bool) -> Int {
        let (square, isHuge) = bytes.multipliedReportingOverflow(by: bytes)
        let looks = isAnchored ? 0 : isHuge ? Int.max / 2 : square / 8192
        switch self {
        case .usual: return 10 + bytes / 4 + looks
        case .much: return 4 * bytes
        case .most: return 200_000
        }
    }
}
