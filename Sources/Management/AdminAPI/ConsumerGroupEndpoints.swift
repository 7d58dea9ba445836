internal import Bytes
internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// Who is in which consumer group: `/consumer_groups/{consumer_groups}/consumers` and
/// `/consumers/{consumers}/consumer_groups`. What links the two has no path of its own.
struct ConsumerGroupEndpoints: Sendable {
    /// One way to look at the links: from a group to its consumers, or from a consumer to its groups.
    private struct Side: Sendable {
        let owner: EntityDefinition
        let other: EntityDefinition
        /// What a body calls the others.
        let argument: String
    }

    private let service: ConfigurationService
    private let link: EntityDefinition
    private let fromGroup: Side
    private let fromConsumer: Side

    init(service: ConfigurationService) {
        guard let link = service.schema.definition("consumer_group_consumers"),
            let group = service.schema.definition("consumer_groups"),
            let consumer = service.schema.definition("consumers")
        else { preconditionFailure("consumers and their groups are entities") }
        self.service = service
        self.link = link
        fromGroup = Side(owner: group, other: consumer, argument: "consumer")
        fromConsumer = Side(owner: consumer, other: group, argument: "group")
    }

    func add(to routes: inout WebRoutes) {
        for side in [fromGroup, fromConsumer] {
            let collection = "/\(side.owner.name)/{\(side.owner.name)}/\(side.other.name)"
            routes.add(
                collection,
                [
                    .get: { try await list($0, side) }, .post: { try await add($0, side) },
                    .delete: { try await clear($0, side) },
                ])
            routes.add(
                "\(collection)/{\(side.other.name)}",
                [.get: { try await get($0, side) }, .delete: { try await remove($0, side) }])
        }
    }

    /// A group as its own path shows it: with its consumers, unless they are not wanted, and its plugins.
    func document(of group: Entity, _ request: WebRequest) async -> JSONValue {
        let configuration = await service.current
        var object: JSONObject = ["consumer_group": group.document]
        if request.query["list_consumers"] != "false" {
            object["consumers"] = .array(others(of: group, fromGroup, in: configuration).map(\.document))
        }
        let plugins = configuration.children("plugins", where: "consumer_group", references: group.id)
        object["plugins"] = .array(plugins.map(\.document))
        return .object(object)
    }

    /// Those on the other side, by id.
    private func others(of owner: Entity, _ side: Side, in configuration: Configuration) -> [Entity] {
        configuration.children(link.name, where: side.owner.singular, references: owner.id)
            .compactMap { $0.reference(side.other.singular) }.sorted()
            .compactMap { configuration.entity(side.other.name, id: $0) }
    }

    private func list(_ request: WebRequest, _ side: Side) async throws -> WebResponse {
        let owner = try await request.entity(side.owner, service)
        let page = try PageRequest(request)
        let all = others(of: owner, side, in: await service.current)
        let after = try page.place(1)?.first ?? ""
        let rest = all.drop { $0.id <= after }
        let found = Array(rest.prefix(page.size))
        let key = PageRequest.escaped(request.parameter(side.owner.name))
        return page.answer(
            found.map(\.document), next: found.count < rest.count ? found.last.map { [$0.id] } : nil,
            path: "/\(side.owner.name)/\(key)/\(side.other.name)", isNested: true)
    }

    /// Links one or several at once: all or none.
    private func add(_ request: WebRequest, _ side: Side) async throws -> WebResponse {
        let owner = try await request.entity(side.owner, service)
        let body = RecordSchema(fields: [NamedField(side.argument, .array(.string).required().length(atLeast: 1))])
        var input = try AdminBody.object(request) { _ in body }
        if let one = input[side.argument]?.stringValue { input[side.argument] = [.string(one)] }
        let names: [String]
        switch body.complete(input) {
        case .success(let object): names = object[side.argument]?.arrayValue?.compactMap(\.stringValue) ?? []
        case .failure(let errors): throw ModelError.schemaViolation(errors)
        }
        let links = try await service.create(
            link,
            each: names.map { [side.owner.singular: ["id": .string(owner.id)], side.other.singular: .string($0)] })
        let configuration = await service.current
        let linked = links.compactMap { $0.reference(side.other.singular) }
            .compactMap { configuration.entity(side.other.name, id: $0) }
        return .json(
            [side.owner.singular: owner.document, side.other.name: .array(linked.map(\.document))], status: 201)
    }

    private func clear(_ request: WebRequest, _ side: Side) async throws -> WebResponse {
        let owner = try await request.entity(side.owner, service)
        try await service.deleteChildren(link, where: side.owner.singular, references: owner.id)
        return .noContent
    }

    /// The link between the two that the path names.
    private func link(_ request: WebRequest, _ side: Side) async throws -> (link: Entity, other: Entity) {
        let owner = try await request.entity(side.owner, service)
        let other = try await request.entity(side.other, service)
        let links = await service.current.children(link.name, where: side.owner.singular, references: owner.id)
        guard let found = links.first(where: { $0.reference(side.other.singular) == other.id }) else {
            throw AdminRefusal.notFound
        }
        return (found, other)
    }

    private func get(_ request: WebRequest, _ side: Side) async throws -> WebResponse {
        try await .json(link(request, side).other.document)
    }

    private func remove(_ request: WebRequest, _ side: Side) async throws -> WebResponse {
        let found = try await link(request, side).link
        try await service.delete(link, key: found.id)
        return .noContent
    }
}
