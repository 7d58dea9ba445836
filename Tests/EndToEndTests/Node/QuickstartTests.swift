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

    @Test("an order that is posted as the screen says is in the embedded cluster, and nothing is left behind")
    func order() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let node = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd '\(folder)' && exec \"$@\"", "sh", SluiceBinary.path, "quickstart", "--proxy-listen",
                "127.0.0.1:0", "--admin-listen", "off", "--status-listen", "off",
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
