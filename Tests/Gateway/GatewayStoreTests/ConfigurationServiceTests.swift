import GatewayModel
import JSON
import Synchronization
import System
import Testing

@testable import GatewayStore

@Suite("ConfigurationService")
struct ConfigurationServiceTests {
    private static let schema = GatewaySchema(plugins: [])
    private static let services = EntityDefinition.named("services")

    private static func path() -> String {
        "/tmp/sluice-store-\(CurrentProcess.identifier)-\(UInt64.random(in: 0...UInt64.max)).sqlite"
    }

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
        let path = Self.path()
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

    @Test("a change that cannot be installed is refused and leaves everything as it was")
    func refused() async throws {
        let path = Self.path()
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
            .sqlite(path: Self.path()), installed: { new in last.withLock { $0 = new.count("services") } })
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

    @Test("without a database entities are not edited, only replaced whole")
    func memory() async throws {
        let service = try await Self.service(.memory)
        let error = await #expect(throws: ModelError.self) { try await service.create(Self.services, ["host": "a"]) }
        #expect(error?.status == 405 && error?.code == 12)
        #expect(error?.message == "cannot create 'services' entities when not using a database")
        var next = Configuration(schema: Self.schema)
        var change = ConfigurationChange()
        _ = try next.create(Self.services, ["host": "a"], now: 1, change: &change)
        try await service.replaceAll(with: next)
        #expect(await service.current.count("services") == 1)
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
