internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/upstreams/{upstreams}/health`, and marking targets (reference section 7.2).
struct UpstreamHealthEndpoints: Sendable {
    private let service: ConfigurationService
    private let facts: NodeFacts
    private let health: any UpstreamHealth
    private let children: ChildEndpoints
    private let upstream: EntityDefinition

    init(service: ConfigurationService, facts: NodeFacts, health: any UpstreamHealth) {
        guard let target = service.schema.definition("targets"), let upstream = service.schema.definition("upstreams")
        else { preconditionFailure("upstreams and targets are entities") }
        self.service = service
        self.facts = facts
        self.health = health
        self.upstream = upstream
        children = ChildEndpoints(child: target, field: "upstream", parent: upstream, service: service)
    }

    func add(to routes: inout WebRoutes) {
        routes.add("/upstreams/{upstreams}/health", [.get: report])
        let target = "/upstreams/{upstreams}/targets/{targets}"
        for (word, isHealthy) in [("healthy", true), ("unhealthy", false)] {
            routes.add("\(target)/\(word)", [.put: { try await mark($0, address: nil, isHealthy) }])
            routes.add(
                "\(target)/{address}/\(word)",
                [.put: { try await mark($0, address: $0.parameter("address"), isHealthy) }])
        }
    }

    // MARK: - Health

    private func report(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(upstream, service)
        let all = await service.current.children("targets", where: "upstream", references: owner.id)
        let report = await health.report(on: owner, targets: all)
        if request.query["balancer_health"] == "1" { return .json(balancer(report, of: owner)) }
        let page = try PageRequest(request)
        let (targets, next) = try page.newest(all)
        let known = Dictionary(report.targets.map { ($0.address, $0) }) { first, _ in first }
        let documents = targets.map { target -> JSONValue in
            let address = target.text("target").flatMap { TargetAddress($0) }
            return Self.document(target, address.flatMap { known[$0] })
        }
        let key = PageRequest.escaped(request.parameter("upstreams"))
        return page.answer(
            documents, next: next, path: "/upstreams/\(key)/health", isNested: true,
            extra: ["node_id": .string(facts.nodeID)])
    }

    /// A target with how it is: any healthy address is enough.
    private static func document(_ target: Entity, _ report: UpstreamReport.Target?) -> JSONValue {
        var object = target.fields
        guard let report, !report.addresses.isEmpty else {
            object["health"] = "DNS_ERROR"
            return .object(object)
        }
        // What gets no requests is not checked.
        let isUsed = target.fields["weight"] != 0
        let states = report.addresses.map { isUsed ? $0.health : .unchecked }
        let health: UpstreamReport.Health =
            states.contains(.healthy) ? .healthy : states.contains(.unhealthy) ? .unhealthy : .unchecked
        object["health"] = .string(health.rawValue)
        var data = facts(of: report)
        data["addresses"] = .array(
            zip(report.addresses, states).map { address, state in
                var shown = facts(of: address)
                shown["health"] = .string(state.rawValue)
                return .object(shown)
            })
        object["data"] = .object(data)
        return .object(object)
    }

    private func balancer(_ report: UpstreamReport, of owner: Entity) -> JSONValue {
        var data: JSONObject = ["health": .string(report.health.rawValue), "id": .string(owner.id)]
        if report.health != .unchecked {
            data["details"] = [
                "healthy": .bool(report.health == .healthy),
                "weight": Self.weight(report.targets.flatMap(\.addresses)),
                "hosts": .array(
                    report.targets.map { target in
                        var host = Self.facts(of: target)
                        host["addresses"] = .array(
                            target.addresses.map { address in
                                var shown = Self.facts(of: address)
                                shown["healthy"] = .bool(address.health != .unhealthy)
                                return .object(shown)
                            })
                        return .object(host)
                    }),
            ]
        }
        return ["data": .object(data), "next": .null, "node_id": .string(facts.nodeID)]
    }

    private static func facts(of target: UpstreamReport.Target) -> JSONObject {
        [
            "host": .string(target.address.host), "port": .integer(target.address.port),
            "dns": .string(target.record), "nodeWeight": .integer(target.weight), "weight": weight(target.addresses),
        ]
    }

    private static func facts(of address: UpstreamReport.Address) -> JSONObject {
        ["ip": .string(address.ip), "port": .integer(address.port), "weight": .integer(address.weight)]
    }

    private static func weight(_ addresses: [UpstreamReport.Address]) -> JSONValue {
        let total = addresses.reduce(0) { $0 + $1.weight }
        let unavailable = addresses.reduce(0) { $0 + ($1.health == .unhealthy ? $1.weight : 0) }
        return [
            "total": .integer(total), "unavailable": .integer(unavailable), "available": .integer(total - unavailable),
        ]
    }

    // MARK: - Marks

    private func mark(_ request: WebRequest, address: String?, _ isHealthy: Bool) async throws -> WebResponse {
        let owner = try await request.entity(upstream, service)
        let target = try await children.own(request)
        guard let place = target.text("target").flatMap({ TargetAddress($0) }) else { throw AdminRefusal.notFound }
        let chosen = try address.map { text throws(AdminRefusal) -> TargetAddress in
            guard let address = TargetAddress(text), !address.isName else {
                throw AdminRefusal(400, "invalid address: \(text)")
            }
            return address
        }
        do { try await health.mark(place, address: chosen, of: owner, isHealthy: isHealthy) } catch {
            throw AdminRefusal(400, "\(error)")
        }
        return .noContent
    }
}
