import Foundation
import TestBrokers
import TestClient

/// A node as a process of its own, with a declarative file that the test writes, or with a database.
final class RunningSluice: Sendable {
    /// Where the proxy listens.
    let port: UInt16
    /// Where the Admin API listens; 0 when it does not.
    let adminPort: UInt16
    /// Where the status API listens; 0 when it does not.
    let statusPort: UInt16
    /// The folder of the declarative file or the database.
    let folder: String
    private let process: ChildProcess

    /// Starts a node and waits until it serves.
    ///
    /// - Parameters:
    ///   - file: The declarative file's text.
    ///   - settings: Flags of `sluice run`, by the settings' names.
    ///   - output: Where standard output goes; what the node says of itself goes to standard error.
    convenience init(
        file: String, settings: [String: String] = [:], environment: [String: String] = [:], output: FileHandle? = nil
    ) async throws {
        let folder = try TestFiles.shared.get().makeFolder()
        try Self.write(file, to: folder)
        let own = ["declarative_config": Self.file(in: folder), "admin_listen": "off"]
        try await self.init(
            folder: folder, settings: own.merging(settings) { $1 }, environment: environment, output: output)
    }

    /// Starts a node whose entities are edited through its Admin API and kept in that folder.
    convenience init(database folder: String, settings: [String: String] = [:]) async throws {
        let own = ["database": "sqlite", "data_dir": folder, "admin_listen": "127.0.0.1:0"]
        try await self.init(folder: folder, settings: own.merging(settings) { $1 }, environment: [:])
    }

    private init(
        folder: String, settings: [String: String], environment: [String: String], output: FileHandle? = nil
    ) async throws {
        self.folder = folder
        let all = [
            "proxy_listen": "127.0.0.1:0", "status_listen": "off", "admin_gui_listen": "off", "event_loops": "2",
        ].merging(settings) { $1 }
        let flags = all.sorted { $0.key < $1.key }.flatMap { name, value in
            ["--\(name.replacingOccurrences(of: "_", with: "-"))", value]
        }
        process = try ChildProcess(SluiceBinary.path, ["run"] + flags, environment: environment, standardOutput: output)
        try TestFiles.shared.get().add(node: process.identifier)
        try await process.waitFor("\"configuration loaded\"")
        guard let port = Self.port(of: "proxy", process) else {
            throw TestEnvironmentError("it says no address: \(process.text)")
        }
        self.port = port
        adminPort = Self.port(of: "admin", process) ?? 0
        statusPort = Self.port(of: "status", process) ?? 0
    }

    convenience init(
        _ document: GatewayDocument, settings: [String: String] = [:], environment: [String: String] = [:]
    ) async throws {
        try await self.init(file: document.text, settings: settings, environment: environment)
    }

    private static func file(in folder: String) -> String { folder + "/sluice.yml" }

    private static func write(_ text: String, to folder: String) throws {
        try text.write(toFile: file(in: folder), atomically: true, encoding: .utf8)
    }

    private static func port(of listener: String, _ process: ChildProcess) -> UInt16? {
        let address = log(process).first { $0.message == "listening" && $0["listener"] == listener }?["address"]
        return address?.split(separator: ":").last.flatMap { UInt16($0) }
    }

    /// The first port of that listener; nil: the node has none.
    func port(of listener: String) -> UInt16? { Self.port(of: listener, process) }

    /// The declarative file's path, as log lines name it.
    var file: String { Self.file(in: folder) }

    /// All that the node has said.
    var text: String { process.text }

    private static func log(_ process: ChildProcess) -> [LogLine] {
        process.text.split(separator: "\n").compactMap { LogLine($0) }
    }

    var log: [LogLine] { Self.log(process) }

    /// Log lines with that message.
    func lines(_ message: String) -> [LogLine] { log.filter { $0.message == message } }

