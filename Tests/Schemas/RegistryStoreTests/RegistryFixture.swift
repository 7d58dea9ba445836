import Foundation
import JSON
import RegistryStore
import SchemaLanguages
import Testing

/// A registry for one test, in memory or in a file.
final class RegistryFixture: Sendable {
    let registry: EmbeddedRegistry

    init(limits: RegistryLimits = RegistryLimits(), makeJournal: EmbeddedRegistry.MakeJournal) async throws {
        // A client learns only that it was not its fault; whoever reads a failed test has to know why.
        registry = EmbeddedRegistry(limits: limits) { print("registry: \($0)") }
        do { try await registry.start(makeJournal) } catch {
            registry.stopThread()
            throw error
        }
    }

    convenience init(limits: RegistryLimits = RegistryLimits(), path: String? = nil) async throws {
        try await self.init(limits: limits) { _ in
            if let path { try SQLiteJournal(path: path) } else { MemoryJournal() }
        }
    }

    deinit { registry.stopThread() }

    func close() async { await registry.close() }

    /// Registers a schema and gives its id.
    @discardableResult
    func register(_ subject: String, _ submission: SchemaSubmission, normalizes: Bool? = nil) async throws -> Int {
        try await registry.register(subject, submission, normalizes: normalizes).id
    }

    @discardableResult
    func register(_ subject: String, _ avro: String) async throws -> Int {
        try await register(subject, SchemaSubmission(.avro, avro))
    }
}

/// A record with these fields, of type string; with a default where one is given after `=`.
func record(_ fields: String..., name: String = "R") -> String {
    let fields = fields.map { field in
        let parts = field.split(separator: "=")
        let value = parts.count > 1 ? #","default":"\#(parts[1])""# : ""
        return #"{"name":"\#(parts[0])","type":"string"\#(value)}"#
    }
    return #"{"type":"record","name":"\#(name)","fields":[\#(fields.joined(separator: ","))]}"#
}

/// Expects the registry to refuse with that code.
func expectCode(
    _ code: Int, sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Void
) async {
    do {
        try await work()
        Issue.record("it was not refused", sourceLocation: sourceLocation)
    } catch let error as RegistryError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch { Issue.record("\(error)", sourceLocation: sourceLocation) }
}

/// A folder of a test's own, gone with it.
final class TestFolder: Sendable {
    let path = NSTemporaryDirectory() + "sluice-registry-\(UUID().uuidString.prefix(8))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/registry.db" }
}
