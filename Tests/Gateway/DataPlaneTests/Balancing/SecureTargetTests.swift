import JSON
import TLS
import TestCertificates
import TestClient
import TestGateway
import Testing

@testable import DataPlane
@testable import HTTPServer

/// The targets are gateways that know no route: 404 is their answer.
@Suite("targets by TLS")
struct SecureTargetTests {
    private static func target(asksForCertificate: Bool = false) throws -> TestGateway {
        let certificates = try TestCertificates.shared()
        return try TestGateway(plugins: []) { _ in
            let own = try TLSIdentity(certificate: certificates.server.certificate, key: certificates.server.key)
            var options = HTTPListenerOptions()
            options.tls = try .server(
                clients: asksForCertificate
                    ? .required(TLSTrust(authorities: certificates.authority.certificate)) : .none
            ) { _ in [own] }
            return options
        }
    }

    private static func document(
        _ target: TestGateway, active: String = "", upstream: String = "", service: String = ""
    ) throws -> String {
        let client = try TestCertificates.shared().client
        let certificates: JSONValue = [
            [
                "id": "00000000-0000-4000-8000-000000000009", "cert": .string(client.certificate),
                "key": .string(client.key),
            ]
        ]
        return """
            {"certificates":\(certificates.text),
             "upstreams":[{"id":"00000000-0000-4000-8000-000000000001","name":"u"\(upstream),
              "healthchecks":{"active":{"type":"https","timeout":5\(active),
               "healthy":{"interval":0.02,"successes":1,"http_statuses":[404]},
               "unhealthy":{"interval":0.02,"tcp_failures":1,"timeouts":1,"http_failures":1,"http_statuses":[500]}}}}],
             "targets":[{"target":"127.0.0.1:\(target.port)","upstream":{"name":"u"}}],
             "services":[{"name":"s","host":"u","protocol":"https"\(service)}],
             "routes":[{"paths":["/"],"service":{"name":"s"}}]}
            """
    }

    private static let identity = #","client_certificate":{"id":"00000000-0000-4000-8000-000000000009"}"#

    private static func health(_ gateway: TestGateway) throws -> PeerHealth {
        let upstream = try #require(gateway.runtime.snapshot.upstream("00000000-0000-4000-8000-000000000001"))
        return try #require(upstream.table.peers.first).health
    }

    @Test("a check by https wants a certificate that is trusted, unless it is told not to")
    func verification() async throws {
        let target = try Self.target()
        // The system does not trust the tests' authority.
        let strict = try TestGateway(try Self.document(target), plugins: [])
        let wary = try Self.health(strict)
        try await Journal.wait("a failed check") { !wary.isAvailable }
        let gateway = try TestGateway(
            try Self.document(target, active: #","https_verify_certificate":false,"https_sni":"a.test""#), plugins: [])
        let health = try Self.health(gateway)
        health.set(isHealthy: false)
        try await Journal.wait("a check that went well") { health.isAvailable }
    }

    @Test("the upstream's certificate is shown by checks, and by requests of services that have none")
    func clientCertificate() async throws {
        let target = try Self.target(asksForCertificate: true)
        let bare = try TestGateway(
            try Self.document(target, active: #","https_verify_certificate":false"#), plugins: [])
        let refused = try Self.health(bare)
        try await Journal.wait("a failed check") { !refused.isAvailable }
        let gateway = try TestGateway(
            try Self.document(target, active: #","https_verify_certificate":false"#, upstream: Self.identity),
            plugins: [])
        let health = try Self.health(gateway)
        health.set(isHealthy: false)
        try await Journal.wait("a check that went well") { health.isAvailable }
        let answer = try await gateway.ask("GET /")
        #expect(answer.status == 404 && answer.body.contains("no Route matched"))
    }

    @Test("a service's target keeps its TLS, and so its connections, when targets change")
    func connections() throws {
        let target = try Self.target()
        let service = #","id":"00000000-0000-4000-8000-000000000002","created_at":1,"updated_at":1"#
        let gateway = try TestGateway(try Self.document(target, service: service), plugins: [])
        func running() throws -> ServiceTarget {
            try #require(gateway.runtime.snapshot.services["00000000-0000-4000-8000-000000000002"]).target
        }
        let before = try running()
        // Certificates are entities of the same texts and ids.
        try gateway.install(try Self.document(target, upstream: #","host_header":"x.test""#, service: service))
        let after = try running()
        #expect(after !== before && after.upstream !== before.upstream && after.tls === before.tls)
        try gateway.install(try Self.document(target, upstream: Self.identity, service: service))
        #expect(try running().tls !== before.tls)
    }
}
