import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// A new configuration every 100 ms under load, for some seconds (`SLUICE_TEST_LONG=1`: a minute).
@Suite("ten configurations a second")
struct ReloadRateTests {
    /// How a configuration comes.
    enum Way: CaseIterable {
        case post, signal

        func load(_ document: GatewayDocument, into node: RunningSluice) async throws {
            switch self {
            case .post:
                let answer = try await OwnThread.run {
                    try node.adminClient().ask("POST /config\nContent-Type: application/yaml", body: document.text)
                }
                guard answer.status == 201 else { throw TestEnvironmentError("\(answer)") }
            case .signal: try node.requestReload(document.text)
            }
        }
    }

    /// Everything changes but what is asked for: services, routes, plugins.
    private static func version(_ number: Int, _ port: Int) -> GatewayDocument {
        var document = GatewayDocument()
        document.answer("/here", "version \(number)")
        document.proxy("/there", to: port, ["retries": .integer(number % 7)])
        for route in 0..<number % 20 { document.answer("/route-\(route)", "\(number)") }
        return document
    }

    /// Configurations that the node has loaded after its first.
    private static func loads(_ node: RunningSluice) -> Int { node.lines("configuration loaded").count - 1 }

    @Test("not one request fails, answered here or passed on", arguments: Way.allCases)
    func underLoad(_ way: Way) async throws {
        let upstream = try ScriptedUpstream { connection, _ in try connection.answerAll("there") }
        let node = try await RunningSluice(
            Self.version(0, upstream.port), settings: ["admin_listen": "127.0.0.1:0", "log_level": "info"])
        let clock = ContinuousClock()
        let end = clock.now + TestEnvironment.loadTime
        var version = 0
        var there: [Load.Sent] = []

        let here = try await Load.run(on: node, "POST /here", clients: 4, pause: 0) { load in
            there = try await Load.run(on: node, "POST /there", clients: 4, pause: 0) { _ in
                var next = clock.now
                // However slow this machine is, there must have been some.
                while clock.now < end || version < 3 || way == .signal && Self.loads(node) < 3 {
                    next += .milliseconds(100)
                    version += 1
                    try await way.load(Self.version(version, upstream.port), into: node)
                    try await clock.sleep(until: next)
                }
            }
            // The last signal may be on its way.
            try await Eventually.holds("version \(version) answers") {
                try await node.ask("GET /here").body.contains("version \(version)")
            }
            try await load.waitForMore(1)
        }

        for sent in [here, there] {
            #expect(sent.allSatisfy { $0.status == 200 }, "\(sent.filter { $0.status != 200 }.prefix(5))")
        }
        // Signals that come faster than files are read count as one.
        let loaded = way == .post ? version : Self.loads(node)
        #expect(loaded > 2 && node.log.allSatisfy { $0.level == "info" || $0.level == "notice" })
        print("\(way): \(loaded) of \(version) configurations, \(here.count + there.count) requests")
        #expect(await node.stop() == 0)
    }
}
