package import HTTPClient
internal import Synchronization

/// All registry clients of a node: one for each distinct configuration, shared by whoever asks.
package final class RegistryClientPool: Sendable {
    private struct Entry {
        weak var client: SchemaRegistryClient?
    }

    private let http: HTTPClient
    private let entries = Mutex<[RegistryConfiguration: Entry]>([:])

    private let tellStale: @Sendable (SchemaSelection, RegistryFailure) -> Void

    /// - Parameter tellStale: Called when a schema could not be asked for again and serves on.
    package init(
        http: HTTPClient, tellStale: @escaping @Sendable (SchemaSelection, RegistryFailure) -> Void = { _, _ in }
    ) {
        self.http = http
        self.tellStale = tellStale
    }

    /// The client with exactly this configuration.
    package func client(for configuration: RegistryConfiguration) -> SchemaRegistryClient {
        entries.withLock { entries in
            if let client = entries[configuration]?.client { return client }
            entries = entries.filter { $0.value.client != nil }
            let client = SchemaRegistryClient(configuration, http: http, tellStale: tellStale)
            entries[configuration] = Entry(client: client)
            return client
        }
    }

    /// Those that somebody uses, by URL.
    package var clients: [SchemaRegistryClient] {
        entries.withLock { $0.values.compactMap(\.client) }.sorted { $0.configuration.url < $1.configuration.url }
    }
}
