import Foundation
import JSON
import Synchronization
import TestClient

/// An upstream that takes few requests at a time, each for so long, behind a node that sends it no more.
struct SmallUpstream: Sendable {
    /// Requests at a time: two connections of each of two event loops.
    static let concurrency = 4
    /// Microseconds that one takes.
    static let time: UInt32 = 40_000
    /// Requests a second that it takes at most.
    static let capacity = concurrency * 1_000_000 / Int(time)

    let upstream: ScriptedUpstream
    private let peak = Peak()

    init() throws {
        upstream = try ScriptedUpstream { [peak] connection, _ in
            while try connection.request() != nil {
                peak.begin()
                usleep(Self.time)
                peak.end()
                try connection.answer("done")
            }
        }
    }

    /// The most requests that it had at a time.
    var mostAtATime: Int { peak.most }

    func node() async throws -> RunningSluice {
        var document = GatewayDocument()
        document.proxy("/small", to: upstream.port)
        return try await RunningSluice(
            document,
            settings: ["event_loops": "2", "upstream_connections_per_loop": "2", "upstream_waiting_per_loop": "4"])
    }

    private final class Peak: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock { $0.most } }

        func begin() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }
    }
}
