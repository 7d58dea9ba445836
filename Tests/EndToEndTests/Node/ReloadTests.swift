import Foundation
import JSON
import Kafka
import TestBrokers
import TestClient
import Testing

/// A declarative file that cannot be loaded, with the place and words that the log must name.
struct BadFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// `:line:column: field: ` and what is wrong.
    let problems: [String]

    static let all = [
        BadFile(
            testDescription: "no YAML", text: "_format_version: \"3.0\"\nroutes:\n- name: a\n  paths: [/a\n",
            problems: [":5:1: "]),
        BadFile(
            testDescription: "an unknown field",
            text: """
                _format_version: "3.0"
                routes:
                - name: a
                  pathss: [/a]
                """, problems: [":4:3: routes.1.pathss: unknown field; did you mean 'paths'? (route 'a')"]),
        BadFile(
            testDescription: "values of the wrong kind, all told",
            text: """
                _format_version: "3.0"
                routes:
                - name: a
                  paths: [/a]
                  plugins:
                  - name: kafka-upstream
                    config:
                      topic: orders
                      bootstrap_servers:
                      - host: localhost
                        port: many
                      producer_request_acks: 2
                """,
            problems: [
                ":11:9: routes.1.plugins.1.config.bootstrap_servers.1.port: ",
                ":12:7: routes.1.plugins.1.config.producer_request_acks: ",
            ]),
        BadFile(
            testDescription: "an unknown plugin",
            text: """
                _format_version: "3.0"
                plugins:
                - name: kafka-upstreem
                """, problems: [":3:3: plugins.1.name: plugin 'kafka-upstreem' not enabled"]),
        BadFile(
            testDescription: "a reference to nothing",
            text: """
                _format_version: "3.0"
                routes:
                - name: a
                  paths: [/a]
                  service: nowhere
                """, problems: [":5:3: routes.1.service: "]),
        BadFile(testDescription: "nothing at all", text: "", problems: ["_format_version"]),
    ]
}

@Suite("A node that reads its declarative file again")
struct ReloadTests {
    @Test("not one request fails while configurations come and go")
    func underLoad() async throws {
        let node = try await RunningSluice(Self.version(0))

        let sent = try await Load.run(on: node, "POST /here", pause: 0) { load in
            for version in 1...12 {
                let outcome = try await node.reload(Self.version(version))
                #expect(outcome.message == "configuration loaded" && outcome.number("routes") == 1 + version)
                #expect(try await node.ask("GET /here").body.contains("version \(version)"))
                #expect(try await node.ask("GET /route-\(version).").status == 200)
                #expect(try await node.ask("GET /route-\(version + 1).").status == 404)
                try await load.waitForMore(50)
            }
        }

        #expect(sent.allSatisfy { $0.status == 200 }, "\(sent.filter { $0.status != 200 }.prefix(5))")
        #expect(await node.stop() == 0)
    }

    private static func version(_ number: Int) -> GatewayDocument {
        var document = GatewayDocument()
        document.answer("/here", "version \(number)")
        for route in 0..<number { document.answer("/route-\(route + 1).", "\(route)") }
        return document
    }

    @Test(
        "records go on through producers that are replaced",
        .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
    func producers() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 2)
        let document = { (codec: String, isAsynchronous: Bool) in
            var document = GatewayDocument()
            document.produce(
                "/orders", to: cluster.bootstrapServers, topic: "orders",
                ["compression_type": .string(codec), "producer_async": .bool(isAsynchronous)])
            return document
        }
        let node = try await RunningSluice(document("none", true))

        let sent = try await Load.run(on: node, "POST /orders") { load in
            for (codec, isAsynchronous) in [("gzip", true), ("lz4", false), ("zstd", true), ("none", false)] {
                try await load.waitForMore(100)
                try await node.reload(document(codec, isAsynchronous))
            }
            try await load.waitForMore(100)
        }

        #expect(await node.stop() == 0)
        #expect(sent.allSatisfy { $0.status == 200 }, "\(sent.filter { $0.status != 200 }.prefix(5))")
        let stored = try await RecordReader.counts(cluster.bootstrapServers, topic: "orders")
        #expect(stored == Dictionary(uniqueKeysWithValues: sent.map { ($0.id, 1) }))
    }

    @Test("a bad file changes nothing, and its problems are told with line and column", arguments: BadFile.all)
    func bad(_ file: BadFile) async throws {
        let node = try await RunningSluice(Self.version(1))

        let outcome = try await node.reload(file.text)

        #expect(outcome.level == "error" && outcome.message.hasPrefix("the declarative file was not loaded"))
        #expect(outcome["error"].hasPrefix(node.file))
        for problem in file.problems { #expect(outcome["error"].contains(problem), "\(outcome["error"])") }
        #expect(try await node.ask("GET /route-1.").status == 200)
        #expect(try await node.reload(Self.version(2)).message == "configuration loaded")
        #expect(try await node.ask("GET /route-2.").status == 200)
        #expect(await node.stop() == 0)
    }

    @Test("a file that names a certificate that is not there changes nothing")
    func missingCertificate() async throws {
        let node = try await RunningSluice(Self.version(1))
        var document = GatewayDocument()
        document.produce(
            "/orders", to: ["localhost:1"], topic: "orders",
            ["security": ["ssl": true, "ca_certificates": [.string(Login.Entity.authority)]]])

        let outcome = try await node.reload(document)

        #expect(outcome.level == "error")
        #expect(outcome["error"].contains(Login.Entity.authority), "\(outcome["error"])")
        #expect(try await node.ask("GET /route-1.").status == 200)
        #expect(await node.stop() == 0)
    }

    @Test("the same problems end a node that starts with the file", arguments: BadFile.all)
    func badAtStart(_ file: BadFile) async throws {
        let path = try TestFiles.write(file.text, as: "sluice.yml")

        let outcome = try await SluiceBinary.run([
            "run", "--declarative-config", path, "--proxy-listen", "127.0.0.1:0", "--admin-listen", "off",
            "--status-listen", "off", "--admin-gui-listen", "off",
        ])

        #expect(outcome.status == 1 && outcome.output == "")
        for problem in file.problems { #expect(outcome.errors.contains(problem), "\(outcome.errors)") }
    }
}
