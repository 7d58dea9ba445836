import JSON
import YAML

/// A declarative file as tests write it: routes with their plugins, and the certificates that those name.
struct GatewayDocument: Sendable {
    private var routes: [JSONValue] = []
    private var services: [JSONValue] = []
    private var certificates: [JSONValue] = []
    private var authorities: [JSONValue] = []

    init() {}

    /// A route with one plugin that takes the whole path.
    mutating func route(_ path: String, _ plugin: String, _ config: JSONObject) {
        let plugin: JSONValue = ["name": .string(plugin), "config": .object(config)]
        routes.append(["name": .string(String(path.dropFirst())), "paths": [.string(path)], "plugins": [plugin]])
    }

    /// A route whose requests become records.
    mutating func produce(_ path: String, to servers: [String], topic: String, _ config: JSONObject = JSONObject()) {
        var all: JSONObject = [
            "bootstrap_servers": .array(servers.map(Self.server)), "topic": .string(topic), "value_source": "raw",
        ]
        for (name, value) in config { all[name] = value }
        route(path, "kafka-upstream", all)
    }

    /// A route that answers by itself.
    mutating func answer(_ path: String, status: Int = 200, _ message: String) {
        route(path, "request-termination", ["status_code": .integer(status), "message": .string(message)])
    }

    /// A service on this machine, with a route of that path.
    mutating func proxy(_ path: String, to port: Int, _ fields: JSONObject = JSONObject()) {
        let name = JSONValue.string(String(path.dropFirst()))
        let route: JSONValue = ["name": name, "paths": [.string(path)], "strip_path": false]
        let service: JSONObject = ["name": name, "host": "127.0.0.1", "port": .integer(port), "routes": [route]]
        services.append(.object(service.with(fields)))
    }

    /// Entities of PEM texts; plugins name them by these ids.
    mutating func certificate(_ id: String, _ certificate: String, key: String) {
        certificates.append(["id": .string(id), "cert": .string(certificate), "key": .string(key)])
    }

    mutating func authority(_ id: String, _ certificate: String) {
        authorities.append(["id": .string(id), "cert": .string(certificate)])
    }

    private static func server(_ address: String) -> JSONValue {
        let parts = address.split(separator: ":").map(String.init)
        return ["host": .string(parts[0]), "port": .integer(Int(parts[1]) ?? 0)]
    }

    var text: String {
        YAML.write([
            "_format_version": "3.0", "services": .array(services), "routes": .array(routes),
            "certificates": .array(certificates), "ca_certificates": .array(authorities),
        ])
    }
}

extension JSONObject {
    /// The same members and these.
    func with(_ members: JSONObject) -> JSONObject {
        var all = self
        for (name, value) in members { all[name] = value }
        return all
    }
}
