import Bytes
import EventLoop
import Foundation
import HTTPClient
import SchemaLanguages
import Testing

import class TestClient.ScriptedUpstream

@testable import SchemaRegistry

@Suite("asking a registry")
struct SchemaRegistryClientTests {
    /// A client whose loop ends with this.
    private final class Fixture {
        let group: EventLoopGroup
        let client: SchemaRegistryClient

        init(_ url: String, _ change: (inout RegistryConfiguration) -> Void = { _ in }) throws {
            group = try EventLoopGroup(count: 1)
            var configuration = RegistryConfiguration(url: url)
            change(&configuration)
            client = SchemaRegistryClient(configuration, http: try HTTPClient(loop: group.loops[0]))
            group.start()
        }

        deinit { group.stop() }

        func load(_ subject: String, _ version: SchemaSelection.Version = .latest) async throws -> RegisteredSchema {
            try await client.slot(SchemaSelection(subject: subject, version: version)).load()
        }

        func failure(_ subject: String, _ version: SchemaSelection.Version = .latest) async -> RegistryFailure? {
            await #expect(throws: RegistryFailure.self) { try await load(subject, version) }
        }
    }

    /// Answers by the start of the request line; what is not there gets 404.
    private static func registry(_ answers: [String: (status: String, body: String)]) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                let line = String(request.prefix { $0 != "\r" && $0 != "\r\n" })
                let found = answers.first { line.hasPrefix($0.key + " ") }?.value
                let answer = found ?? ("404 Not Found", #"{"error_code":40401,"message":"Subject not found."}"#)
                try connection.answer(answer.body, status: answer.status)
            }
        }
    }

    private static let address =
        #"{\"type\":\"record\",\"name\":\"shop.Address\",\"fields\":[{\"name\":\"zip\",\"type\":\"string\"}]}"#
    private static let order =
        #"{\"type\":\"record\",\"name\":\"shop.Order\",\"fields\":[{\"name\":\"to\",\"type\":\"shop.Address\"}]}"#

    @Test("a schema comes with its references, its id, version and GUID")
    func references() async throws {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e"
        let server = try Self.registry([
            "GET /subjects/orders%2Fvalue/versions/latest": (
                "200 OK",
                #"{"subject":"orders/value","version":3,"id":7,"guid":"\#(guid)","schema":"\#(Self.order)","references":[{"name":"shop.Address","subject":"address","version":2}]}"#
            ),
            "GET /subjects/address/versions/2": (
                "200 OK", #"{"subject":"address","version":2,"id":4,"schema":"\#(Self.address)"}"#
            ),
        ])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)/")
        let schema = try await fixture.load("orders/value")
        #expect(schema.id == 7 && schema.version == 3 && schema.subject == "orders/value")
        #expect(schema.guid == UUIDText.bytes(guid))
        #expect(schema.source.references.keys.sorted() == ["shop.Address"])
        #expect(schema.compiled.recordName == "shop.Order")
        #expect(fixture.client.statistics.counts.calls == 2)
        let request = try #require(server.requests.first)
        #expect(request.contains("\r\nAccept: application/vnd.schemaregistry.v1+json, "))
        #expect(request.contains("\r\nConfluent-Accept-Unknown-Properties: true\r\n"))
    }

    @Test("a schema by its id is fetched once")
    func identified() async throws {
        let server = try Self.registry(["GET /schemas/ids/9": ("200 OK", #"{"schema":"\"string\""}"#)])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)")
        let first = try await fixture.client.schema(id: 9)
        let second = try await fixture.client.schema(id: 9)
        #expect(first === second && first.id == 9)
        #expect(server.requests.count == 1)
    }

    @Test("a schema in the configuration is looked up, and registered only when that is wanted")
    func registering() async throws {
        let server = try Self.registry([
            "POST /subjects/s/versions": ("200 OK", #"{"id":5}"#),
            "POST /subjects/s": ("200 OK", #"{"subject":"s","version":1,"id":5,"schema":"\"string\""}"#),
        ])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)")
        let looked = try await fixture.load("s", .schema(.avro, text: #""string""#, registers: false))
        #expect(looked.id == 5 && server.requests.count == 1)
        let registered = try await fixture.load("s", .schema(.avro, text: #""string""#, registers: true))
        #expect(registered.id == 5 && registered.version == 1)
        #expect(server.requests.map { $0.prefix { $0 != "\r\n" } }.last == "POST /subjects/s HTTP/1.1")
        #expect(server.requests.count == 3)
        #expect(server.requests[1].hasSuffix(#"{"schemaType":"AVRO","schema":"\"string\""}"#))
    }

    @Test(
        "what is wrong is told apart",
        arguments: [
            ("missing", RegistryFailure.Kind.notFound, "code 40401"), ("closed", .unauthorized, "answers 403"),
            ("odd", .invalidAnswer, "without JSON"), ("idless", .invalidAnswer, "no schema id"),
            ("bad", .invalidSchema, "schema id 3"), ("other", .invalidSchema, "'XML'"),
            ("refused", .refused, "code 42202"),
        ])
    func failures(subject: String, kind: RegistryFailure.Kind, words: String) async throws {
        let server = try Self.registry([
            "GET /subjects/closed/versions/latest": ("403 Forbidden", "no"),
            "GET /subjects/odd/versions/latest": ("200 OK", "<html>"),
            "GET /subjects/idless/versions/latest": ("200 OK", #"{"schema":"\"string\""}"#),
            "GET /subjects/bad/versions/latest": ("200 OK", #"{"id":3,"version":1,"schema":"{\"type\":\"recrd\"}"}"#),
            "GET /subjects/other/versions/latest": ("200 OK", #"{"id":3,"schemaType":"XML","schema":"<a/>"}"#),
            "GET /subjects/refused/versions/latest": (
                "422 Unprocessable Entity", #"{"error_code":42202,"message":"The specified version is not valid"}"#
            ),
        ])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)")
        let failure = await fixture.failure(subject)
        #expect(failure?.kind == kind)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
        // What will not pass is not tried again.
        #expect(server.requests.count == 1)
    }

    @Test("references in a circle end")
    func circles() async throws {
        let server = try Self.registry([
            "GET /subjects/a/versions/latest": (
                "200 OK",
                #"{"id":1,"version":1,"schema":"\"string\"","references":[{"name":"a","subject":"a","version":1}]}"#
            ),
            "GET /subjects/a/versions/1": (
                "200 OK",
                #"{"id":1,"version":1,"schema":"\"string\"","references":[{"name":"a","subject":"a","version":1}]}"#
            ),
        ])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)")
        _ = try await fixture.load("a")
        #expect(server.requests.count == 2)
    }

    @Test("a registry that fails is tried again, and then left alone for a while")
    func breaking() async throws {
        let server = try Self.registry(["GET /subjects/s/versions/latest": ("503 Unavailable", "")])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)")
        #expect(await fixture.failure("s")?.kind == .unavailable)
        #expect(server.requests.count == 3)
        // The fifth failure in a row opens the circuit.
        #expect(await fixture.failure("s")?.kind == .circuitOpen)
        #expect(server.requests.count == CircuitBreaker.failuresToOpen)
        let failure = await fixture.failure("s")
        #expect(failure?.kind == .circuitOpen && failure?.message.contains("answers 503") == true)
        #expect(server.requests.count == CircuitBreaker.failuresToOpen)
        #expect(fixture.client.pause != nil)
    }

    @Test("a user and a password are sent")
    func basic() async throws {
        let server = try Self.registry(["GET /schemas/ids/1": ("200 OK", #"{"schema":"\"string\""}"#)])
        let fixture = try Fixture("http://127.0.0.1:\(server.port)") {
            $0.authentication = .basic(user: "ann", password: "p:q")
        }
        _ = try await fixture.client.schema(id: 1)
        let expected = Base64.text(Array("ann:p:q".utf8).span)
        #expect(server.requests[0].contains("\r\nAuthorization: Basic \(expected)\r\n"))
    }

    @Test("a token is got once, sent with the cluster's ids, and got anew when the registry refuses it")
    func oauth2() async throws {
        let server = try ScriptedUpstream { connection, _ in
            var tokens = 0
            while let request = try connection.request() {
                if request.hasPrefix("POST /token ") {
                    tokens += 1
                    try connection.answer(
                        #"{"access_token":"t\#(tokens)","token_type":"Bearer","expires_in":3600}"#, status: "200 OK")
                } else if request.contains("\r\nAuthorization: Bearer t1\r\n"), request.hasPrefix("GET /schemas/ids/3 ")
                {
                    try connection.answer("{}", status: "401 Unauthorized")
                } else {
                    try connection.answer(#"{"schema":"\"string\""}"#, status: "200 OK")
                }
            }
        }
        let url = "http://127.0.0.1:\(server.port)"
        let fixture = try Fixture(url) {
            var oauth2 = OAuth2Configuration(tokenEndpoint: "\(url)/token")
            oauth2.clientID = "me"
            oauth2.clientSecret = "secret"
            oauth2.logicalClusterID = "lsrc-1"
            oauth2.identityPoolID = "pool-1"
            $0.authentication = .oauth2(oauth2)
        }
        for id: UInt32 in 1...3 { _ = try await fixture.client.schema(id: id) }
        let lines = server.requests.map { String($0.prefix { $0 != "\r\n" }) }
        #expect(
            lines == [
                "POST /token HTTP/1.1", "GET /schemas/ids/1 HTTP/1.1", "GET /schemas/ids/2 HTTP/1.1",
                "GET /schemas/ids/3 HTTP/1.1", "POST /token HTTP/1.1", "GET /schemas/ids/3 HTTP/1.1",
            ])
        #expect(server.requests[1].contains("\r\ntarget-sr-cluster: lsrc-1\r\n"))
        #expect(server.requests[1].contains("\r\nConfluent-Identity-Pool-Id: pool-1\r\n"))
        #expect(server.requests[5].contains("\r\nAuthorization: Bearer t2\r\n"))
    }

    @Test("a token endpoint that refuses is told as such, without its secret")
    func refusedToken() async throws {
        let server = try Self.registry([
            "POST /token": ("400 Bad Request", #"{"error":"invalid_client","error_description":"who are you"}"#)
        ])
        let url = "http://127.0.0.1:\(server.port)"
        let fixture = try Fixture(url) {
            var oauth2 = OAuth2Configuration(tokenEndpoint: "\(url)/token")
            oauth2.clientSecret = "s3cret"
            $0.authentication = .oauth2(oauth2)
        }
        let failure = await fixture.failure("s")
        #expect(failure?.kind == .unauthorized)
        #expect(failure?.message == "the token endpoint \(url)/token: status 400: who are you")
    }
}
