package import GatewayModel

/// The entities of the snapshot that a request runs on, as plugins look them up: consumers with their groups, and the
/// plugins' own kinds, such as credentials. One object a snapshot: a request holds it for the price of a reference.
package final class EntityDirectory: Sendable {
    private let configuration: Configuration

    package init(_ configuration: Configuration) { self.configuration = configuration }

    /// The consumer with that id, to be put into the request's context.
    package func consumer(_ id: String) -> ConsumerInfo? {
        guard let entity = configuration.entity("consumers", id: id) else { return nil }
        let links = configuration.children("consumer_group_consumers", where: "consumer", references: id)
        let groups = links.compactMap { link -> ConsumerGroupInfo? in
            guard let group = link.reference("consumer_group"),
                let name = configuration.entity("consumer_groups", id: group)?.text("name")
            else { return nil }
            return ConsumerGroupInfo(id: group, name: name)
        }
        return ConsumerInfo(
            id: id, username: entity.text("username"), customID: entity.text("custom_id"), groups: groups)
    }

    /// The entity with that id.
    package func entity(_ collection: String, id: String) -> Entity? { configuration.entity(collection, id: id) }

    /// The entity whose unique field has that value, such as a credential by its key.
    package func entity(_ collection: String, where field: String, is value: String) -> Entity? {
        configuration.find(collection, where: field, is: value)
    }

    /// The entities of a collection whose field references that id, such as a consumer's.
    package func entities(_ collection: String, where field: String, references id: String) -> [Entity] {
        configuration.children(collection, where: field, references: id)
    }
}
