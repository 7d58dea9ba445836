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
            let topic = settings["registry_topic"]
            if let cluster = try settings.registryCluster() {
                try await registry.start { try TopicJournal(cluster: cluster, topic: topic, arrived: $0) }
            } else if let path = settings.registryPath {
                try File.makeFolder(settings["data_dir"])
                try await registry.start { _ in try SQLiteJournal(path: path) }
            } else {
                try await registry.start { _ in MemoryJournal() }
            }
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
