import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite("The log of a node")
struct LogTests {
    @Test("lines are JSON where nobody looks on, from start to stop")
    func json() async throws {
        let node = try await RunningSluice(GatewayDocument(), settings: ["log_level": "debug"])
        #expect(try await node.ask("GET /nowhere?q=1").status == 404)
        #expect(await node.stop() == 0)

        let lines = node.text.split(separator: "\n")
        #expect(node.log.count == lines.count, "\(node.text)")
        #expect(node.log.allSatisfy { $0["time"].contains(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/#) })
        #expect(
            node.log.map(\.message) == ["listening", "configuration loaded", "request", "stopping", "stopped"])
        #expect(node.log.map(\.level) == ["notice", "notice", "debug", "notice", "notice"])
        let request = try #require(node.lines("request").first)
        #expect(request["method"] == "GET" && request.number("status") == 404 && request["outcome"] == "sent")
        // What a client sends is not for the log.
        #expect(!node.text.contains("nowhere"))
    }

    @Test("lines are text for people who ask for it")
    func text() async throws {
        let port = try FreePorts.one()
        let node = try ChildProcess(
            SluiceBinary.path,
            [
                "run", "--log-format", "text", "--proxy-listen", "127.0.0.1:\(port)", "--admin-listen", "off",
                "--status-listen", "off", "--admin-gui-listen", "off", "--database", "off",
            ], keepsErrorsApart: true)
        try await Eventually.holds("the node has started") { node.errors.contains("configuration loaded") }
        node.send(SIGTERM)
        #expect(await node.wait() == 0)

        #expect(node.text == "")
        let lines = node.errors.split(separator: "\n").map { $0.drop { $0 != " " } }
        #expect(
            lines.map(String.init) == [
                " notice listening listener=proxy address=127.0.0.1:\(port) speaks=http",
                " notice configuration loaded database=off services=0 routes=0 consumers=0 plugins=0",
                " notice stopping", " notice stopped undelivered=0",
            ])
        #expect(node.errors.split(separator: "\n").allSatisfy { $0.contains(#/^\d\d:\d\d:\d\d\.\d{3}Z /#) })
    }

    @Test("what is below the level is not written")
    func level() async throws {
        var document = GatewayDocument()
        document.produce(
            "/orders", to: ["127.0.0.1:1"], topic: "orders", ["delivery_timeout": 500, "producer_async": false])
        let path = try TestFiles.write(document.text, as: "sluice.yml")
        let port = try FreePorts.one()
        let node = try ChildProcess(
            SluiceBinary.path,
            [
                "run", "--log-level", "warn", "--proxy-listen", "127.0.0.1:\(port)", "--admin-listen", "off",
                "--status-listen", "off", "--admin-gui-listen", "off", "--declarative-config", path,
            ])
        try await Eventually.holds("the node listens") {
            do { _ = try HTTPClient(port: UInt16(port)) } catch is RawClient.Failure { return false }
            return true
        }
        #expect(
            try await OwnThread.run { try HTTPClient(port: UInt16(port)).ask("POST /orders", body: "x").status } == 503)
        try await node.waitFor("record not sent")
        node.send(SIGTERM)
        #expect(await node.wait() == 0)

        let lines = node.text.split(separator: "\n").compactMap { LogLine($0) }
        #expect(!lines.isEmpty && lines.allSatisfy { $0.level == "warn" || $0.level == "error" }, "\(node.text)")
    }
}
