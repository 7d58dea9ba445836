import Foundation
import JSON
import TestBrokers
import TestClient

/// `sluice registry` as a process of its own.
final class RunningRegistry: Sendable {
    let port: UInt16
    private let process: ChildProcess

    /// Starts it and waits until it serves.
    init(_ arguments: [String]) async throws {
        process = try ChildProcess(SluiceBinary.path, ["registry", "--listen", "127.0.0.1:0"] + arguments)
        try TestFiles.shared.get().add(node: process.identifier)
        try await process.waitFor("\"schemas loaded\"")
        guard let port = RegistryCalls.port(in: process.text) else {
            throw TestEnvironmentError("it says no address: \(process.text)")
        }
        self.port = port
    }

    var text: String { process.text }

    /// SIGKILL, and waits for its end.
    func kill() async {
        process.send(SIGKILL)
        _ = await process.wait()
    }

    /// Asks it to stop; its exit status.
    func stop() async -> Int32 {
        process.send(SIGTERM)
        return await process.wait()
    }
}

/// Calls of a registry, wherever it runs.
enum RegistryCalls {
    static let type = "Content-Type: application/vnd.schemaregistry.v1+json"

    /// The port of the registry's listener, from its log.
    static func port(in log: String) -> UInt16? {
        let lines = log.split(separator: "\n").compactMap { LogLine($0) }
        let address = lines.first { $0.message == "listening" && $0["listener"] == "registry" }?["address"]
        return address?.split(separator: ":").last.flatMap { UInt16($0) }
    }

    static func ask(_ port: UInt16, _ request: String, _ body: JSONValue? = nil) async throws -> HTTPAnswer {
        try await OwnThread.run {
            try HTTPClient(port: port, limit: RunningSluice.answerLimit).ask("\(request)\n\(type)", body: body?.text)
        }
    }

    /// Registers an Avro schema and gives the answer's body.
    static func register(_ port: UInt16, _ subject: String, _ schema: String) async throws -> String {
        try await ask(port, "POST /subjects/\(subject)/versions", ["schema": .string(schema)]).body
    }
}
