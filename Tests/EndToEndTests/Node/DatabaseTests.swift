import Foundation
import JSON
import Kafka
import Synchronization
import TestBrokers
import TestClient
import Testing

@Suite("A node that is edited through its Admin API")
struct DatabaseTests {
    private static func folder() throws -> String { try TestFiles.shared.get().makeFolder() }

    /// A route that answers by itself, made as a user makes it.
    private static func answer(_ name: String, _ message: String, on node: RunningSluice) async throws {
        #expect(try await node.edit("PUT /routes/\(name)", "paths[]=/\(name)").status == 200)
        let plugin = "name=request-termination&config.status_code=200&config.message=\(message)"
        let made = try await node.edit("POST /routes/\(name)/plugins", plugin)
        #expect(made.status == 201, "\(made.body)")
    }

    @Test(
        "the commands of Kong's documentation make a route whose requests are records",
        .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
    func curl() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("clicks", partitions: 1)
        let broker = try #require(cluster.bootstrapServers.first).split(separator: ":")
        let node = try await RunningSluice(database: try Self.folder())
        let (admin, proxy) = ("http://localhost:\(node.adminPort)", "http://localhost:\(node.port)")

        let said = try await ChildProcess.run(
            "/bin/sh",
            [
                "-ec",
                """
                curl -sf -X POST \(admin)/routes --data "name=clicks" --data "paths[]=/clicks"
                echo
                curl -sf -X POST \(admin)/plugins \\
                    --data "name=kafka-upstream" \\
                    --data "config.bootstrap_servers[1].host=\(broker[0])" \\
                    --data "config.bootstrap_servers[1].port=\(broker[1])" \\
                    --data "config.topic=clicks"
                echo
                curl -sf -X POST '\(proxy)/clicks?page=home' --data "button=buy"
                """,
            ])

        let answers = said.split(separator: "\n").map(String.init)
        try #require(answers.count == 3, "\(said)")
        let plugin = try JSONValue.parse(text: answers[1])
        #expect(plugin["config"]?["topic"] == "clicks" && plugin["config"]?["producer_async"] == true)
        #expect(plugin["config"]?["bootstrap_servers"]?.arrayValue?.count == 1)
        #expect(answers[2] == #"{"message":"message sent"}"#)
        #expect(await node.stop() == 0)
        let records = try await RecordReader.read(cluster.bootstrapServers, topic: "clicks")
        let values = records.compactMap(\.value).map { String(decoding: $0, as: UTF8.self) }
        #expect(values.count == 1 && values.allSatisfy { $0.contains("button=buy") }, "\(values)")
    }

    @Test("not one request fails while entities come, change and go")
    func underLoad() async throws {
        let node = try await RunningSluice(database: try Self.folder())
        try await Self.answer("here", "here", on: node)

        let sent = try await Load.run(on: node, "POST /here", pause: 0) { load in
            for number in 1...12 {
                let name = "route-\(number)"
                try await Self.answer(name, "first", on: node)
                #expect(try await node.ask("GET /\(name)").body.contains("first"))
                let limit = try await node.edit(
                    "POST /routes/here/plugins", "name=correlation-id&config.header_name=X-\(number)")
                #expect(limit.status == 201, "\(limit.body)")
                let id = try #require(try JSONValue.parse(text: limit.body)["id"]?.stringValue)
                #expect(try await node.edit("PATCH /plugins/\(id)", "config.echo_downstream=true").status == 200)
                #expect(try await node.ask("GET /here")["X-\(number)"] != nil)
                #expect(try await node.edit("DELETE /plugins/\(id)").status == 204)
                #expect(try await node.ask("GET /here")["X-\(number)"] == nil)
                #expect(try await node.edit("DELETE /routes/\(name)").status == 204)
                #expect(try await node.ask("GET /\(name)").status == 404)
                try await load.waitForMore(50)
            }
        }

        #expect(sent.allSatisfy { $0.status == 200 }, "\(sent.filter { $0.status != 200 }.prefix(5))")
        #expect(await node.stop() == 0)
    }

    @Test("what was answered as stored is there after kill -9, and nothing is there by halves")
    func killed() async throws {
        let folder = try Self.folder()
        let node = try await RunningSluice(database: folder)
        try await Self.answer("here", "here", on: node)
        let stored = Stored()

        // Each writer makes routes until the node dies under it.
        async let writers: Void = withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    try await OwnThread.run { [client = try node.adminClient()] in
                        stored.fill { number in
                            let name = "writer-\(writer)-\(number)"
                            let head = "PUT /routes/\(name)\nContent-Type: application/json"
                            return (name, try client.ask(head, body: #"{"paths":["/\#(name)"]}"#).status)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await Eventually.holds("many routes are stored") { stored.names.count >= 60 }
        node.send(SIGKILL)
        try await writers
        #expect(await node.end() == 128 + SIGKILL)

        let again = try await RunningSluice(database: folder)
        #expect(try await again.ask("GET /here").body.contains("here"))
        let found = try await Self.routes(of: again)
        #expect(stored.refused == [])
        #expect(found.isSuperset(of: stored.names), "\(stored.names.subtracting(found))")
        // Of each writer, the one request whose answer did not come may be stored too.
        #expect(found.subtracting(stored.names).subtracting(["here"]).count <= 4)
        #expect(try await again.edit("DELETE /routes/here").status == 204)
        #expect(await again.stop() == 0)
    }

    /// The names of all routes, page by page.
    private static func routes(of node: RunningSluice) async throws -> Set<String> {
        var names: Set<String> = []
        var next: String? = "/routes?size=100"
        while let page = next {
            let answer = try JSONValue.parse(text: try await node.edit("GET \(page)").body)
            for route in answer["data"]?.arrayValue ?? [] { names.insert(route["name"]?.stringValue ?? "") }
            next = answer["next"]?.stringValue
        }
        return names
    }
}

/// What writers were told.
private final class Stored: Sendable {
    private let state = Mutex((names: Set<String>(), refused: [String]()))

    var names: Set<String> { state.withLock { $0.names } }
    var refused: [String] { state.withLock { $0.refused } }

    /// Writes one after another until there is no answer any more.
    func fill(_ write: (_ number: Int) throws -> (name: String, status: Int)) {
        var number = 0
        while let (name, status) = try? write(number) {
            state.withLock {
                if status == 200 { $0.names.insert(name) } else { $0.refused.append("\(name): \(status)") }
            }
            number += 1
        }
    }
}
