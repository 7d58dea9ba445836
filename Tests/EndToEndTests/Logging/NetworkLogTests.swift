import Foundation
import JSON
import TestBrokers
import TestCertificates
import TestClient
import Testing

/// `tcp-log`, `udp-log` and `syslog` in whole nodes, with servers that are not ours.
@Suite(
    "Requests as entries for servers",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct NetworkLogTests {
    private static func document(_ plugin: String, _ config: String) -> String {
        """
        _format_version: "3.0"
        routes:
          - name: answered
            paths: [/answered]
            plugins: [{name: request-termination, config: {status_code: 200}}]
          - name: failed
            paths: [/failed]
            plugins: [{name: request-termination, config: {status_code: 500}}]
        plugins:
          - {name: \(plugin), config: {\(config)}}
        """
    }

    private static func ids(_ entries: [String]) throws -> [String] {
        try entries.map { entry in
            try #require(try JSONValue.parse(text: entry)["request"]?["querystring"]?["id"]?.stringValue)
        }
    }

    private static func load(
        _ node: RunningSluice, _ work: (Load) async throws -> Void = { _ in }
    ) async throws -> Set<String> {
        let sent = try await Load.run(on: node, "POST /answered?id={id}", clients: 4, pause: 500) { load in
            try await work(load)
            try await load.waitForMore(50)
        }
        #expect(sent.allSatisfy { $0.status == 200 })
        return Set(sent.map(\.id))
    }

    @Test("a TCP server that goes and comes again gets whole lines, and nothing that waited is lost")
    func tcp() async throws {
        var server = try await LogServer(.tcp)
        let port = server.port
        let node = try await RunningSluice(
            file: Self.document("tcp-log", "host: 127.0.0.1, port: \(port)"), settings: ["event_loops": "4"])
        var entries: [String] = []
        var beforeReturn = 0
        let sent = try await Self.load(node) { load in
            try await load.waitForMore(50)
            await server.stop()
            entries = server.entries
            try await load.waitForMore(50)
            try await node.line("log entries cannot be written") { $0["destination"] == "tcp://127.0.0.1:\(port)" }
            beforeReturn = load.count(200)
            server = try await LogServer(.tcp, port: port)
        }
        #expect(await node.stop() == 0)
        try await Eventually.holds("the last entry arrives") { server.events.contains("ended") }
        let closed = server.entries
        // What was on its way when the server went is not known to have arrived; all else has, once.
        let first = try Self.ids(entries.filter { !$0.hasSuffix("<cut>") })
        let second = try Self.ids(closed)
        #expect(Set(second).count == second.count && Set(first).isSubset(of: sent) && Set(second).isSubset(of: sent))
        // Of those that were counted after it went, each of the four clients may have one that was told before.
        #expect(second.count >= sent.count - beforeReturn + 50 - 4)
        #expect(node.lines("log entries cannot be written").count == 1)
        #expect(node.lines("log entries dropped").isEmpty)
        await server.stop()
    }

    @Test("a signal to stop under load loses no entry by TLS")
    func tls() async throws {
        let certificates = try TestCertificates.shared()
        let server = try await LogServer(
            .tls(certificate: certificates.server.certificatePath, key: certificates.server.keyPath))
        let config = "host: 127.0.0.1, port: \(server.port), tls: true, tls_sni: localhost, tls_verify: true"
        let node = try await RunningSluice(
            file: Self.document("tcp-log", config),
            settings: ["event_loops": "4", "lua_ssl_trusted_certificate": certificates.authority.certificatePath])
        let sent = try await Load.run(
            on: node, "POST /answered?id={id}", clients: 8, pause: 0, endsWhenRefused: true
        ) { load in
            try await load.waitForMore(200)
            node.send(SIGTERM)
            #expect(await node.end() == 0)
        }
        try await Eventually.holds("the connection ends") { server.events.contains("ended") }
        let told = try Self.ids(server.entries)
        let answered = Set(sent.filter { $0.status == 200 }.map(\.id))
        #expect(answered.count >= 200)
        #expect(answered.isSubset(of: Set(told)) && Set(told).count == told.count)
        #expect(server.events.contains("name localhost"))
        await server.stop()
    }

    @Test("a server that never was there: requests go on, and what was left is told")
    func absent() async throws {
        let server = try await LogServer(.tcp)
        await server.stop()
        let node = try await RunningSluice(
            file: Self.document("tcp-log", "host: localhost, port: \(server.port)"),
            settings: ["flush_timeout": "100"])
        let sent = try await Self.load(node)
        #expect(await node.stop() == 1)
        let left = try #require(node.lines("log entries not delivered at stop").first)
        #expect(left["destination"] == "tcp://localhost:\(server.port)" && left.number("undelivered") == sent.count)
    }

    @Test("each request is a datagram")
    func udp() async throws {
        let server = try await LogServer(.udp)
        let node = try await RunningSluice(
            file: Self.document("udp-log", "host: localhost, port: \(server.port)"), settings: ["event_loops": "4"])
        let sent = try await Self.load(node)
        #expect(await node.stop() == 0)
        try await server.waitFor(sent.count)
        let told = try Self.ids(server.entries)
        #expect(told.count == sent.count && Set(told) == sent)
        await server.stop()
    }

    @Test("syslog: a severity by the status, a message as its daemon reads it")
    func syslog() async throws {
        let path = try TestFiles.shared.get().makeFolder() + "/log"
        let server = try await LogServer(.local(path))
        let config =
            "socket_path: \"\(path)\", facility: local0, log_level: notice, successful_severity: notice, "
            + "client_errors_severity: info, server_errors_severity: crit"
        let node = try await RunningSluice(file: Self.document("syslog", config))
        for path in ["/answered?id=1", "/nowhere?id=2", "/failed?id=3"] { _ = try await node.ask("GET \(path)") }
        #expect(await node.stop() == 0)
        try await server.waitFor(2)
        let message = #/<(\d+)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d kong\[\d+\]: (\{.*\})/#
        let messages = try server.entries.map { try #require(try message.wholeMatch(in: $0), "\($0)") }
        // Local0 is 16: 16 · 8 and 5 for notice, 2 for crit. What is less than notice is not sent.
        #expect(messages.map { $0.1 } == ["133", "130"])
        #expect(try Self.ids(messages.map { String($0.2) }) == ["1", "3"])
        await server.stop()
    }
}
