internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import System
internal import WebApplication

/// `/status`: connections, memory and the store.
struct StatusEndpoints: Sendable {
    let service: ConfigurationService
    let facts: NodeFacts

    func add(to routes: inout WebRoutes) { routes.add("/status", [.get: status]) }

    private func status(_ request: WebRequest) async throws -> WebResponse {
        let memory = try Self.memory(request)
        let proxy = facts.proxy
        var answer: JSONObject = [
            "server": [
                "connections_active": .integer(proxy.active),
                "connections_reading": .integer(max(0, proxy.active - proxy.idle - proxy.writing)),
                "connections_writing": .integer(proxy.writing), "connections_waiting": .integer(proxy.idle),
                "connections_accepted": .integer(proxy.accepted), "connections_handled": .integer(proxy.accepted),
                "total_requests": .integer(proxy.requests),
            ],
            "memory": [
                "workers_lua_vms": [["pid": .integer(CurrentProcess.identifier), "http_allocated_gc": memory]],
                "lua_shared_dicts": [:],
            ],
        ]
        if service.isReadOnly {
            answer["configuration_hash"] = .string(await service.configurationHash)
        } else {
            answer["database"] = ["reachable": .bool(await service.isStoreReachable)]
        }
        return .json(.object(answer))
    }

    /// The process's resident memory, in the unit and with the decimals that the query asks for.
    private static func memory(_ request: WebRequest) throws(AdminRefusal) -> JSONValue {
        let unit = request.query["unit"] ?? "m"
        let units: [String: (divisor: Double, name: String)] = [
            "b": (1, "B"), "k": (1024, "KiB"), "m": (1_048_576, "MiB"), "g": (1_073_741_824, "GiB"),
        ]
        guard let (divisor, name) = units[unit.lowercased()] else {
            throw AdminRefusal(400, "invalid unit '\(unit)' (expected 'k/K', 'm/M', 'g/G', or 'b/B')")
        }
        let givenScale = request.query["scale"] ?? "2"
        guard let scale = Int(givenScale), (0...10).contains(scale) else {
            throw AdminRefusal(400, "invalid scale '\(givenScale)' (expected a whole number from 0 to 10)")
        }
        let bytes = CurrentProcess.residentBytes
        if divisor == 1 { return .integer(bytes) }
        return .string("\(Self.decimal(Double(bytes) / divisor, scale)) \(name)")
    }

    private static func decimal(_ number: Double, _ places: Int) -> String {
        var factor = 1
        for _ in 0..<places { factor *= 10 }
        let scaled = Int((number * Double(factor)).rounded())
        if places == 0 { return String(scaled) }
        let rest = String(scaled % factor)
        return "\(scaled / factor).\(String(repeating: "0", count: places - rest.count))\(rest)"
    }
}
