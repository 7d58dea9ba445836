import Foundation
import TestBrokers
import TestClient
import Testing

/// Where a setting may come from; each of a case's sources says another port.
struct SettingSources: OptionSet, Sendable, CustomTestStringConvertible {
    let rawValue: Int

    static let file = SettingSources(rawValue: 1)
    static let kong = SettingSources(rawValue: 2)
    static let environment = SettingSources(rawValue: 4)
    static let flag = SettingSources(rawValue: 8)

    /// All that are given, in rising precedence.
    var inOrder: [SettingSources] { [.file, .kong, .environment, .flag].filter(contains) }

    var testDescription: String {
        let names: [Int: String] = [1: "file", 2: "KONG_", 4: "SLUICE_", 8: "flag"]
        return inOrder.compactMap { names[$0.rawValue] }.joined(separator: " and ")
    }

    static let all = (1..<16).map { SettingSources(rawValue: $0) }
}

/// A setting that ends the start, and words of why.
struct RefusedSetting: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var file: String?
    var environment: [String: String] = [:]
    var flags: [String] = []
    let says: String

    static let all = [
        RefusedSetting(
            testDescription: "an unknown flag", flags: ["--proxy-listn", "127.0.0.1:0"],
            says: "--proxy-listn: there is no setting 'proxy_listn'; did you mean 'proxy_listen'?"),
        RefusedSetting(
            testDescription: "an unknown variable", environment: ["SLUICE_LOG_LEVLE": "debug"],
            says: "SLUICE_LOG_LEVLE: there is no setting 'log_levle'; did you mean 'log_level'?"),
        RefusedSetting(
            testDescription: "an unknown name in the file", file: "event_loop: 2\n",
            says: "there is no setting 'event_loop'; did you mean 'event_loops'?"),
        RefusedSetting(
            testDescription: "a name like no other", flags: ["--zzzzzzzz", "1"],
            says: "--zzzzzzzz: there is no setting 'zzzzzzzz'\n"),
        RefusedSetting(
            testDescription: "a value out of range", environment: ["SLUICE_EVENT_LOOPS": "65"],
            says: "SLUICE_EVENT_LOOPS: event_loops: expected 1 to 64"),
        RefusedSetting(
            testDescription: "a value that is no choice", environment: ["KONG_LOG_LEVEL": "loud"],
            says: "KONG_LOG_LEVEL: log_level: expected one of: debug, "),
        RefusedSetting(
            testDescription: "an address without a port", flags: ["--proxy-listen", "localhost"],
            says: "proxy_listen: 'localhost' is no address with a port"),
        RefusedSetting(
            testDescription: "what is not available", flags: ["--proxy-listen", "127.0.0.1:0 deferred"],
            says: "'deferred' of '127.0.0.1:0' is not available in this version"),
        RefusedSetting(
            testDescription: "entities in place of settings", file: "_format_version: \"3.0\"\n",
            says: "this is a declarative file of entities"),
        RefusedSetting(
            testDescription: "a plugin that is not there", flags: ["--plugins", "kafka-upsteam"],
            says: "plugins: there is no plugin 'kafka-upsteam'; did you mean 'kafka-upstream'?"),
        RefusedSetting(
            testDescription: "a declarative file beside a database",
            flags: ["--database", "sqlite", "--declarative-config", "x.yml"],
            says: "declarative_config: it is for nodes without a database"),
        RefusedSetting(
            testDescription: "a declarative file that is not there", flags: ["--declarative-config", "/nowhere/x.yml"],
            says: "/nowhere/x.yml"),
        RefusedSetting(
            testDescription: "a flag without a value", flags: ["--log-level"], says: "--log-level needs a value"),
        RefusedSetting(testDescription: "a word too many", flags: ["now"], says: "'now' is one word too many"),
    ]
}

@Suite("Settings of a node")
struct SettingsTests {
    private static let nowhere = [
        "--admin-listen", "off", "--status-listen", "off", "--admin-gui-listen", "off", "--database", "off",
    ]

    @Test("a flag wins over SLUICE_, that over KONG_, that over the file", arguments: SettingSources.all)
    func precedence(_ sources: SettingSources) async throws {
        let first = try FreePorts.range(4)
        var arguments = ["run"] + Self.nowhere
        var environment: [String: String] = [:]
        var port = first
        for (place, source) in sources.inOrder.enumerated() {
            port = first + place
            let address = "127.0.0.1:\(port)"
            switch source {
            case .file:
                let file = try TestFiles.write("proxy_listen: \(address)\n", as: "settings.yml")
                arguments += ["--config", file]
            case .kong: environment["KONG_PROXY_LISTEN"] = address
            case .environment: environment["SLUICE_PROXY_LISTEN"] = address
            default: arguments.append("--proxy-listen=\(address)")
            }
        }

        let node = try ChildProcess(SluiceBinary.path, arguments, environment: environment)
        try await node.waitFor("\"configuration loaded\"")

        #expect(node.text.contains("\"address\":\"127.0.0.1:\(port)\""), "\(node.text)")
        let listening = port
        let status = try await OwnThread.run { try HTTPClient(port: UInt16(listening)).ask("GET /").status }
        #expect(status == 404)
        node.send(SIGTERM)
        #expect(await node.wait() == 0)
    }

    @Test(
        "what cannot be used ends the start with its source and, if there is one, the name that was meant",
        arguments: RefusedSetting.all)
    func refused(_ setting: RefusedSetting) async throws {
        var arguments = ["run"] + setting.flags
        if let text = setting.file {
            let file = try TestFiles.write(text, as: "settings.yml")
            arguments += ["--config", file]
        }

        let outcome = try await SluiceBinary.run(arguments, environment: setting.environment)

        #expect(outcome.status == 1 || outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("sluice run: "))
        #expect(outcome.errors.contains(setting.says), "\(outcome.errors)")
    }

    @Test("a variable of Kong's that Sluice does not know is warned of")
    func unknownToSluice() async throws {
        let node = try await RunningSluice(
            GatewayDocument(), environment: ["KONG_NGINX_WORKER_PROCESSES": "4", "KONG_LOG_LEVEL": "info"])

        let line = try await node.line("setting")

        #expect(line.level == "warn")
        #expect(line["detail"].hasPrefix("KONG_NGINX_WORKER_PROCESSES is not honoured"))
        #expect(node.lines("setting").count == 1)
        #expect(await node.stop() == 0)
    }

    /// Who has the port already.
    enum Occupant: CaseIterable {
        case anotherNode, anotherProgram
    }

    @Test("a port that is taken ends the start with its name", arguments: Occupant.allCases)
    func portTaken(_ occupant: Occupant) async throws {
        let node = try await RunningSluice(GatewayDocument())
        let program = try PlainListener()
        let port = occupant == .anotherNode ? node.port : program.port

        let outcome = try await SluiceBinary.run(
            ["run", "--proxy-listen", "127.0.0.1:0, 127.0.0.1:\(port)"] + Self.nowhere)

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("127.0.0.1:\(port)"), "\(outcome.errors)")
        #expect(outcome.errors.contains("address already in use"), "\(outcome.errors)")
        #expect(try await node.ask("GET /").status == 404)
        #expect(await node.stop() == 0)
    }
}

/// A socket that listens.
private final class PlainListener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else { throw TestEnvironmentError("cannot listen: \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
