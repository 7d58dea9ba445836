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

    package init(id: String, username: String?, customID: String?) {
        self.id = id
        self.username = username
        self.customID = customID
    }
}
