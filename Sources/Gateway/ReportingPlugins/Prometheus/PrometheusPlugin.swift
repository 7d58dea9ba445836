internal import Counting
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
package import PluginKit

/// Counts requests for `/metrics`, as Kong's `prometheus`.
package enum Prometheus {
    /// - Parameter metrics: Where they are counted.
    package static func definition(metrics: PrometheusMetrics) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, _ in PreparedPrometheus(config, metrics) }
    }
}

final class PreparedPrometheus: PreparedPlugin {
    let tellsConsumers: Bool
    let tellsStatuses: Bool
    let tellsLatencies: Bool
    let tellsBandwidth: Bool
    private let tellsHealth: Bool
    private let metrics: PrometheusMetrics

    init(_ config: JSONObject, _ metrics: PrometheusMetrics) {
        func isSet(_ name: String) -> Bool { config[name]?.boolValue ?? false }
        tellsConsumers = isSet("per_consumer")
        tellsStatuses = isSet("status_code_metrics")
        tellsLatencies = isSet("latency_metrics")
        tellsBandwidth = isSet("bandwidth_metrics")
        tellsHealth = isSet("upstream_health_metrics")
        self.metrics = metrics
        if tellsHealth { metrics.countHealthTeller(1) }
    }

    deinit {
        if tellsHealth { metrics.countHealthTeller(-1) }
    }

    /// Whether anything is asked for that is counted at requests.
    var counts: Bool { tellsStatuses || tellsLatencies || tellsBandwidth }

    func plugin(on loop: EventLoop) -> any Plugin { PrometheusPlugin(self, metrics.series(of: loop)) }
}

/// On one loop: looks a route's series up once, then only adds.
final class PrometheusPlugin: Plugin {
    /// The series of a route's requests by one consumer, or by nobody known.
    private final class Requests {
        let consumer: String
        var statuses: [RouteSeries.Status] = []
        var bandwidth: RouteSeries.Bandwidth?

        init(consumer: String) { self.consumer = consumer }
    }

    private final class Known {
        /// Stands for the route as long as that does not change.
        let owner: RouteInfo
        let series: RouteSeries
        var latencies: RouteSeries.Latencies?
        let ofNobody = Requests(consumer: "")
        /// By the consumer's id.
        var ofConsumers: [String: Requests] = [:]

        init(_ owner: RouteInfo, _ series: RouteSeries) {
            self.owner = owner
            self.series = series
        }
    }

    private let prepared: PreparedPrometheus
    private let series: LoopSeries
    private var known: [ObjectIdentifier: Known] = [:]
    private static let mostKnown = 10_000

    init(_ prepared: PreparedPrometheus, _ series: LoopSeries) {
        self.prepared = prepared
        self.series = series
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        // As Kong: what matched no route is told by no route's name.
        guard let route = context.route, prepared.counts else { return }
        let known = known(route, context)
        if prepared.tellsLatencies { observe(exchange, context.upstream, known) }
        let requests = requests(of: prepared.tellsConsumers ? context.consumer : nil, known)
        if prepared.tellsStatuses {
            let isGone = outcome == .clientGone && exchange.bytesSent == 0
            count(
                status: isGone ? 499 : exchange.response.status, isOfService: context.upstream?.status != nil,
                requests, known.series)
        }
        if prepared.tellsBandwidth { count(exchange, requests, known.series) }
    }

    private func known(_ route: RouteInfo, _ context: RequestContext) -> Known {
        let key = ObjectIdentifier(route)
        if let known = known[key] { return known }
        let service = route.service.map { service in
            service.name ?? context.entities?.entity("services", id: service.id)?.text("host") ?? service.id
        }
        let made = Known(route, series.route(service: service ?? "", route: route.name ?? route.id))
        if known.count >= Self.mostKnown { known = [:] }
        known[key] = made
        return made
    }

    private func requests(of consumer: ConsumerInfo?, _ known: Known) -> Requests {
        guard let consumer else { return known.ofNobody }
        if let requests = known.ofConsumers[consumer.id] { return requests }
        let made = Requests(consumer: consumer.username ?? consumer.customID ?? consumer.id)
        if known.ofConsumers.count >= Self.mostKnown { known.ofConsumers = [:] }
        known.ofConsumers[consumer.id] = made
        return made
    }

    private func count(status: Int, isOfService: Bool, _ requests: Requests, _ route: RouteSeries) {
        // A handful, and the frequent ones first.
        for known in requests.statuses where known.code == status && known.isOfService == isOfService {
            return known.requests.add()
        }
        let key = RouteSeries.StatusKey(code: status, isOfService: isOfService, consumer: requests.consumer)
        guard let made = route.status(key) else { return series.leaveOut() }
        requests.statuses.append(made)
        made.requests.add()
    }

    private func count(_ exchange: borrowing Exchange, _ requests: Requests, _ route: RouteSeries) {
        if requests.bandwidth == nil { requests.bandwidth = route.bandwidth(consumer: requests.consumer) }
        guard let bandwidth = requests.bandwidth else { return series.leaveOut() }
        bandwidth.ingress.add(exchange.bytesReceived)
        bandwidth.egress.add(exchange.bytesSent)
    }

    /// As Kong divides a request's time: what the service took until its answer began, what the answer took to come, and
    /// the rest, which is the gateway's.
    private func observe(_ exchange: borrowing Exchange, _ upstream: UpstreamFacts?, _ known: Known) {
        if known.latencies == nil { known.latencies = known.series.observedLatencies() }
        guard let latencies = known.latencies else { return series.leaveOut() }
        let whole = exchange.elapsedMilliseconds
        var ofService = 0
        if let upstream, upstream.status != nil {
            latencies.upstream.observe(upstream.latency)
            let receiving = upstream.answeredAt.map { Int(exchange.startedAt) + whole - Int($0) } ?? 0
            ofService = upstream.latency + max(0, receiving)
        }
        latencies.request.observe(whole)
        latencies.kong.observe(max(0, whole - ofService))
    }
}
