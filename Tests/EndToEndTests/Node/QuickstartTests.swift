import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite(
    "Quickstart",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct QuickstartTests {
    /// The address that the screen shows behind a name.
    private static func address(_ name: String, in screen: String) throws -> String {
        let line = try #require(screen.split(separator: "\n").first { $0.hasPrefix("  \(name) ") }, "\(screen)")
        return String(line.dropFirst(name.count + 2).drop { $0 == " " }).replacing("http://", with: "")
    }

    /// The command that the screen shows below a title.
    private static func command(_ title: String, in screen: String) throws -> String {
        let lines = screen.split(separator: "\n")
        let place = try #require(lines.firstIndex { $0 == title }, "\(screen)")
        return String(lines[place + 1])
    }

    @Test("the three commands on the screen do what it says, as they stand there")
    func commands() async throws {
        let node = try ChildProcess(
            SluiceBinary.path,
            [
                "quickstart", "--proxy-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--status-listen",
                "off", "--admin-gui-listen", "off",
            ], keepsErrorsApart: true)
        try await node.waitFor("Stop with Ctrl-C.")
        let screen = node.text
        let commands = try ["Post an order:", "Read it back:", "List the plugins:"].map {
            try Self.command($0, in: screen)
        }

        var said: [String] = []
        for command in commands { said.append(try await ChildProcess.run("/bin/sh", ["-c", command])) }

        #expect(said[0].hasPrefix("HTTP/1.1 200 OK\r\n"), "\(said[0])")
        #expect(said[0].contains(#""message":"message sent""#), "\(said[0])")
        #expect(said[1] == #"{"id": 1, "item": "tea"}"# + "\n")
        let plugins = try JSONValue.parse(text: said[2])["data"]?.arrayValue ?? []
        #expect(plugins.map { $0["name"]?.stringValue } == ["kafka-upstream"])
        node.send(SIGTERM)
        #expect(await node.wait() == 0)
    }

    @Test("an order that is posted as the screen says is in the embedded cluster, and nothing is left behind")
    func order() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let node = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd '\(folder)' && exec \"$@\"", "sh", SluiceBinary.path, "quickstart", "--proxy-listen",
                "127.0.0.1:0", "--admin-listen", "off", "--status-listen", "off", "--admin-gui-listen", "off",
            ], keepsErrorsApart: true)
        try await node.waitFor("Stop with Ctrl-C.")
        let screen = node.text
        let proxy = try Self.address("proxy", in: screen)
        let kafka = try Self.address("kafka", in: screen)
        #expect(screen.contains("curl -i -X POST http://\(proxy)/orders "))
        #expect(screen.contains("kcat -b \(kafka) -C -t orders"))
        let port = try #require(proxy.split(separator: ":").last.flatMap { UInt16($0) })

        let answer = try await OwnThread.run {
            try HTTPClient(port: port).ask(
                "POST /orders\nContent-Type: application/json", body: #"{"id": 1, "item": "tea"}"#)
        }

        #expect(answer.status == 200, "\(answer.body)")
        #expect(try JSONValue.parse(text: answer.body)["records"]?.arrayValue?.first?["topic"] == "orders")
        #expect(try await RecordReader.counts([kafka], topic: "orders") == [#"{"id": 1, "item": "tea"}"#: 1])
        node.send(SIGINT)
        #expect(await node.wait() == 0)
        #expect(node.errors == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
}
