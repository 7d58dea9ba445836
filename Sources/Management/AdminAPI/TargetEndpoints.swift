internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/upstreams/{upstreams}/targets`: targets have no collection of their own, and are listed the newest first.
struct TargetEndpoints: Sendable {
    private let children: ChildEndpoints
    private let upstream: EntityDefinition
    private let service: ConfigurationService

    init(service: ConfigurationService) {
        guard let target = service.schema.definition("targets"), let upstream = service.schema.definition("upstreams")
        else { preconditionFailure("upstreams and targets are entities") }
        self.service = service
        self.upstream = upstream
        children = ChildEndpoints(child: target, field: "upstream", parent: upstream, service: service)
    }

    func add(to routes: inout WebRoutes) {
        routes.add("/upstreams/{upstreams}/targets", [.get: list, .post: children.create])
        routes.add("/upstreams/{upstreams}/targets/all", [.get: all])
        children.addItem(to: &routes)
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(upstream, service)
        let page = try PageRequest(request)
        let (targets, next) = try page.newest(
            await service.current.children("targets", where: "upstream", references: owner.id))
        let key = PageRequest.escaped(request.parameter("upstreams"))
        return page.answer(targets.map(\.document), next: next, path: "/upstreams/\(key)/targets", isNested: true)
    }

    /// By id, as any collection.
    private func all(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(upstream, service)
        let page = try PageRequest(request)
        let (targets, next) = await service.current.page(
            "targets", after: try page.place(1)?.first, size: page.size,
            filter: .references(field: "upstream", id: owner.id))
        let key = PageRequest.escaped(request.parameter("upstreams"))
        return page.answer(
            targets.map(\.document), next: next.map { [$0] }, path: "/upstreams/\(key)/targets/all", isNested: true)
    }
}

extension PageRequest {
    /// The page of these entities, the newest first, and where the next one begins.
    func newest(_ entities: [Entity]) throws(ModelError) -> (entities: [Entity], next: [String]?) {
        var sorted = entities.map { (time: $0.fields["created_at"]?.numberValue ?? 0, entity: $0) }
            .sorted { ($0.time, $0.entity.id) > ($1.time, $1.entity.id) }
        if let place = try place(2) {
            guard let time = Double(place[0]) else { throw .invalidOffset(offset ?? "", "bad offset") }
            sorted.removeAll { ($0.time, $0.entity.id) >= (time, place[1]) }
        }
        let page = sorted.prefix(size)
        let next = page.count < sorted.count ? page.last.map { ["\($0.time)", $0.entity.id] } : nil
        return (page.map(\.entity), next)
    }
}
