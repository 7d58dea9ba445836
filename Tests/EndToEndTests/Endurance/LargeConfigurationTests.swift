import Foundation
import GatewayModel
import GatewayStore
import JSON
import Plugins
import TestBrokers
import TestClient
import Testing

/// A thousand routes and as many consumers; ten thousand with `SLUICE_TEST_LONG=1`. Times are told, not bounded.
@Suite("very many routes and consumers", .serialized)
struct LargeConfigurationTests {
    private static let count = TestEnvironment.isLong ? 10_000 : 1_000
    private static let (first, last) = ("route-00000", "route-\(number(count - 1))")

    private static func number(_ number: Int) -> String {
        String(repeating: "0", count: 5 - "\(number)".count) + "\(number)"
    }

    /// A file whose requests come to the service below `/version`.
    private static func document(_ port: Int, version: Int) -> String {
        var text = """
            _format_version: "3.0"
            services:
            - name: s
              host: 127.0.0.1
              port: \(port)
              path: /\(version)
              routes:

            """
        for place in 0..<count {
            let name = "route-\(number(place))"
            text += "  - {name: \(name), paths: [/\(name)], strip_path: false}\n"
        }
        text += "consumers:\n"
        for place in 0..<count {
            text += "- {username: consumer-\(number(place)), custom_id: id-\(number(place))}\n"
        }
        return text
    }

    /// Answers with the path that it was asked for.
    private static func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                try connection.answer(String(request.split(separator: " ")[1]))
            }
        }
    }

    private static func time(_ work: () async throws -> Void) async rethrows -> Double {
        let time = try await ContinuousClock().measure { try await work() }
        return Double(time.components.seconds) * 1000 + Double(time.components.attoseconds) / 1e15
    }

    @Test("a file is loaded in seconds, and replaced while the first and the last route answer right")
    func replaced() async throws {
        let upstream = try Self.upstream()
        let first = Self.document(upstream.port, version: 1)
        var node: RunningSluice?
        let started = try await Self.time {
            node = try await RunningSluice(
                file: first, settings: ["admin_listen": "127.0.0.1:0", "upstream_keepalive_pool_size": "64"])
        }
        let running = try #require(node)
        for route in [Self.first, Self.last] { #expect(try await running.ask("GET /\(route)").body == "/1/\(route)") }
        #expect(try await running.ask("GET /route-\(Self.number(Self.count))").status == 404)

        var posted: [Double] = []
        let routes = [Self.first, Self.last]
        let sent = try await Answers.run(on: running, routes.map { "GET /\($0)" }) {
            for version in 2...3 {
                let text = Self.document(upstream.port, version: version)
                var status = 0
                posted.append(
                    try await Self.time {
                        status = try await OwnThread.run {
                            try running.adminClient().ask("POST /config\nContent-Type: text/yaml", body: text).status
                        }
                    })
                #expect(status == 201)
                for route in routes {
                    #expect(try await running.ask("GET /\(route)").body == "/\(version)/\(route)")
                }
            }
        }

        for (route, bodies) in zip(routes, sent) {
            // One version after another, and nothing else.
            #expect(bodies.allSatisfy { $0.hasSuffix("/\(route)") && $0 >= "/1" && $0 < "/4" })
            #expect(bodies == bodies.sorted() && !bodies.isEmpty)
        }
        let start = Int(started)
        print(
            "start with the file: \(start) ms; POST /config: \(posted.map { Int($0) }) ms; \(sent.map(\.count)) requests"
        )
        #expect(await running.stop() == 0)
    }

    @Test("a change by the Admin API is there at once, and no request fails meanwhile")
    func changed() async throws {
        let upstream = try Self.upstream()
        let folder = try TestFiles.shared.get().makeFolder()
        try await Self.fill(folder + "/sluice.db", upstream.port)
        let node = try await RunningSluice(database: folder)
        let routes = [Self.first, Self.last]

        var times: [Double] = []
        let sent = try await Answers.run(on: node, routes.map { "GET /\($0)" }) {
            for change in 0..<20 {
                var status = 0
                let form = "paths[]=/\(Self.last)&paths[]=/new-\(change)"
                times.append(
                    try await Self.time { status = try await node.edit("PATCH /routes/\(Self.last)", form).status })
                #expect(status == 200)
                #expect(try await node.ask("GET /new-\(change)").body == "/1/new-\(change)")
                #expect(try await node.ask("GET /new-\(change - 1)").status == 404)
            }
        }

        for (route, bodies) in zip(routes, sent) { #expect(Set(bodies) == ["/1/\(route)"]) }
        let sorted = times.sorted()
        print(
            "a change: median \(Int(sorted[sorted.count / 2])) ms, most \(Int(sorted.last ?? 0)) ms; \(sent.map(\.count)) requests"
        )
        #expect(try await node.edit("GET /consumers/consumer-\(Self.number(Self.count - 1))").status == 200)
        #expect(await node.stop() == 0)
    }

    /// A database as a node would have made it.
    private static func fill(_ path: String, _ port: Int) async throws {
        let service = ConfigurationService(
            schema: GatewaySchema(plugins: BundledPlugins.schemas), storage: .sqlite(path: path)
        ) { _ in {} }
        try await service.start()
        func create(_ collection: String, _ inputs: [JSONObject]) async throws -> [Entity] {
            try await service.create(try #require(service.schema.definition(collection)), each: inputs)
        }
        let made = try await create(
            "services", [["name": "s", "host": "127.0.0.1", "port": .integer(port), "path": "/1"]])
        let id = JSONValue.string(try #require(made.first).id)
        _ = try await create(
            "routes",
            (0..<count).map { place in
                let name = "route-\(number(place))"
                return [
                    "name": .string(name), "paths": [.string("/\(name)")], "strip_path": false, "service": ["id": id],
                ]
            })
        _ = try await create(
            "consumers", (0..<count).map { ["username": .string("consumer-\(number($0))")] })
        await service.close()
        service.stopThread()
    }
}
