import Observability
import RegistryStore
import System

extension EmbeddedRegistry {
    /// The registry of a node or of `sluice registry`, with what its file holds.
    static func open(_ settings: Settings, logger: Logger) async throws -> EmbeddedRegistry {
        let registry = EmbeddedRegistry { error in
            logger.error("schema registry cannot store", ["error": .string("\(error)")])
        }
        do {
            guard let path = settings.registryPath else {
                try await registry.start { _ in MemoryJournal() }
                return registry
            }
            try File.makeFolder(settings["data_dir"])
            try await registry.start { _ in try SQLiteJournal(path: path) }
        } catch {
            registry.stopThread()
            throw error
        }
        return registry
    }

    /// After the last request.
    nonisolated func shutDown() async {
        await close()
        stopThread()
    }
}
