import GatewayModel
import JSON
import SQLite
import Synchronization
import System
import Testing

@testable import GatewayStore

@Suite("ConfigurationService")
struct ConfigurationServiceTests {
    private static let schema = GatewaySchema(plugins: [])
    private static let services = EntityDefinition.named("services")

    private let folder = TemporaryFolder()

    private static func service(
        _ storage: ConfigurationService.Storage, refuses: @escaping @Sendable (Configuration) -> Bool = { _ in false },
        installed: @escaping @Sendable (Configuration) -> Void = { _ in }
    ) async throws -> ConfigurationService {
        let service = ConfigurationService(schema: schema, storage: storage) { configuration in
            if refuses(configuration) {
                throw ModelError(code: 2, name: "schema violation", status: 400, message: "cannot be made")
            }
            return { installed(configuration) }
        }
        try await service.start()
        return service
    }

    @Test("what was stored is there after a restart, what was deleted is not")
    func restart() async throws {
        let path = folder.path()
        let first = try await Self.service(.sqlite(path: path))
        let kept = try await first.create(Self.services, ["host": "a", "name": "kept"])
        _ = try await first.create(Self.services, ["host": "a", "name": "gone"])
        _ = try await first.update(Self.services, key: "kept", ["port": 81])
        #expect(try await first.delete(Self.services, key: "gone"))
        await first.close()
        first.stopThread()
        let second = try await Self.service(.sqlite(path: path))
        let all = await second.current.all("services")
        #expect(all.map(\.id) == [kept.id])
        #expect(all.first?.fields["port"] == 81)
        await second.close()
        second.stopThread()
    }

    @Test("several entities are created at once or not at all, and children are deleted together")
    func several() async throws {
        let installs = Mutex(0)
        let service = try await Self.service(
            .sqlite(path: ":memory:"), installed: { _ in installs.withLock { $0 += 1 } })
        let before = installs.withLock { $0 }
        let targets = EntityDefinition.named("targets")
        let upstream = try await service.create(EntityDefinition.named("upstreams"), ["name": "u"])
        func inputs(_ names: String...) -> [JSONObject] {
            names.map { ["upstream": ["id": .string(upstream.id)], "target": .string($0)] }
        }
        await #expect(throws: ModelError.self) { try await service.create(targets, each: inputs("a", "b", "a")) }
        #expect(await service.current.count("targets") == 0)
        #expect(try await service.create(targets, each: inputs("a", "b", "c")).count == 3)
        #expect(await service.current.count("targets") == 3)
        try await service.deleteChildren(targets, where: "upstream", references: upstream.id)
        #expect(await service.current.count("targets") == 0)
        #expect(installs.withLock { $0 } == before + 3)
        await service.close()
        service.stopThread()
    }

    @Test("times are the clock's, to the millisecond where an entity has them so")
    func times() async throws {
        let service = ConfigurationService(
            schema: Self.schema, storage: .sqlite(path: ":memory:"), clock: { 1_700_000_000_123 }
        ) { _ in {} }
        try await service.start()
        let upstream = try await service.create(EntityDefinition.named("upstreams"), ["name": "u"])
        #expect(upstream.fields["created_at"] == 1_700_000_000)
        let target = try await service.create(
            EntityDefinition.named("targets"), ["upstream": ["name": "u"], "target": "a"])
        #expect(target.fields["created_at"] == 1_700_000_000.123)
        await service.close()
        service.stopThread()
    }

    @Test("a change that cannot be installed is refused and leaves everything as it was")
    func refused() async throws {
        let path = folder.path()
        let service = try await Self.service(.sqlite(path: path), refuses: { $0.count("services") > 1 })
        _ = try await service.create(Self.services, ["host": "a"])
        await #expect(throws: ModelError.self) { try await service.create(Self.services, ["host": "b"]) }
        #expect(await service.current.count("services") == 1)
        await service.close()
        service.stopThread()
        let again = try await Self.service(.sqlite(path: path))
        #expect(await again.current.count("services") == 1)
        await again.close()
        again.stopThread()
    }

