/// A route as a request sees it.
package final class RouteInfo: Sendable {
    package let id: String
    package let name: String?
    package let service: ServiceInfo?

    package init(id: String, name: String?, service: ServiceInfo?) {
        self.id = id
        self.name = name
        self.service = service
    }
}

/// A service as a request sees it.
package final class ServiceInfo: Sendable {
    package let id: String
    package let name: String?

    package init(id: String, name: String?) {
        self.id = id
        self.name = name
    }
}

/// Who makes the request, as an authentication plugin found out.
package final class ConsumerInfo: Sendable {
    package let id: String
    package let username: String?
    package let customID: String?
    /// By name: of configurations for several of them the first one's counts.
    package let groups: [ConsumerGroupInfo]

    package init(id: String, username: String?, customID: String?, groups: [ConsumerGroupInfo] = []) {
        self.id = id
        self.username = username
        self.customID = customID
        self.groups = groups.sorted { $0.name < $1.name }
    }
}

/// What a request was authenticated by, as the plugin that did it found out.
package struct CredentialInfo: Sendable, Hashable {
    package let id: String
    /// Nil: it is nobody's.
    package let consumerID: String?

    package init(id: String, consumerID: String?) {
        self.id = id
        self.consumerID = consumerID
    }
}

/// A group that a consumer is in.
package struct ConsumerGroupInfo: Sendable, Hashable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}
