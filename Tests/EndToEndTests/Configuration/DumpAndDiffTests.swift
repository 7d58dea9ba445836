import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite("sluice config dump and diff")
struct DumpAndDiffTests {
    private func node(_ text: String) async throws -> RunningSluice {
        try await RunningSluice(file: "_format_version: \"3.0\"\n" + text, settings: ["admin_listen": "127.0.0.1:0"])
    }

    private func run(_ words: [String], against node: RunningSluice) async throws -> SluiceBinary.Outcome {
        try await SluiceBinary.run(["config"] + words + ["--admin-url", "http://127.0.0.1:\(node.adminPort)"])
    }

    private static let everything = """
        services:
        - name: orders
          url: http://127.0.0.1:9/x
          tags: [a, b]
          routes:
          - {name: r, paths: [/a, "~/b/(?<id>\\\\d+)$"], headers: {x-version: [v2]}}
          plugins:
          - {name: request-termination, config: {status_code: 503}}
        routes: [{paths: [/nameless]}]
        consumers: [{username: alice, groups: [{name: gold}]}]
        consumer_groups: [{name: gold}]
        upstreams: [{name: u.test, targets: [{target: "a:1", weight: 5}, {target: "::1"}]}]
        vaults: [{name: env, prefix: my-env, config: {prefix: APP_}}]
        key_sets: [{name: set, keys: [{kid: k, jwk: "{vault://my-env/jwk}"}]}]
        plugins: [{name: correlation-id, config: {generator: uuid}}]
        """

    @Test("what is dumped loads again to the same", arguments: ["yaml", "json"])
    func roundTrip(format: String) async throws {
        let first = try await node(Self.everything)
        let file = "\(first.folder)/dump.\(format)"

        let dumped = try await run(["dump", "--output", file], against: first)
        #expect(dumped.status == 0 && dumped.output == "" && dumped.errors == "", "\(dumped.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("{") == (format == "json"))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let second = try await RunningSluice(file: text, settings: ["admin_listen": "127.0.0.1:0"])
        let printed = try await run(["dump", "--format", format], against: second)
        #expect(printed.status == 0 && printed.output == text)
        let compared = try await run(["diff", file], against: first)
        #expect(compared.status == 0 && compared.output == "nothing would change\n")
        for path in ["/services", "/routes", "/plugins", "/consumers", "/upstreams/u.test/targets", "/keys", "/vaults"]
        {
            #expect(try await first.edit("GET \(path)").body == second.edit("GET \(path)").body, "\(path)")
        }
        await first.stop()
        await second.stop()
    }

    @Test("a difference is told by entity and field, and is no success")
    func difference() async throws {
        let node = try await node(Self.everything)
        let changed =
            Self.everything.replacingOccurrences(of: "weight: 5", with: "weight: 6")
            .replacingOccurrences(of: "username: alice", with: "username: bob")
            .replacingOccurrences(of: "status_code: 503", with: "status_code: 404")
        let file = try TestFiles.write("_format_version: \"3.0\"\n" + changed, as: "changed.yml")

        let told = try await run(["diff", file], against: node)
        let json = try await run(["diff", "--json", file], against: node)

        #expect(told.status == 1 && told.errors == "")
        #expect(
            told.output == """
                + consumer bob
                + consumer_group_consumer (consumer_group gold, consumer bob)
                ~ target a:1
                    weight  5 → 6
                ~ plugin request-termination (service orders)
                    config.status_code  503 → 404
                - consumer alice
                - consumer_group_consumer (consumer_group gold, consumer alice)
                2 to create, 2 to update, 2 to delete

                """)
        let value = try JSONValue.parse(Array(json.output.utf8).span)
        #expect(json.status == 1 && value["created"]?[0]?["name"] == "bob")
        #expect(value["updated"]?[0]?["fields"] == [["path": "weight", "from": 5, "to": 6]])
        #expect(value["deleted"]?.arrayValue?.count == 2)
        #expect(try await node.edit("GET /consumers").body.contains("alice"))
        await node.stop()
    }

    @Test("collections of several pages are read to their end")
    func pages() async throws {
        var text = "consumers:\n"
        for number in 0..<2_345 { text += "- {username: c\(number)}\n" }
        let node = try await node(text)

        let same = try await run(["diff", node.file], against: node)
        let dumped = try await run(["dump"], against: node)

        #expect(same.status == 0 && same.output == "nothing would change\n")
        #expect(dumped.output.components(separatedBy: "\n    username: ").count == 2_346)
        await node.stop()
    }

    @Test("a faulty file and a node that does not answer are trouble, not a difference")
    func trouble() async throws {
        let node = try await node("consumers: [{username: a}]")
        let faulty = try TestFiles.write("_format_version: \"3.0\"\nconsumers: [{usrname: a}]", as: "faulty.yml")
        let outcome = try await run(["diff", faulty], against: node)
        #expect(outcome.status == 2 && outcome.output == "")
        #expect(
            outcome.errors.contains("did you mean 'username'?"), "\(outcome.errors)")

        for (words, status) in [(["diff", node.file], Int32(2)), (["dump"], 1)] {
            let away = try await SluiceBinary.run(["config"] + words + ["--admin-url", "http://127.0.0.1:1"])
            #expect(away.status == status && away.output == "")
            #expect(away.errors.hasPrefix("sluice config: http://127.0.0.1:1: "), "\(away.errors)")
            let proxy = try await SluiceBinary.run(
                ["config"] + words + ["--admin-url", "http://127.0.0.1:\(node.port)"])
            #expect(proxy.status == status && proxy.errors.contains("is no Admin API"), "\(proxy.errors)")
        }
        await node.stop()
    }

    @Test("fields of the caller's are sent with every request, and a node that leads in circles is not followed")
    func fields() async throws {
        let server = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                let isRoot = request.hasPrefix("GET / ")
                try connection.answer(
                    isRoot ? #"{"version": "3.9.1", "plugins": {}}"# : #"{"data": [], "next": "/vaults?offset=x"}"#)
            }
        }

        let outcome = try await SluiceBinary.run([
            "config", "dump", "--admin-url", "http://127.0.0.1:\(server.port)/", "--header", "Kong-Admin-Token: s3cret",
            "--header", "X-Two:2", "--timeout", "20",
        ])

        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.errors.contains("names a next page that leads nowhere"), "\(outcome.errors)")
        #expect(server.requests.count == 2)
        for request in server.requests {
            #expect(request.contains("\r\nKong-Admin-Token: s3cret\r\n") && request.contains("\r\nX-Two: 2\r\n"))
        }
    }

    @Test(
        "options that cannot be are told",
        arguments: [
            (["dump", "--format", "xml"], "--format: expected yaml or json"),
            (["dump", "x"], "'x' is one word too many"),
            (["dump", "--header", "nothing"], "--header: expected 'NAME: VALUE'"),
            (["dump", "--admin-url", "localhost:8001"], "--admin-url: expected http://HOST:PORT"),
            (["dump", "--timeout", "0"], "--timeout: expected 1 to 86400 seconds"),
            (["diff"], "expected one file"),
        ])
    func misuse(words: [String], says: String) async throws {
        let outcome = try await SluiceBinary.run(["config"] + words)
        #expect(outcome.status == 2 && outcome.output == "" && outcome.errors.contains(says), "\(outcome.errors)")
    }
}
