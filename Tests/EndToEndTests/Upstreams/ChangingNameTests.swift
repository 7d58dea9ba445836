import EventLoop
import JSON
import Synchronization
import TestBrokers
import TestClient
import TestNames
import Testing

/// A name that leads elsewhere after a while.
@Suite("names of upstreams that change their address")
struct ChangingNameTests {
    /// Who has the name.
    enum Owner: CaseIterable {
        case service, target

        func document(_ port: Int) -> JSONValue {
            let route: JSONValue = ["name": "all", "paths": ["/"]]
            let host = self == .service ? "moving.test" : "upstream"
            var document: JSONObject = [
                "_format_version": "3.0",
                "services": [
                    ["name": "s", "host": .string(host), "port": .integer(port), "routes": [route]]
                ],
            ]
            if self == .target {
                let target: JSONValue = ["target": .string("moving.test:\(port)")]
                document["upstreams"] = [["name": "upstream", "targets": [target]]]
            }
            return .object(document)
        }
    }

    private static func upstream(_ lastByte: UInt32, port: Int = 0) throws -> ScriptedUpstream {
        try ScriptedUpstream(lastByte: lastByte, port: port) { connection, _ in
            try connection.answerAll("127.0.0.\(lastByte)")
        }
    }

    /// Two upstreams on one port of two addresses.
    private static func upstreams() throws -> (old: ScriptedUpstream, new: ScriptedUpstream) {
        for _ in 0..<20 {
            let old = try upstream(1)
            do { return (old, try upstream(2, port: old.port)) } catch { continue }
        }
        throw TestEnvironmentError("127.0.0.2 is no address of this machine, or has no free port")
    }

    @Test(
        "after the record's time all requests go to the new address, whatever connections are kept; none fails",
        arguments: Owner.allCases)
    func moves(_ owner: Owner) async throws {
        let (old, new) = try Self.upstreams()
        let address = Mutex("127.0.0.1")
        let server = try TestNameServer { query in
            guard query.name == "moving.test", query.type == 1 else { return [Wire.answer(query)] }
            let current = address.withLock { $0 }
            return [Wire.answer(query, [Wire.a("moving.test", ttl: 1, current)])]
        }
        defer { server.stop() }
        let node = try await RunningSluice(
            file: owner.document(old.port).text,
            settings: ["dns_resolver": server.address.description, "event_loops": "1"])
        for _ in 0..<3 { #expect(try await node.ask("GET /").body == "127.0.0.1") }
        #expect(old.connections == 1)

        address.withLock { $0 = "127.0.0.2" }
        try await Eventually.holds("the new address is used") {
            let answer = try await node.ask("GET /")
            #expect(answer.status == 200)
            return answer.body == "127.0.0.2"
        }
        old.stop()

        for _ in 0..<20 { #expect(try await node.ask("GET /").body == "127.0.0.2") }
        #expect(new.connections == 1)
        #expect(await node.stop() == 0)
    }

    @Test("a name server that fails then changes nothing: the last answer counts", arguments: Owner.allCases)
    func serverGone(_ owner: Owner) async throws {
        let upstream = try Self.upstream(1)
        let server = try TestNameServer { query in
            let isAsked = query.name == "moving.test" && query.type == 1
            return [Wire.answer(query, isAsked ? [Wire.a("moving.test", ttl: 1, "127.0.0.1")] : [])]
        }
        let node = try await RunningSluice(
            file: owner.document(upstream.port).text,
            settings: ["dns_resolver": server.address.description, "event_loops": "1"])
        #expect(try await node.ask("GET /").status == 200)
        let asked = server.queries.count
        try await Eventually.holds("the name is asked for again") {
            let answer = try await node.ask("GET /")
            #expect(answer.status == 200)
            return server.queries.count > asked
        }

        server.stop()

        // Longer than the record counts.
        let end = ContinuousClock.now + .milliseconds(1_500)
        while ContinuousClock.now < end { #expect(try await node.ask("GET /").body == "127.0.0.1") }
        #expect(await node.stop() == 0)
    }
}
