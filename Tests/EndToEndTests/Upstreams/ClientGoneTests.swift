import Foundation
import Synchronization
import TestBrokers
import TestClient
import Testing

/// When a client leaves whose request is for an upstream.
enum Leaving: String, CaseIterable {
    case withinHead, beforeBody, withinBody, beforeAnswer, withinAnswer

    /// Bodies above what is read whole before the upstream is asked.
    static let length = 500_000

    /// What the client has sent when it goes.
    func request(_ path: String) -> String {
        switch self {
        case .withinHead: "GET \(path) HTTP/1.1\r\nHos"
        case .beforeBody: "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(Self.length)\r\n\r\n"
        case .withinBody: Self.beforeBody.request(path) + String(repeating: "x", count: Self.length / 2)
        case .beforeAnswer, .withinAnswer: "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n"
        }
    }
}

@Suite(
    "clients that leave their upstream's answer",
    .enabled(if: RunningSluice.tellsResources, Comment(rawValue: RunningSluice.needsResources)))
struct ClientGoneTests {
    /// Answers what was asked whole with the path, once it may; begins at once where the client waits for that.
    private static func upstream(_ gate: ConditionGate, _ open: OpenConnections) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection, _ in
            open.add(1)
            defer { open.add(-1) }
            while let request = try connection.request() {
                let path = request.split(separator: " ")[1]
                if path == "/s/withinAnswer" {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\nbegun")
                    gate.wait()
                    try connection.send(String(repeating: "x", count: 9_999_995))
                } else {
                    if path == "/s/beforeAnswer" { gate.wait() }
                    try connection.answer(String(path))
                }
            }
        }
    }

    @Test(
        "the upstream's connection is closed, or is as good as new for the next request; nothing leaks",
        arguments: Leaving.allCases, [true, false])
    func leaves(_ leaving: Leaving, byReset: Bool) async throws {
        let gate = ConditionGate()
        let open = OpenConnections()
        let upstream = try Self.upstream(gate, open)
        var document = GatewayDocument()
        document.answer("/here", "here")
        document.proxy("/s", to: upstream.port)
        let node = try await RunningSluice(document, settings: ["event_loops": "1"])
        #expect(try await node.ask("GET /here").status == 200)
        let before = try node.descriptors

        for _ in 0..<3 {
            let asked = upstream.requests.count
            let client = try RawClient(port: node.port)
            try client.send(leaving.request("/s/\(leaving)"))
            switch leaving {
            case .beforeAnswer:
                try await Eventually.holds("the upstream is asked") { upstream.requests.count > asked }
            case .withinAnswer: _ = try await OwnThread.run { try client.readUntil("begun") }
            case .withinHead, .beforeBody, .withinBody: break
            }
            if byReset { client.reset() } else { client.close() }
        }
        gate.open()

        // An answer that nobody takes ends as any other: its connection may be kept.
        let kept = leaving == .beforeAnswer && !byReset ? 3 : 1
        try await Eventually.holds("no request is under way at the upstream, but \(open.count) are") {
            try open.count <= kept && node.descriptors <= before + open.count
        }
        for number in 0..<3 { #expect(try await node.ask("GET /s/next-\(number)").body == "/s/next-\(number)") }
        try await node.waitFor(descriptors: before + kept)
        // What did not come whole was not answered.
        if leaving == .withinHead { #expect(upstream.requests.count == 3) }
        #expect(upstream.requests.allSatisfy { !$0.hasPrefix("POST") })
        #expect(await node.stop() == 0)
    }
}

/// Connections whose script is played.
final class OpenConnections: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .acquiring) }
    func add(_ change: Int) { number.wrappingAdd(change, ordering: .acquiringAndReleasing) }
}
