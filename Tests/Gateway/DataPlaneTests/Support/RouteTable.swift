import Bytes
import GatewayModel
import JSON

@testable import DataPlane
@testable import HTTPServer

/// Route entities as the Admin API would store them, and the router made of them.
struct RouteTable {
    let names: [String]
    let entities: [Entity]
    let router: Router

    struct NotARequest: Error {
        let text: String
    }

    /// - Parameter json: An object: each route's fields by its name; routes without `created_at` are made a second after
    ///   each other.
    init(_ json: String) throws {
        try self.init(routes: JSONValue.parse(text: json).objectValue ?? [:])
    }

    init(routes: JSONObject) throws {
        let schema = GatewaySchema(plugins: [])
        guard let definition = schema.definition("routes") else { preconditionFailure("routes are entities") }
        names = routes.keys
        entities = try routes.enumerated().map { place, route in
            var input = route.value.objectValue ?? [:]
            input["name"] = .string(route.key)
            if input["created_at"] == nil { input["created_at"] = .integer(place + 1) }
            let fields = try schema.complete(input, as: definition).get()
            // Later routes have smaller ids, so that the id decides nothing by chance.
            let digits = String(999_999_999_999 - place)
            return Entity(id: "00000000-0000-4000-8000-\(digits)", fields: fields)
        }
        router = try Router(routes: entities)
    }

    /// The name of the route that the request meets.
    func route(of request: borrowing RequestHead, localPort: Int = 8000, serverName: String? = nil) -> String? {
        router.match(request, localPort: localPort, serverName: serverName.map { Array($0.utf8) }).map {
            names[$0.route]
        }
    }

    /// The head of a request: method and target, with a version if another than 1.1 is meant, then fields, a line each;
    /// a Host is added if none is given.
    static func head(_ lines: String) throws -> RequestHead {
        var lines = lines.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if !lines[0].contains(" HTTP/") { lines[0] += " HTTP/1.1" }
        if lines[0].hasSuffix("1.1"), !lines.contains(where: { $0.lowercased().hasPrefix("host:") }) {
            lines.append("Host: gateway.test")
        }
        let text = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        var head = RequestHead()
        guard case .complete = HTTP1Parser.parse(text.span, into: &head, limits: HTTPServerLimits()) else {
            throw NotARequest(text: lines.joined(separator: " | "))
        }
        return head
    }
}
