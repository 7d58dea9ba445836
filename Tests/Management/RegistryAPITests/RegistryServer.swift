import EventLoop
import Foundation
import HTTPServer
import JSON
import Observability
import RegistryAPI
import RegistryStore
import TestClient

/// The registry on a free port, in memory.
final class RegistryServer: Sendable {
    let registry: EmbeddedRegistry
    let port: UInt16
    private let group: EventLoopGroup
    /// Used on the loop only; held here for the test's length.
    private let server: LoopBound<HTTPServer>

    init(limits: RegistryLimits = RegistryLimits()) async throws {
        registry = EmbeddedRegistry(limits: limits)
        try await registry.start { _ in MemoryJournal() }
        let api = RegistryAPI(registry: registry, version: "9.9.9", logger: .silent)
        group = try EventLoopGroup(count: 1)
        // Safe to send: touched on the loop only, which does not run yet.
        nonisolated(unsafe) let server = try HTTPServer(
            loop: group.loops[0], address: SocketAddress(host: "127.0.0.1", port: 0), reusePort: false,
            handler: api.application())
        port = UInt16(server.localAddress.port)
        self.server = LoopBound(group.loops[0], server)
        group.start()
    }

    deinit {
        group.stop()
        registry.stopThread()
    }

    var base: RegistryAddress { RegistryAddress(port: port, path: "") }
}

/// Where a registry's paths begin.
struct RegistryAddress: Sendable {
    let port: UInt16
    let path: String

    /// Sends one request on a connection of its own and reads the answer.
    func ask(
        _ method: String, _ target: String, _ body: JSONValue? = nil,
        fields: [String] = ["Content-Type: application/vnd.schemaregistry.v1+json"]
    ) async throws -> RegistryAnswer {
        try await ask(method, target, text: body?.text, fields: fields)
    }

    func ask(
        _ method: String, _ target: String, text: String?,
        fields: [String] = ["Content-Type: application/vnd.schemaregistry.v1+json"]
    ) async throws -> RegistryAnswer {
        let head = (["\(method) \(path)\(target)"] + fields).joined(separator: "\n")
        let answer = try await OwnThread.run {
            try HTTPClient(port: port, limit: 60_000).ask(head, body: text)
        }
        return RegistryAnswer(status: answer.status, type: answer["content-type"] ?? "", body: answer.body)
    }
}

struct RegistryAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let type: String
    let body: String

    /// Nil: the body is no JSON.
    var json: JSONValue? { try? JSONValue.parse(text: body) }

    var code: Int? { json?["error_code"]?.integerValue }

    var description: String { "\(status) \(body)" }
}
