import GatewayModel
import GatewayStore
import JSON
import Observability
import Synchronization
import Testing
import WebApplication

@testable import AdminAPI

@Suite("Admin API")
struct AdminAPITests {
    @Test("every answer carries Kong's fields, errors included")
    func commonFields() async throws {
        let server = try await AdminServer(.sqlite)
        for target in ["/services", "/nothing"] {
            let answer = try await server.ask(AdminRequest(method: "GET", target: target))
            #expect(answer["content-type"] == "application/json; charset=utf-8")
            #expect(answer["access-control-allow-origin"] == "*")
            #expect(answer["access-control-allow-credentials"] == "true")
            #expect(answer["server"] == "sluice/9.9.9")
            #expect(answer["x-kong-admin-latency"].flatMap { Int($0) } != nil)
            #expect(answer["x-kong-request-id"]?.count == 32)
        }
    }

    @Test("the node tells what clients look at before they go on")
    func root() async throws {
        let server = try await AdminServer(.sqlite)
        _ = try await server.ask(
            AdminRequest(method: "POST", target: "/plugins", body: #"{"name":"correlation-id"}"#))
        let root = try await server.ask(AdminRequest(method: "GET", target: "/")).json()
        #expect(root["version"] == "3.9.1")
        #expect(root["sluice_version"] == "9.9.9")
        #expect(root["configuration"]?["database"] == "sqlite")
        #expect(root["plugins"]?["available_on_server"]?["kafka-upstream"]?["priority"] == 751)
        #expect(root["plugins"]?["enabled_in_cluster"] == ["correlation-id"])
        #expect(root["node_id"]?.stringValue?.count == 36)
        #expect((root["pids"]?["master"]?.integerValue ?? 0) > 0)
    }

    @Test("the status tells of the store with a database, of the configuration's hash without")
    func status() async throws {
        let database = try await AdminServer(.sqlite)
        let answer = try await database.ask(AdminRequest(method: "GET", target: "/status")).json()
        #expect(answer["database"]?["reachable"] == true)
        #expect(answer["server"]?["total_requests"] == 0)
        #expect(answer["memory"]?["workers_lua_vms"]?[0]?["http_allocated_gc"]?.stringValue?.hasSuffix("MiB") == true)

        let memory = try await AdminServer(.memory)
        let zeros = JSONValue.string(String(repeating: "0", count: 32))
        #expect(
            try await memory.ask(AdminRequest(method: "GET", target: "/status")).json()["configuration_hash"] == zeros)
        _ = try await memory.ask(
            AdminRequest(
                method: "POST", target: "/config",
                body: #"{"_format_version":"3.0","consumers":[{"username":"a"}]}"#))
        #expect(
            try await memory.ask(AdminRequest(method: "GET", target: "/status"), port: memory.statusPort).json()[
                "configuration_hash"] != zeros)
    }

    @Test(
        "memory is told in the unit and with the decimals that are asked for",
        arguments: [("?unit=k", "KiB"), ("?unit=G&scale=4", "GiB"), ("?scale=0", "MiB")])
    func units(query: String, unit: String) async throws {
        let server = try await AdminServer(.sqlite)
        let answer = try await server.ask(AdminRequest(method: "GET", target: "/status\(query)")).json()
        #expect(answer["memory"]?["workers_lua_vms"]?[0]?["http_allocated_gc"]?.stringValue?.hasSuffix(unit) == true)
    }

    @Test("a unit or scale that does not exist is refused", arguments: ["?unit=x", "?scale=-1", "?scale=a"])
    func badUnits(query: String) async throws {
        let server = try await AdminServer(.sqlite)
        #expect(try await server.ask(AdminRequest(method: "GET", target: "/status\(query)")).status == 400)
    }

    @Test("a node is ready once it has a configuration, and can be taken out and back")
    func readiness() async throws {
        let server = try await AdminServer(.memory)
        func ready() async throws -> (Int, JSONValue?) {
            let answer = try await server.ask(
                AdminRequest(method: "GET", target: "/status/ready"), port: server.statusPort)
            return (answer.status, try answer.json()["message"])
        }
        #expect(try await ready() == (503, "no configuration available (empty configuration present)"))
        _ = try await server.ask(
            AdminRequest(
                method: "POST", target: "/config",
                body: #"{"_format_version":"3.0","consumers":[{"username":"a"}]}"#))
        #expect(try await ready() == (200, "ready"))
        func mark(_ status: String) async throws -> Int {
            try await server.ask(
                AdminRequest(method: "POST", target: "/status/ready", body: "status=\(status)"),
                port: server.statusPort
            ).status
        }
        #expect(try await mark("draining") == 204)
        #expect(try await ready() == (503, "draining"))
        #expect(try await mark("asleep") == 400)
        #expect(try await mark("ready") == 204)
        #expect(try await ready() == (200, "ready"))
        server.facts.readiness = .starting
        #expect(try await ready().0 == 503)
    }

    @Test("the status port offers nothing that changes entities")
    func statusPort() async throws {
        let server = try await AdminServer(.sqlite)
        #expect(
            try await server.ask(AdminRequest(method: "GET", target: "/services"), port: server.statusPort).status
                == 404)
    }

    @Test("a body beyond the limit is refused, and only /config has the larger one")
    func largeBodies() async throws {
        let server = try await AdminServer(.memory, limits: AdminAPI.Limits(body: 1000, configuration: 3000))
        let filler = String(repeating: " ", count: 2000)
        let large = try await server.ask(
            AdminRequest(method: "POST", target: "/services", body: #"{"host":"a"}"# + filler))
        #expect(large.status == 413)
        #expect(try large.json()["message"]?.stringValue?.contains("1000 bytes") == true)
        let document = #"{"_format_version":"3.0"}"#
        #expect(
            try await server.ask(AdminRequest(method: "POST", target: "/config", body: document + filler)).status == 201
        )
        #expect(
            try await server.ask(AdminRequest(method: "POST", target: "/config", body: document + filler + filler))
                .status
                == 413)
    }

    @Test("more than a thousand arguments are refused, in a form and in a query")
    func manyArguments() async throws {
        let server = try await AdminServer(.sqlite)
        let many = (0...1000).map { "a\($0)=1" }.joined(separator: "&")
        for request in [
            AdminRequest(method: "POST", target: "/services", body: many),
            AdminRequest(method: "GET", target: "/services?\(many.prefix(7000))" + String(repeating: "&a", count: 500)),
        ] {
            let answer = try await server.ask(request)
            #expect(answer.status == 400)
            #expect(try answer.json() == ["message": "Too many arguments"])
        }
    }

    @Test("a change that cannot be compiled is refused with its field and leaves nothing behind")
    func refusedByTheDataPlane() async throws {
        let server = try await AdminServer(.sqlite) { configuration in
            if configuration.count("plugins") > 0 {
                throw ModelError.schemaViolation(FieldErrors(["config", "topic"], "cannot work"))
            }
            return {}
        }
        let answer = try await server.ask(
            AdminRequest(method: "POST", target: "/plugins", body: #"{"name":"correlation-id"}"#))
        #expect(answer.status == 400)
        #expect(try answer.json()["fields"] == ["config": ["topic": "cannot work"]])
        #expect(try await server.ask(AdminRequest(method: "GET", target: "/plugins")).json()["data"] == [])
    }

    @Test("while one document is loaded another is told to come later")
    func concurrentLoads() async throws {
        let gate = Gate()
        let server = try await AdminServer(.memory) { configuration in
            if !configuration.isEmpty { await gate.pass() }
            return {}
        }
        let document = AdminRequest(
            method: "POST", target: "/config", body: #"{"_format_version":"3.0","consumers":[{"username":"a"}]}"#)
        async let first = Task.detached { try await server.ask(document).status }.value
        await gate.waitUntilSomebodyIsHeld()
        let second = try await server.ask(document)
        #expect(second.status == 429)
        #expect(second["retry-after"] == "1")
        await gate.open()
        #expect(try await first == 201)
    }

    @Test("a change is logged with who made it and what became of it, a look is not")
    func logged() async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(level: .notice, format: .json) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let server = try await AdminServer(.sqlite, logger: logger)
        _ = try await server.ask(AdminRequest(method: "GET", target: "/services"))
        let answer = try await server.ask(
            AdminRequest(method: "POST", target: "/services?token=secret", body: #"{"host":"secret"}"#))
        logger.close()
        let logged = lines.withLock { $0 }
        try #require(logged.count == 1)
        let line = try JSONValue.parse(text: logged[0])
        #expect(line["method"] == "POST")
        #expect(line["path"] == "/services")
        #expect(line["status"] == 201)
        #expect(line["request_id"]?.stringValue == answer["x-kong-request-id"])
        #expect(line["client"]?.stringValue?.hasPrefix("127.0.0.1:") == true)
        #expect(!logged[0].contains("secret"))
    }

    @Test("a fault of the store is told to the operator, not to the client")
    func storeFault() async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(level: .error, format: .json) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        struct Fault: Error {}
        let answer = AdminErrors.answer(Fault(), path: "/services", request: .none, logger)
        logger.close()
        #expect(answer.status == 500)
        #expect(try JSONValue.parse(answer.body.span) == ["message": "An unexpected error occurred"])
        #expect(lines.withLock { $0.first?.contains("Fault()") } == true)
    }
}

/// Holds who passes until it is opened.
private actor Gate {
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if isOpen { return }
        for watcher in watchers { watcher.resume() }
        watchers = []
        await withCheckedContinuation { held.append($0) }
    }

    func waitUntilSomebodyIsHeld() async {
        if held.isEmpty { await withCheckedContinuation { watchers.append($0) } }
    }

    func open() {
        isOpen = true
        for waiter in held { waiter.resume() }
        held = []
    }
}
