@testable import Delivery

/// What a queue sends, and the test answers.
final class PlayedServer: Sendable {
    struct Call: Sendable {
        let entries: [String]
        fileprivate let continuation: CheckedContinuation<DeliveryOutcome, Never>

        func answer(_ outcome: DeliveryOutcome) { continuation.resume(returning: outcome) }

        static let away = DeliveryOutcome.failed("away", mayRetry: true)
    }

    let calls: AsyncStream<Call>
    private let continuation: AsyncStream<Call>.Continuation

    init() { (calls, continuation) = AsyncStream.makeStream(of: Call.self) }

    @Sendable func send(_ entries: [[UInt8]]) async -> DeliveryOutcome {
        await withCheckedContinuation { answer in
            continuation.yield(
                Call(entries: entries.map { String(decoding: $0, as: UTF8.self) }, continuation: answer))
        }
    }
}
