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
    let consumerGroupID: String?
    let prepared: any PreparedPlugin

    init(_ entity: Entity, _ definition: PluginDefinition, prepared: any PreparedPlugin) {
        id = entity.id
        name = definition.schema.name
        priority = definition.schema.priority
        phases = prepared.phases ?? definition.phases
        protocols = Set(entity.fields["protocols"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        routeID = entity.reference("route")
        serviceID = entity.reference("service")
        consumerID = entity.reference("consumer")
        consumerGroupID = entity.reference("consumer_group")
        self.prepared = prepared
    }

    /// Whether it has no scope.
    var isGlobal: Bool { routeID == nil && serviceID == nil && consumerID == nil && consumerGroupID == nil }

    func serves(_ scheme: Exchange.Scheme) -> Bool { protocols.contains(scheme == .http ? "http" : "https") }

    /// How specific it is for a request of that scope; nil when it does not apply.
    func precedence(_ scope: PluginScope) -> PluginPrecedence? {
        if let routeID, routeID != scope.routeID { return nil }
        if let serviceID, serviceID != scope.serviceID { return nil }
        if let consumerID, consumerID != scope.consumerID { return nil }
        var place = 0
        if let consumerGroupID {
            guard let found = scope.consumerGroupIDs.firstIndex(of: consumerGroupID) else { return nil }
            place = found
        }
        return PluginPrecedence(rank: rank, groupPlace: place)
    }

    /// Kong's order of scopes.
    private var rank: Int {
        switch (consumerID != nil, consumerGroupID != nil, routeID != nil, serviceID != nil) {
        case (true, _, true, true): 11
        case (_, true, true, true): 10
        case (true, _, true, false): 9
        case (true, _, false, true): 8
        case (_, true, true, false): 7
        case (_, true, false, true): 6
        case (false, false, true, true): 5
        case (true, _, false, false): 4
        case (_, true, false, false): 3
        case (false, false, true, false): 2
        case (false, false, false, true): 1
        case (false, false, false, false): 0
        }
    }
}

/// Which of two configurations of one plugin a request gets: the greater one.
struct PluginPrecedence: Comparable {
    let rank: Int
    /// The group's place among the consumer's; an earlier one counts more.
    let groupPlace: Int

    static func < (left: PluginPrecedence, right: PluginPrecedence) -> Bool {
        left.rank != right.rank ? left.rank < right.rank : left.groupPlace > right.groupPlace
    }
}

/// What a request belongs to, as far as plugins can be bound to it.
struct PluginScope: Sendable, Hashable {
    var routeID: String?
    var serviceID: String?
    var consumerID: String?
    /// In the order in which they count.
    var consumerGroupIDs: [String] = []
}
