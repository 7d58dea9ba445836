import Foundation
import TestCertificates
import TestClient
import Testing

@testable import HTTPClient

@Suite("fetching by HTTP")
struct HTTPFetcherTests {
    private func fetcher(_ change: (inout HTTPTransferOptions) -> Void = { _ in }) throws -> HTTPFetcher {
        var options = HTTPTransferOptions()
        change(&options)
        return try HTTPFetcher(options)
    }

    private func failure(_ fetcher: HTTPFetcher, _ url: String) async -> HTTPFetchError? {
        defer { fetcher.stop() }
        return await #expect(throws: HTTPFetchError.self) { try await fetcher.get(url) }
    }

    @Test("answers come with status and body, one after another on one connection, each with the given fields")
    func answers() async throws {
        let server = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                if request.hasPrefix("GET /missing") {
                    try connection.answer("none", status: "404 Not Found")
                } else if request.hasPrefix("GET /moved") {
                    try connection.answer("", status: "302 Found", fields: "Location: /elsewhere\r\n")
                } else {
                    try connection.send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                }
            }
        }
        let fetcher = try fetcher { $0.fields = [("X-Token", "s3cret"), ("X-Empty", "")] }
        defer { fetcher.stop() }

        let found = try await fetcher.get("http://127.0.0.1:\(server.port)/a?b=c")
        let missing = try await fetcher.get("http://127.0.0.1:\(server.port)/missing")
        let moved = try await fetcher.get("http://127.0.0.1:\(server.port)/moved")

        #expect(found.status == 200 && found.body == Array("abcde".utf8))
        #expect(missing.status == 404 && missing.body == Array("none".utf8))
        #expect(moved.status == 302 && moved.body.isEmpty)
        #expect(server.connections == 1 && server.requests.count == 3)
        for request in server.requests {
            #expect(request.contains("\r\nX-Token: s3cret\r\n") && request.contains("\r\nX-Empty:\r\n"))
        }
    }

    @Test("an answer beyond the limit is refused, one at the limit is not")
    func size() async throws {
        let server = try ScriptedUpstream { connection, _ in
            try connection.answerAll(String(repeating: "x", count: 1000))
        }
        let enough = try fetcher { $0.maximumBytes = 1000 }
        defer { enough.stop() }
        #expect(try await enough.get("http://127.0.0.1:\(server.port)/").body.count == 1000)
        let error = await failure(try fetcher { $0.maximumBytes = 999 }, "http://127.0.0.1:\(server.port)/")
        #expect(error?.kind == .tooLarge && error?.description == "the answer is larger than 999 bytes")
    }

    @Test("a server that says nothing is waited for no longer than allowed")
    func silence() async throws {
        let server = try ScriptedUpstream { connection, _ in connection.waitForEnd() }
        let error = await failure(try fetcher { $0.timeout = 100 }, "http://127.0.0.1:\(server.port)/")
        #expect(error?.kind == .timeout)
    }

    @Test("nobody there, half an answer, and what is no HTTP address are told apart")
    func wrong() async throws {
        let server = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        }
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(await failure(try fetcher(), url)?.kind == .connection)
        server.stop()
        #expect(await failure(try fetcher(), "file:///etc/passwd")?.kind == .address)
        #expect(await failure(try fetcher(), "http://[")?.kind == .address)
        #expect(await failure(try fetcher(), "http://127.0.0.1:1/")?.kind == .connection)
    }

    @Test("a field that would begin another one is refused", arguments: ["a\r\nb: c", "a\nb", "a\u{0}b"])
    func injection(value: String) {
        let error = #expect(throws: HTTPFetchError.self) { try fetcher { $0.fields = [("X", value)] } }
        #expect(error?.description == "the field 'X' cannot be sent")
    }

    @Test("a certificate must be trusted and fit the name, unless nobody wants to know")
    func certificates() async throws {
        let certificates = try TestCertificates.shared()
        let server = try OpenSSLServer(certificates.server)
        let port = server.port
        let trusting = try fetcher { $0.authorities = certificates.authority.certificatePath }
        defer { trusting.stop() }
        #expect(try await trusting.get("https://localhost:\(port)/").status == 200)

        #expect(await failure(try fetcher(), "https://localhost:\(port)/")?.kind == .certificate)
        let stranger = try fetcher { $0.authorities = certificates.otherAuthority.certificatePath }
        #expect(await failure(stranger, "https://localhost:\(port)/")?.kind == .certificate)
        let nameless = try fetcher { $0.authorities = certificates.authority.certificatePath }
        #expect(await failure(nameless, "https://127.0.0.2:\(port)/")?.kind == .certificate)

        let careless = try fetcher { $0.verifiesCertificates = false }
        defer { careless.stop() }
        #expect(try await careless.get("https://127.0.0.2:\(port)/").status == 200)
    }
}
