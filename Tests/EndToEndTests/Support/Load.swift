import Foundation
import Synchronization
import TestBrokers
import TestClient

/// Clients that send numbered requests, each one after another on a connection of its own, until they are told to stop.
final class Load: Sendable {
    /// A request and what came back.
    struct Sent: Sendable {
        enum Outcome: Sendable, Equatable {
            case answered(status: Int, retryAfter: String?)
            /// The connection could not be made.
            case refused
            /// The connection ended, or nothing came in time.
            case unanswered(String)
        }

        /// The request's body; no two are the same.
        let id: String
        let outcome: Outcome

        var status: Int? { if case .answered(let status, _) = outcome { status } else { nil } }
    }

    private struct State {
        var sent: [Sent] = []
        var isStopped = false
        var running: Int
        var finished: CheckedContinuation<Void, Never>?
    }

    private let port: UInt16
    private let head: String
    private let state: Mutex<State>

    /// Sends while `work` runs; all that was sent.
    ///
    /// - Parameters:
    ///   - head: As `HTTPClient.ask` takes it; `{id}` stands for the request's number.
    ///   - pause: Microseconds between two requests of a client.
    ///   - endsWhenRefused: Whether a client ends when it cannot connect, instead of trying again.
    static func run(
        on node: RunningSluice, _ head: String, clients: Int = 8, pause: UInt32 = 10_000,
        endsWhenRefused: Bool = false,
        during work: (Load) async throws -> Void
    ) async throws -> [Sent] {
        let load = Load(on: node, head, clients: clients, pause: pause, endsWhenRefused: endsWhenRefused)
        do {
            try await work(load)
        } catch {
            await load.stop()
            throw TestEnvironmentError("\(error); so far: \(load.summary)")
        }
        await load.stop()
        return load.sent
    }

    private init(on node: RunningSluice, _ head: String, clients: Int, pause: UInt32, endsWhenRefused: Bool) {
        port = node.port
        self.head = head
        state = Mutex(State(running: clients))
        for client in 0..<clients {
            Thread.detachNewThread { [self] in run(client, pause: pause, endsWhenRefused: endsWhenRefused) }
        }
    }

    private func run(_ client: Int, pause: UInt32, endsWhenRefused: Bool) {
        var connection: HTTPClient?
        var number = 0
        while !state.withLock({ $0.isStopped }) {
            let id = "client-\(client)-request-\(number)"
            number += 1
            let outcome = ask(id, &connection)
            state.withLock { $0.sent.append(Sent(id: id, outcome: outcome)) }
            if outcome == .refused, endsWhenRefused { break }
            // The machine belongs to others too.
            usleep(pause)
        }
        state.withLock { state in
            state.running -= 1
            if state.running == 0 { state.finished?.resume() }
        }
    }

    private func ask(_ id: String, _ connection: inout HTTPClient?) -> Sent.Outcome {
        if connection == nil {
            do { connection = try HTTPClient(port: port, limit: RunningSluice.answerLimit) } catch { return .refused }
        }
        guard let client = connection else { return .refused }
        do {
            let answer = try client.ask(head.replacingOccurrences(of: "{id}", with: id), body: id)
            if answer["connection"] == "close" { connection = nil }
            return .answered(status: answer.status, retryAfter: answer["retry-after"])
        } catch {
            connection = nil
            return .unanswered("\(error)")
        }
    }

    /// All that was sent so far.
    var sent: [Sent] { state.withLock { $0.sent } }

    func count(_ status: Int) -> Int { sent.count { $0.status == status } }

    /// Until so many more requests than now were answered with the status.
    func waitForMore(_ count: Int, status: Int = 200, seconds: Double = 60) async throws {
        let start = self.count(status)
        try await Eventually.holds("\(count) more answers \(status)", seconds: seconds) {
            self.count(status) >= start + count
        }
    }

    /// How many requests ended how, for failures.
    var summary: String {
        var counts: [String: Int] = [:]
        for sent in sent { counts["\(sent.outcome)", default: 0] += 1 }
        return "\(counts)"
    }

    /// Lets each client finish its request.
    private func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isStopped = true
                if state.running == 0 { return true }
                state.finished = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
