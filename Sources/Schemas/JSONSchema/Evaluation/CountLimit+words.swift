extension CountLimit {
    func allows(_ count: Int) -> Bool {
        switch self {
        case .atLeast(let limit): count >= limit
        case .atMost(let limit): count <= limit
        }
    }

    /// Such as "at least 2 elements".
    func words(_ noun: String) -> String {
        switch self {
        case .atLeast(let limit): "at least \(Self.words(limit, noun))"
        case .atMost(let limit): "at most \(Self.words(limit, noun))"
        }
    }

    static func words(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
