import EventLoop
import HTTPClient
import SchemaRegistry

/// Sluice's client of a registry, on a loop that ends with it.
final class RegistryClient: Sendable {
    let client: SchemaRegistryClient
    private let group: EventLoopGroup

    init(_ url: String) throws {
        group = try EventLoopGroup(count: 1)
        client = SchemaRegistryClient(RegistryConfiguration(url: url), http: try HTTPClient(loop: group.loops[0]))
        group.start()
    }

    deinit { group.stop() }
}