    @Test("many changes at once are made one after the other, and none is lost")
    func concurrent() async throws {
        let last = Mutex(0)
        let service = try await Self.service(
            .sqlite(path: folder.path()), installed: { new in last.withLock { $0 = new.count("services") } })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    _ = try await service.create(Self.services, ["host": "a", "name": .string("s\(number)")])
                }
            }
            try await group.waitForAll()
        }
        #expect(await service.current.count("services") == 50)
        #expect(last.withLock { $0 } == 50)
        await service.close()
        service.stopThread()
    }

    @Test("a change that cannot be stored is refused, and what ran goes on running")
    func failedDisk() async throws {
        let path = folder.path()
        let empty = try await Self.service(.sqlite(path: path))
        await empty.close()
        empty.stopThread()
        let database = try Database(path: path)
        try database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON entities WHEN NEW.fields LIKE '%too much%' BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        database.close()
        let installs = Mutex(0)
        let service = try await Self.service(.sqlite(path: path), installed: { _ in installs.withLock { $0 += 1 } })
        _ = try await service.create(Self.services, ["host": "a", "name": "s"])
        let error = await #expect(throws: ModelError.self) {
            try await service.update(Self.services, key: "s", ["tags": ["too much"]])
        }
        #expect(error?.status == 500 && error?.code == 8)
        #expect(error?.message.contains("nothing was changed") == true && error?.message.contains("disk full") == true)
        let kept = await service.current.find(Self.services, "s")
        #expect(kept?.tags == [])
        #expect(installs.withLock { $0 } == 2)
        _ = try await service.update(Self.services, key: "s", ["tags": ["small"]])
        await service.close()
        let closed = await #expect(throws: ModelError.self) { try await service.delete(Self.services, key: "s") }
        #expect(closed?.message == "the store is closed")
        service.stopThread()
        let again = try await Self.service(.sqlite(path: path))
        #expect(await again.current.find(Self.services, "s")?.tags == ["small"])
        await again.close()
        again.stopThread()
    }

    @Test("a plugin that cannot be made refuses the change with its fields")
    func fieldErrors() async throws {
        let service = ConfigurationService(schema: Self.schema, storage: .sqlite(path: folder.path())) { next in
            if next.count("services") > 0 { throw FieldErrors(["config", "secret"], "stands for nothing") }
            return {}
        }
        try await service.start()
        let error = await #expect(throws: ModelError.self) { try await service.create(Self.services, ["host": "a"]) }
        #expect(error?.message == "schema violation (config.secret: stands for nothing)")
        await service.close()
        service.stopThread()
    }

    private static func configuration(_ names: [String]) throws -> Configuration {
        var text = "_format_version: \"3.0\"\nservices:\n"
        for name in names { text += "- {name: \(name), host: a}\n" }
        return try DeclarativeConfiguration.read(Array(text.utf8), schema: schema, now: 1)
    }

    @Test("without a database entities are not edited, only replaced whole")
    func memory() async throws {
        let service = try await Self.service(.memory, refuses: { $0.count("services") > 2 })
        #expect(await service.configurationHash == String(repeating: "0", count: 32))
        let cases: [(String, @Sendable () async throws -> Void)] = [
            ("cannot create 'services' entities", { _ = try await service.create(Self.services, ["host": "a"]) }),
            (
                "cannot create or update 'services' entities",
                { _ = try await service.upsert(Self.services, key: "a", [:]) }
            ),
            ("cannot update 'services' entities", { _ = try await service.update(Self.services, key: "a", [:]) }),
            ("cannot delete 'services' entities", { _ = try await service.delete(Self.services, key: "a") }),
        ]
        for (message, work) in cases {
            let error = await #expect(throws: ModelError.self) { try await work() }
            #expect(error?.status == 405 && error?.code == 12)
            #expect(error?.message == message + " when not using a database")
        }
        #expect(try await service.replaceAll(with: Self.configuration(["a", "b"])))
        #expect(await service.current.count("services") == 2)
        let hash = await service.configurationHash
        #expect(try await !service.replaceAll(with: Self.configuration(["a", "b"]), onlyIfChanged: true))
        #expect(try await service.replaceAll(with: Self.configuration(["a"]), onlyIfChanged: true))
        #expect(await service.configurationHash != hash)
        await #expect(throws: ModelError.self) {
            try await service.replaceAll(with: Self.configuration(["a", "b", "c"]))
        }
        #expect(await service.current.count("services") == 1)
        service.stopThread()
    }

    @Test("with a database the whole is not replaced")
    func notReplaced() async throws {
        let service = try await Self.service(.sqlite(path: folder.path()))
        let error = await #expect(throws: ModelError.self) {
            try await service.replaceAll(with: Self.configuration(["a"]))
        }
        #expect(error?.status == 400)
        #expect(error?.message.hasSuffix("only available when Kong is configured to not use a database") == true)
        await service.close()
        service.stopThread()
    }

    @Test("while one replacement is prepared another is told to come later, and reading goes on")
    func replacementUnderWay() async throws {
        let (entered, enter) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let service = ConfigurationService(schema: Self.schema, storage: .memory) { next in
            if next.count("services") == 2 {
                enter.yield()
                for await _ in released { break }
            }
            return {}
        }
        try await service.start(Self.configuration(["a"]))
        let first = Task { try await service.replaceAll(with: Self.configuration(["a", "b"])) }
        for await _ in entered { break }
        await #expect(throws: ConfigurationService.ReplacementUnderWay.self) {
            try await service.replaceAll(with: Self.configuration(["c"]))
        }
        #expect(await service.current.count("services") == 1)
        release.yield()
        #expect(try await first.value)
        #expect(await service.current.count("services") == 2)
        service.stopThread()
    }

    @Test("a file that cannot be opened is an error that says so")
    func unreadable() async {
        await #expect(throws: (any Error).self) { try await Self.service(.sqlite(path: "/nonexistent/x.sqlite")) }
    }
}

extension EntityDefinition {
    static func named(_ name: String) -> EntityDefinition {
        guard let definition = GatewaySchema(plugins: []).definition(name) else { preconditionFailure("no \(name)") }
        return definition
    }
}