    /// The first log line with that message that matches, past or to come.
    @discardableResult
    func line(
        _ message: String, seconds: Double = 30, where matches: (LogLine) -> Bool = { _ in true }
    ) async throws -> LogLine {
        var found: LogLine?
        try await Eventually.holds("a log line \"\(message)\" that matches, of \(text.suffix(3_000))", seconds: seconds)
        {
            found = lines(message).first(where: matches)
            return found != nil
        }
        guard let found else { throw TestEnvironmentError("no line") }
        return found
    }

    // MARK: - Requests

    /// A client with a connection of its own. Its calls block.
    func client() throws -> HTTPClient { try HTTPClient(port: port, limit: Self.answerLimit) }

    /// How long an answer may take, in milliseconds: longer than any time-out that tests configure.
    static let answerLimit = Int32(45_000 * TestEnvironment.patience)

    /// The answer to one request, on a connection of its own.
    func ask(_ head: String, body: [UInt8]?) async throws -> HTTPAnswer {
        try await OwnThread.run { [self] in try client().ask(head, body: body) }
    }

    func ask(_ head: String, body: String? = nil) async throws -> HTTPAnswer {
        try await ask(head, body: body.map { Array($0.utf8) })
    }

    /// A client of the Admin API. Its calls block.
    func adminClient() throws -> HTTPClient { try HTTPClient(port: adminPort, limit: Self.answerLimit) }

    /// The Admin API's answer to a request with a form as its body.
    func edit(_ request: String, _ form: String? = nil) async throws -> HTTPAnswer {
        let head = form == nil ? request : request + "\nContent-Type: application/x-www-form-urlencoded"
        return try await OwnThread.run { [self] in try adminClient().ask(head, body: form) }
    }

    /// The status API's answer to a request without a body.
    func status(_ request: String) async throws -> HTTPAnswer {
        try await OwnThread.run { [self] in try HTTPClient(port: statusPort, limit: Self.answerLimit).ask(request) }
    }

    /// Until so many requests are over for the node too: it counts and logs them when their answers are written, and whoever
    /// has one may ask for numbers before. By the Admin API or the status API.
    func waitUntilOver(_ requests: Int) async throws {
        try await Eventually.holds("\(requests) requests are over") {
            let text = try await (statusPort == 0 ? edit("GET /metrics") : status("GET /metrics")).body
            let counts = text.split(separator: "\n").filter { $0.hasPrefix("sluice_http_requests_total{") }
            return counts.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) >= requests
        }
    }

    // MARK: - Signals

    func send(_ signal: Int32) { process.send(signal) }

    /// Replaces the declarative file, asks the node to read it, and gives the log line that says what came of it.
    @discardableResult
    func reload(_ text: String) async throws -> LogLine {
        let outcomes = { [self] in
            log.filter { $0.message == "configuration loaded" || $0.message.hasPrefix("the declarative file was not") }
        }
        let before = outcomes().count
        try requestReload(text)
        try await Eventually.holds("the node has read its file again") {
            guard process.isRunning else { throw TestEnvironmentError("it ended: \(process.text)") }
            return outcomes().count > before
        }
        return outcomes()[before]
    }

    /// Replaces the declarative file and asks the node to read it, whenever it does.
    func requestReload(_ text: String) throws {
        try Self.write(text, to: folder)
        send(SIGHUP)
    }

    @discardableResult
    func reload(_ document: GatewayDocument) async throws -> LogLine { try await reload(document.text) }

    /// Holds the node while `work` runs.
    func paused(_ work: () throws -> Void) async throws {
        try await process.pause()
        defer { process.resume() }
        try work()
    }

    var isRunning: Bool { process.isRunning }

    /// Its process id.
    var identifier: Int32 { process.identifier }

    /// Waits for the end; the exit status.
    func end() async -> Int32 {
        await process.wait()
    }

    /// SIGTERM, and the exit status.
    @discardableResult
    func stop() async -> Int32 {
        send(SIGTERM)
        return await end()
    }

    deinit {
        // A test that failed leaves its node running.
        if process.isRunning { process.send(SIGKILL) }
        try? TestFiles.shared.get().remove(node: process.identifier)
    }
}
