import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// Requests as lines of files, by whole nodes under load.
@Suite("Requests as lines of files")
struct FileLogTests {
    private static func document(_ path: String, _ config: String = "") -> String {
        """
        _format_version: "3.0"
        routes:
          - name: answered
            paths: [/answered]
            plugins: [{name: request-termination, config: {status_code: 200}}]
        plugins:
          - {name: file-log, config: {path: "\(path)"\(config)}}
        """
    }

    /// The ids of the requests that a file tells of; each line must be whole.
    private static func ids(_ path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            let entry = try JSONValue.parse(text: String(line))
            return try #require(entry["request"]?["querystring"]?["id"]?.stringValue)
        }
    }

    /// Sends numbered requests on connections of their own until `work` is done; how many were answered.
    private static func load(
        _ node: RunningSluice, clients: Int = 4, while work: () async throws -> Void
    ) async throws -> Set<String> {
        let sent = try await Load.run(on: node, "POST /answered?id={id}", clients: clients, pause: 500) { load in
            try await work()
            try await load.waitForMore(20)
        }
        #expect(sent.allSatisfy { $0.status == 200 })
        return Set(sent.map(\.id))
    }

    @Test(
        "renamed again and again under load: every request has its line, and every line is whole",
        arguments: [false, true])
    func renamed(reopen: Bool) async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let path = folder + "/log"
        let node = try await RunningSluice(
            file: Self.document(path, ", reopen: \(reopen)"), settings: ["event_loops": "4"])
        var rotated: [String] = []
        let sent = try await Self.load(node) {
            for number in 1...5 {
                try await Eventually.holds("the file is there") { FileManager.default.fileExists(atPath: path) }
                rotated.append("\(path).\(number)")
                #expect(rename(path, rotated[number - 1]) == 0)
                // By a signal, by looking, or both: no line may be lost either way.
                if number == 3, !reopen { node.send(SIGHUP) }
            }
        }
        #expect(await node.stop() == 0)
        // The last ones may all have come before the node looked.
        let written = (rotated + [path]).filter { FileManager.default.fileExists(atPath: $0) }
        let told = try written.flatMap(Self.ids)
        #expect(told.count == sent.count && Set(told) == sent)
    }

    @Test("copied and cut short while the node is held: every request has its line")
    func truncated() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let path = folder + "/log"
        let node = try await RunningSluice(file: Self.document(path), settings: ["event_loops": "4"])
        let sent = try await Self.load(node) {
            for number in 1...3 {
                try await Eventually.holds("something is written") {
                    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int).map { $0 > 0 } ?? false
                }
                // Whoever copies and cuts has no way to keep what comes in between: nothing does here.
                try await node.paused {
                    try FileManager.default.copyItem(atPath: path, toPath: "\(path).\(number)")
                    #expect(truncate(path, 0) == 0)
                }
            }
        }
        #expect(await node.stop() == 0)
        let told = try ["\(path).1", "\(path).2", "\(path).3", path].flatMap(Self.ids)
        #expect(told.count == sent.count && Set(told) == sent)
    }

    @Test("cut short under load: every line that is there is whole, and the file goes on from its start")
    func truncatedUnderLoad() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let path = folder + "/log"
        let node = try await RunningSluice(file: Self.document(path), settings: ["event_loops": "4"])
        let sent = try await Self.load(node) {
            for _ in 1...20 {
                try await Eventually.holds("something is written") {
                    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int).map { $0 > 0 } ?? false
                }
                #expect(truncate(path, 0) == 0)
            }
        }
        #expect(await node.stop() == 0)
        let told = try Self.ids(path)
        #expect(!told.isEmpty && Set(told).isSubset(of: sent) && Set(told).count == told.count)
    }

    @Test("standard output as a pipe that is read slowly: whole lines, and all of them")
    func slowPipe() async throws {
        let pipe = Pipe()
        let node = try await RunningSluice(file: Self.document("/dev/stdout"), output: pipe.fileHandleForWriting)
        try pipe.fileHandleForWriting.close()
        let read = Task { try await OwnThread.run { try Self.readSlowly(pipe.fileHandleForReading) } }
        let sent = try await Load.run(on: node, "POST /answered?id={id}", pause: 0) { try await $0.waitForMore(500) }
        #expect(sent.allSatisfy { $0.status == 200 })
        #expect(await node.stop() == 0)
        let told = try await read.value.split(separator: "\n").map { line in
            let entry = try JSONValue.parse(text: String(line))
            return try #require(entry["request"]?["querystring"]?["id"]?.stringValue)
        }
        #expect(told.count == sent.count && Set(told) == Set(sent.map(\.id)))
    }

    private static func readSlowly(_ handle: FileHandle) throws -> String {
        var bytes = Data()
        // Odd pieces, with pauses in which the pipe fills.
        while let piece = try handle.read(upToCount: 1_777), !piece.isEmpty {
            bytes += piece
            usleep(200)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("standard output as a pipe that nobody reads: requests go on, and what was not written is counted")
    func stuckPipe() async throws {
        let pipe = Pipe()
        let node = try await RunningSluice(
            file: Self.document("/dev/stdout"), settings: ["flush_timeout": "100"],
            output: pipe.fileHandleForWriting)
        // More than a pipe holds.
        let sent = try await Load.run(on: node, "POST /answered?id={id}", pause: 0) { try await $0.waitForMore(500) }
        #expect(sent.allSatisfy { $0.status == 200 })
        #expect(await node.stop() == 1)
        let left = try #require(try await node.line("log entries not delivered at stop").number("undelivered"))
        let closed = try await node.line("log output closed")
        #expect(closed["destination"] == "/dev/stdout" && closed.number("dropped") == left && left > 0)
        #expect((closed.number("sent") ?? 0) + left == sent.count)
    }

    @Test(
        "a node without standard output writes its lines nowhere, and not into what it has opened instead",
        .enabled(if: RunningSluice.tellsResources, Comment(rawValue: RunningSluice.needsResources)))
    func closedOutput() async throws {
        let file = try TestFiles.write(Self.document("/dev/stdout"), as: "sluice.yml")
        let node = try ChildProcess(
            "/bin/sh",
            [
                "-c", "exec \"$@\" <&- >&-", "sh", SluiceBinary.path, "run", "--declarative-config", file,
                "--proxy-listen", "127.0.0.1:0", "--admin-listen", "off", "--status-listen", "off",
                "--admin-gui-listen", "off",
            ], keepsErrorsApart: true)
        try await Eventually.holds("it serves") {
            if !node.isRunning { throw TestEnvironmentError("it ended: \(node.errors)") }
            return node.errors.contains("\"configuration loaded\"")
        }
        let lines = node.errors.split(separator: "\n").compactMap { LogLine($0) }
        let address = try #require(lines.first { $0.message == "listening" }?["address"])
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let status = try await OwnThread.run { try HTTPClient(port: port).ask("GET /answered?id=1").status }
        #expect(status == 200)
        for number in 0...1 {
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(node.identifier)/fd/\(number)")
            #expect(target == "/dev/null")
        }
        node.send(SIGTERM)
        #expect(await node.wait() == 0)
    }

    @Test("a path that cannot be written is told once, and harms no request")
    func unwritable() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let node = try await RunningSluice(
            file: Self.document(folder), settings: ["flush_timeout": "100"])
        let sent = try await Self.load(node) {
            let line = try await node.line("log entries cannot be written")
            #expect(line["error"] == "Is a directory" && line["destination"] == folder)
        }
        #expect(await node.stop() == 1)
        #expect(node.lines("log entries cannot be written").count == 1)
        #expect(node.lines("log entries not delivered at stop").first?.number("undelivered") == sent.count)
    }

    @Test("a signal to stop under load loses no line")
    func stopped() async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        let path = folder + "/log"
        let node = try await RunningSluice(file: Self.document(path), settings: ["event_loops": "4"])
        let sent = try await Load.run(
            on: node, "POST /answered?id={id}", clients: 8, pause: 0, endsWhenRefused: true
        ) { load in
            try await load.waitForMore(200)
            node.send(SIGTERM)
            #expect(await node.end() == 0)
        }
        let told = try Self.ids(path)
        let answered = Set(sent.filter { $0.status == 200 }.map(\.id))
        #expect(answered.count >= 200)
        #expect(answered.isSubset(of: Set(told)) && Set(told).count == told.count)
    }
}
