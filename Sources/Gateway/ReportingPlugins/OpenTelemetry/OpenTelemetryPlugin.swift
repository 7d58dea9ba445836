internal import Bytes
package import Delivery
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
package import PluginKit

/// Traces: compatible with Kong's `opentelemetry`.
package enum OpenTelemetry {
    package static func definition(deliveries: DeliveryPool, node: NodeDescription) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: [.trace, .headerFilter, .log]) { config, context in
            try PreparedOpenTelemetry(config, context, deliveries, node)
        }
    }
}

/// What all loops share.
final class PreparedOpenTelemetry: PreparedPlugin {
    let queue: DeliveryQueue
    let propagation: TracePropagation
    let sampling: TraceSampling
    /// Nil: answers do not tell it.
    let answerField: [UInt8]?

    init(
        _ config: JSONObject, _ context: PluginBuildContext, _ deliveries: DeliveryPool, _ node: NodeDescription
    ) throws {
        let text = config["traces_endpoint"]?.stringValue ?? config["endpoint"]?.stringValue ?? ""
        // A reference may hold anything.
        guard let endpoint = Endpoint(text) else { throw PluginBuildError("traces_endpoint", Endpoint.rule) }
        propagation = TracePropagation(config)
        sampling = TraceSampling(
            TraceSampling.Strategy(rawValue: config["sampling_strategy"]?.stringValue ?? "") ?? .parentDrop,
            rate: config["sampling_rate"]?.numberValue ?? node.samplingRate)
        answerField = config["http_response_header_for_traceid"]?.stringValue.map { Array($0.utf8) }
        func timeout(_ name: String, _ other: Int) -> Int { config[name]?.integerValue ?? other }
        let connect = timeout("connect_timeout", 1_000)
        let delivery = HTTPDelivery(
            deliveries.http, to: endpoint,
            fields: HTTPDelivery.fields(config["headers"]) + [(name: "Content-Type", value: "application/x-protobuf")],
            times: HTTPDelivery.Times(
                connect: connect, whole: connect + timeout("send_timeout", 5_000) + timeout("read_timeout", 5_000)),
            verifies: config["ssl_verify"]?.boolValue ?? true, authorities: context.trustedAuthorities)
        let resource = SpanWriter.resource(Self.attributes(config["resource_attributes"]?.objectValue ?? [:], node))
        let options = QueueFields.options(config, context, former: OpenTelemetry.former)
        queue = deliveries.queue(options, for: context) { spans in
            await delivery.send(SpanWriter.request(resource: resource, spans: spans))
        }
    }

    private static func attributes(_ given: JSONObject, _ node: NodeDescription) -> [TraceAttribute] {
        var all: JSONObject = [
            "service.name": "kong", "service.version": .string(node.version), "service.instance.id": .string(node.id),
        ]
        for (name, value) in given { all[name] = value }
        return all.compactMap { name, value in value.stringValue.map { TraceAttribute(name, $0) } }
            .sorted { $0.name < $1.name }
    }

    var phases: PluginPhases? { answerField == nil ? [.trace, .log] : nil }

    func plugin(on loop: EventLoop) -> any Plugin { OpenTelemetryPlugin(self) }
}

/// The phases of `opentelemetry` on one loop.
final class OpenTelemetryPlugin: Plugin {
    private let prepared: PreparedOpenTelemetry
    private let ids = RandomIDs()

    init(_ prepared: PreparedOpenTelemetry) { self.prepared = prepared }

    func beginTrace(_ exchange: inout Exchange, _ context: RequestContext, start: Int64) {
        let found = prepared.propagation.found(in: exchange.request)
        let id = found?.trace.id ?? ids.trace()
        let isSampled = prepared.sampling.isSampled(id, parent: found?.trace.isSampled)
        let trace = RequestTrace(
            RequestTrace.Context(
                id: id, parent: found?.trace.parent, state: found?.trace.state ?? [], isSampled: isSampled),
            startedAt: start, makeID: { [ids] in ids.span() })
        context.trace = trace
        prepared.propagation.write(trace, came: found?.format, to: &exchange.request)
    }

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        guard let name = prepared.answerField, let trace = context.trace else { return }
        var id: [UInt8] = []
        trace.id.append(to: &id)
        exchange.response.setField(name.span, id.span)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        guard let trace = context.trace, trace.isSampled else { return }
        let now = exchange.endedAt
        trace.endAll(at: now)
        RequestSpans.addTries(of: context.upstream, to: trace, now: now)
        var entries = [SpanWriter.span(RequestSpans.root(exchange, context, trace, outcome, now: now), of: trace)]
        entries.reserveCapacity(trace.spans.count + 1)
        for span in trace.spans { entries.append(SpanWriter.span(span, of: trace)) }
        prepared.queue.offer(entries)
    }
}
