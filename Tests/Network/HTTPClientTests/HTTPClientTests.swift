import EventLoop
import Foundation
import TestCertificates
import Testing

import class TestClient.ConditionGate
import enum TestClient.OwnThread
import class TestClient.ScriptedUpstream

@testable import HTTPClient

@Suite("fetching on a loop")
struct HTTPClientTests {
    /// A client on a loop of its own, which ends with this.
    private final class Fixture {
        let group: EventLoopGroup
        let client: HTTPClient

        init() throws {
            group = try EventLoopGroup(count: 1)
            client = try HTTPClient(loop: group.loops[0])
            group.start()
        }

        deinit { group.stop() }
    }

    private static func options(_ change: (inout HTTPTransferOptions) -> Void = { _ in }) -> HTTPTransferOptions {
        var options = HTTPTransferOptions()
        change(&options)
        return options
    }

    @Test("many calls at a time share connections, and each gets its own answer")
    func many() async throws {
        let server = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                let path = request.split(separator: " ")[1]
                try connection.answer(String(path), status: "200 OK")
            }
        }
        let fixture = try Fixture()
        let port = server.port
        let client = fixture.client
        let bodies = try await withThrowingTaskGroup(of: (String, String).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let call = HTTPCall("GET", "http://127.0.0.1:\(port)/\(number)")
                    let answer = try await client.fetch(call, HTTPTransferOptions())
                    return ("/\(number)", String(decoding: answer.body, as: UTF8.self))
                }
            }
            return try await group.reduce(into: [(String, String)]()) { $0.append($1) }
        }
        #expect(bodies.count == 200)
        #expect(bodies.allSatisfy { $0.0 == $0.1 })
        #expect(server.connections <= 8)
    }

    @Test("a method, fields and a body are sent as they are given")
    func posting() async throws {
        let server = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                #expect(request.hasPrefix("POST /subjects HTTP/1.1\r\n") || request.hasPrefix("DELETE /subjects "))
                try connection.answer("{}", status: "200 OK")
            }
        }
        let fixture = try Fixture()
        let url = "http://127.0.0.1:\(server.port)/subjects"
        let type = [(name: "Content-Type", value: "application/vnd.schemaregistry.v1+json")]
        let post = HTTPCall("POST", url, fields: type, body: Array(#"{"a":1}"#.utf8))
        #expect(try await fixture.client.fetch(post, HTTPTransferOptions()).status == 200)
        #expect(try await fixture.client.fetch(HTTPCall("DELETE", url), HTTPTransferOptions()).status == 200)
        let request = try #require(server.requests.first)
        #expect(request.contains("\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\n"))
        #expect(request.contains("\r\nContent-Length: 7\r\n"))
        #expect(!request.contains("Expect"))
    }

    @Test("who takes too long, is not there or answers too much is told apart")
    func failures() async throws {
        let silent = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            _ = try connection.request()
        }
        let talkative = try ScriptedUpstream { connection, _ in
            try connection.answerAll(String(repeating: "x", count: 100))
        }
        let fixture = try Fixture()
        func failure(_ url: String, _ options: HTTPTransferOptions) async -> HTTPFetchError.Kind? {
            await #expect(throws: HTTPFetchError.self) {
                try await fixture.client.fetch(HTTPCall("GET", url), options)
            }?.kind
        }
        #expect(await failure("http://127.0.0.1:\(silent.port)/", Self.options { $0.timeout = 100 }) == .timeout)
        #expect(
            await failure("http://127.0.0.1:\(talkative.port)/", Self.options { $0.maximumBytes = 99 }) == .tooLarge)
        #expect(await failure("http://127.0.0.1:1/", Self.options()) == .connection)
        #expect(await failure("gopher://127.0.0.1/", Self.options()) == .address)
    }

    @Test("a closed client ends what waits")
    func closing() async throws {
        let gate = ConditionGate()
        let silent = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            gate.open()
            _ = try connection.request()
        }
        let fixture = try Fixture()
        let client = fixture.client
        let url = "http://127.0.0.1:\(silent.port)/"
        async let waiting = client.fetch(HTTPCall("GET", url), HTTPTransferOptions())
        try await OwnThread.run { gate.wait() }
        client.close()
        do {
            _ = try await waiting
            Issue.record("it was answered")
        } catch let error as HTTPFetchError { #expect(error.kind == .closed) }
        await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPCall("GET", url), HTTPTransferOptions())
        }
    }

    @Test("authorities given as text are the ones that are trusted")
    func authorities() async throws {
        let certificates = try TestCertificates.shared()
        let server = try OpenSSLServer(certificates.server)
        let fixture = try Fixture()
        let call = HTTPCall("GET", "https://localhost:\(server.port)/")
        let trusted = try String(contentsOfFile: certificates.authority.certificatePath, encoding: .utf8)
        let other = try String(contentsOfFile: certificates.otherAuthority.certificatePath, encoding: .utf8)
        #expect(try await fixture.client.fetch(call, Self.options { $0.authoritiesPEM = trusted }).status == 200)
        let error = await #expect(throws: HTTPFetchError.self) {
            try await fixture.client.fetch(call, Self.options { $0.authoritiesPEM = other })
        }
        #expect(error?.kind == .certificate)
    }
}
