/// What came of the last lookup of a name.
final class CachedName {
    typealias Outcome = Result<NameAnswer, NameError>

    /// Without the caller's port.
    let outcome: Outcome
    let expiry: UInt64
    /// From then on the outcome is not even given while it is asked for again.
    let staleUntil: UInt64
    /// The type of record that led to the answer.
    let type: RecordType?
    /// No refresh is begun before.
    var refreshAfter: UInt64 = 0
    /// The answer for the port that was asked for last: mostly it is one port a name.
    private var withPort: (port: UInt16, answer: NameAnswer)?

    init(_ outcome: Outcome, expiry: UInt64, staleUntil: UInt64, type: RecordType?) {
        self.outcome = outcome
        self.expiry = expiry
        self.staleUntil = staleUntil
        self.type = type
    }

    func outcome(port: UInt16) -> Outcome {
        guard case .success(let answer) = outcome else { return outcome }
        if let withPort, withPort.port == port { return .success(withPort.answer) }
        let made = answer.with(port: port)
        withPort = (port, made)
        return .success(made)
    }
}
