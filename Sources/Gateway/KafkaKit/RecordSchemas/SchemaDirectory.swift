internal import Kafka
package import SchemaRegistry
internal import Synchronization

/// The schemas that the running plugins use, by the plugin's id; and the registries they come from.
package final class SchemaDirectory: Sendable {
    private struct Entry {
        weak var schemas: RecordSchemas?
    }

    let pool: RegistryClientPool
    /// The URL of the node's own registry.
    let ownRegistry: String?
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter ownRegistry: The URL of the node's own registry, for plugins that name none; nil: it has none.
    package init(registries: RegistryClientPool, ownRegistry: String? = nil) {
        pool = registries
        self.ownRegistry = ownRegistry
    }

    package func add(_ schemas: RecordSchemas, of plugin: String) {
        entries.withLock { entries in
            entries = entries.filter { $0.value.schemas != nil }
            entries[plugin] = Entry(schemas: schemas)
        }
    }

    func schemas(of plugin: String) -> RecordSchemas? { entries.withLock { $0[plugin]?.schemas } }
}
