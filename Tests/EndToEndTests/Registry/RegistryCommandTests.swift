import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite("sluice registry")
struct RegistryCommandTests {
    @Test("what was registered is there after a restart, and the process ends cleanly")
    func restart() async throws {
        let folder = try TestFiles.shared.get().makeFolder() + "/new/data"
        let first = try await RunningRegistry(["--data-dir", folder])
        #expect(try await RegistryCalls.register(first.port, "s", #""string""#) == #"{"id":1}"#)
        #expect(await first.stop() == 0)
        #expect(first.text.contains("\"stopped\""))
        let mode = try FileManager.default.attributesOfItem(atPath: folder + "/registry.db")[.posixPermissions]
        #expect(mode as? Int == 0o600)

        let second = try await RunningRegistry(["--data-dir", folder])
        #expect(try await RegistryCalls.ask(second.port, "GET /schemas/ids/1").body == #"{"schema":"\"string\""}"#)
        #expect(await second.stop() == 0)
    }

    @Test("what was answered as done is there after a crash")
    func crash() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let process = try ChildProcess(
            SluiceBinary.path, ["registry", "--listen", "127.0.0.1:0", "--data-dir", folder])
        try TestFiles.shared.get().add(node: process.identifier)
        try await process.waitFor("\"schemas loaded\"")
        let port = try #require(RegistryCalls.port(in: process.text))
        for number in 1...20 {
            let schema = #"{"type":"fixed","name":"F","size":\#(number)}"#
            #expect(try await RegistryCalls.register(port, "s\(number)", schema) == #"{"id":\#(number)}"#)
        }
        process.send(SIGKILL)
        #expect(await process.wait() == 128 + SIGKILL)
        let again = try await RunningRegistry(["--data-dir", folder])
        let subjects = try JSONValue.parse(text: try await RegistryCalls.ask(again.port, "GET /subjects").body)
        #expect(subjects.arrayValue?.count == 20)
        #expect(await again.stop() == 0)
    }

    @Test("one folder has one registry")
    func sameFolder() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let first = try await RunningRegistry(["--data-dir", folder])
        let second = try await SluiceBinary.run(["registry", "--listen", "127.0.0.1:0", "--data-dir", folder])
        #expect(second.status == 1 && second.errors.contains("is used by another process"), "\(second.errors)")
        #expect(await first.stop() == 0)
    }

    @Test("in memory, nothing is left behind")
    func inMemory() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let process = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd '\(folder)' && exec \"$@\"", "sh", SluiceBinary.path, "registry", "--listen", "127.0.0.1:0",
                "--in-memory",
            ])
        try await process.waitFor("\"schemas loaded\"")
        let port = try #require(RegistryCalls.port(in: process.text))
        #expect(try await RegistryCalls.register(port, "s", #""string""#) == #"{"id":1}"#)
        process.send(SIGINT)
        #expect(await process.wait() == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test(
        "what cannot be understood is told",
        arguments: [
            (["--in-memory", "--data-dir", "x"], 2, "exclude each other"),
            (["--listen", "off"], 2, "no address"), (["word"], 2, "one word too many"),
            (["--listen", "nowhere"], 1, "no address with a port"), (["--lissten", "x"], 1, "there is no setting"),
        ])
    func misuse(arguments: [String], status: Int32, says: String) async throws {
        let outcome = try await SluiceBinary.run(["registry"] + arguments)
        #expect(outcome.status == status && outcome.output == "")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test("with ssl it speaks TLS")
    func tls() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let process = try ChildProcess(
            SluiceBinary.path, ["registry", "--listen", "127.0.0.1:0 ssl", "--data-dir", folder])
        try TestFiles.shared.get().add(node: process.identifier)
        try await process.waitFor("\"schemas loaded\"")
        let port = try #require(RegistryCalls.port(in: process.text))
        let answer = try await ChildProcess.run("/usr/bin/env", ["curl", "-sk", "https://127.0.0.1:\(port)/subjects"])
        #expect(answer == "[]")
        process.send(SIGTERM)
        #expect(await process.wait() == 0)
    }
}
