internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// An enabled plugin entity, compiled.
final class PluginConfiguration: Sendable {
    let id: String
    let name: String
    let priority: Int
    let phases: PluginPhases
    let protocols: Set<String>
    let routeID: String?
    let serviceID: String?
    let consumerID: String?
    let prepared: any PreparedPlugin

    init(_ entity: Entity, _ definition: PluginDefinition, prepared: any PreparedPlugin) {
        id = entity.id
        name = definition.schema.name
        priority = definition.schema.priority
        phases = definition.phases
        protocols = Set(entity.fields["protocols"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        routeID = entity.reference("route")
        serviceID = entity.reference("service")
        consumerID = entity.reference("consumer")
        self.prepared = prepared
    }

    /// Whether it has no scope.
    var isGlobal: Bool { routeID == nil && serviceID == nil && consumerID == nil }

    func serves(_ scheme: Exchange.Scheme) -> Bool { protocols.contains(scheme == .http ? "http" : "https") }

    /// How specific it is for a request of that scope, by Kong's precedence; nil when it does not apply.
    func precedence(_ scope: PluginScope) -> Int? {
        if let routeID, routeID != scope.routeID { return nil }
        if let serviceID, serviceID != scope.serviceID { return nil }
        if let consumerID, consumerID != scope.consumerID { return nil }
        switch (consumerID != nil, routeID != nil, serviceID != nil) {
        case (true, true, true): return 7
        case (true, true, false): return 6
        case (true, false, true): return 5
        case (false, true, true): return 4
        case (true, false, false): return 3
        case (false, true, false): return 2
        case (false, false, true): return 1
        case (false, false, false): return 0
        }
    }
}

/// What a request belongs to, as far as plugins can be bound to it.
struct PluginScope: Sendable, Hashable {
    var routeID: String?
    var serviceID: String?
    var consumerID: String?
}
