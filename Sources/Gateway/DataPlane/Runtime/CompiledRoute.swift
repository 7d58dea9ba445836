internal import GatewayModel
internal import JSON
internal import PluginKit
internal import RegularExpression

/// What a snapshot has made of a route's entity, for the next snapshot to take over if nothing of it has changed: of ten
/// thousand routes a change touches one.
final class CompiledRoute: Sendable {
    let entity: Entity
    /// What the route was made with.
    let service: ServiceTarget?
    let route: Snapshot.Route
    let entries: [RouteEntry]

    private init(
        _ entity: Entity, _ service: (entity: Entity, target: ServiceTarget)?
    ) throws(RegularExpressionError) {
        self.entity = entity
        self.service = service?.target
        let protocols = entity.fields["protocols"]?.arrayValue ?? ["http"]
        route = Snapshot.Route(
            info: RouteInfo(
                id: entity.id, name: entity.text("name"),
                service: service.map { ServiceInfo(id: $0.entity.id, name: $0.entity.text("name")) }),
            allowsHTTP: protocols.contains("http") || protocols.contains("grpc"),
            httpsRedirectStatus: entity.fields["https_redirect_status_code"]?.integerValue ?? 426,
            isGRPC: protocols.contains("grpc") || protocols.contains("grpcs"),
            forwarding: service.map { RouteForwarding(entity, service: $0.target) })
        entries = try RouteEntry.entries(of: entity)
    }

    /// All routes but those whose service is switched off.
    ///
    /// - Parameters:
    ///   - entities: In the order of their ids.
    ///   - previous: The running routes, in the same order.
    static func all(
        _ entities: [Entity], _ services: [String: (entity: Entity, target: ServiceTarget)], previous: [CompiledRoute]
    ) throws(RegularExpressionError) -> [CompiledRoute] {
        var all: [CompiledRoute] = []
        all.reserveCapacity(entities.count)
        var place = 0
        for entity in entities {
            while place < previous.count, previous[place].entity.id < entity.id { place += 1 }
            if place < previous.count, previous[place].isMade(of: entity, services) {
                all.append(previous[place])
                continue
            }
            let service = entity.reference("service").flatMap { services[$0] }
            if service?.target.isEnabled == false { continue }
            all.append(try CompiledRoute(entity, service))
        }
        return all
    }

    private func isMade(of other: Entity, _ services: [String: (entity: Entity, target: ServiceTarget)]) -> Bool {
        guard entity.id == other.id, entity.fields.isCopy(of: other.fields) else { return false }
        // A service that has changed has another target.
        guard let service else { return true }
        return services[service.id]?.target === service
    }
}
