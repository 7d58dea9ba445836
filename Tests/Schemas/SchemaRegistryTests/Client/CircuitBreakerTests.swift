import Testing

@testable import SchemaRegistry

@Suite("the circuit breaker")
struct CircuitBreakerTests {
    private func admits(_ breaker: inout CircuitBreaker, _ now: UInt64) -> Bool { breaker.admits(at: now) }

    private func allowed(_ value: Bool, _ location: SourceLocation = #_sourceLocation) {
        #expect(value, sourceLocation: location)
    }

    private func refused(_ value: Bool, _ location: SourceLocation = #_sourceLocation) {
        #expect(!value, sourceLocation: location)
    }

    private func opened(at now: UInt64) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.failuresToOpen {
            let isAdmitted = breaker.admits(at: now)
            #expect(isAdmitted)
            breaker.failed(at: now)
        }
        return breaker
    }

    @Test func opensAfterFailuresInARow() {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.failuresToOpen - 1 { breaker.failed(at: 0) }
        allowed(admits(&breaker, 0))
        breaker.succeeded()
        for _ in 0..<CircuitBreaker.failuresToOpen - 1 { breaker.failed(at: 0) }
        allowed(admits(&breaker, 0))
        breaker.failed(at: 0)
        refused(admits(&breaker, 999))
        #expect(breaker.remaining(at: 400) == 600)
    }

    @Test func oneTriesAndItsSuccessClosesTheCircuit() {
        var breaker = opened(at: 0)
        allowed(admits(&breaker, 1_000))
        refused(admits(&breaker, 1_000))
        breaker.succeeded()
        allowed(admits(&breaker, 1_000))
        #expect(breaker.remaining(at: 1_000) == nil)
    }

    @Test func eachFurtherFailureDoublesTheWaitUpToALimit() {
        var breaker = opened(at: 0)
        var now: UInt64 = 1_000
        for pause: UInt64 in [2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            allowed(admits(&breaker, now))
            breaker.failed(at: now)
            #expect(breaker.remaining(at: now) == pause)
            refused(admits(&breaker, now + pause - 1))
            now += pause
        }
    }
}
