import Foundation
import TestBrokers
import TestClient
import Testing

@Suite("A registry inside a node")
struct RegistryInNodeTests {
    @Test("it is there when a setting says so, and kept in the node's folder")
    func run() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let settings = ["registry_listen": "127.0.0.1:0"]
        let first = try await RunningSluice(database: folder, settings: settings)
        let port = try #require(RegistryCalls.port(in: first.text))
        #expect(try await RegistryCalls.register(port, "s", #""string""#) == #"{"id":1}"#)
        first.send(SIGTERM)
        try await first.line("stopped")
        #expect(FileManager.default.fileExists(atPath: folder + "/registry.db"))

        let second = try await RunningSluice(database: folder, settings: settings)
        let again = try #require(RegistryCalls.port(in: second.text))
        #expect(try await RegistryCalls.ask(again, "GET /subjects").body == #"["s"]"#)
        second.send(SIGTERM)
        try await second.line("stopped")
    }

    @Test("quickstart keeps schemas in memory")
    func quickstart() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let node = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd '\(folder)' && exec \"$@\"", "sh", SluiceBinary.path, "quickstart", "--proxy-listen",
                "127.0.0.1:0", "--admin-listen", "off", "--status-listen", "off", "--admin-gui-listen", "off",
                "--registry-listen", "127.0.0.1:0",
            ], keepsErrorsApart: true)
        try await node.waitFor("Stop with Ctrl-C.")
        let line = try #require(node.text.split(separator: "\n").first { $0.hasPrefix("  registry  http://") })
        let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(try await RegistryCalls.register(port, "s", #""string""#) == #"{"id":1}"#)
        node.send(SIGINT)
        #expect(await node.wait() == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
}
