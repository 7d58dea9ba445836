internal import Bytes
package import Delivery
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import LogKit
package import PluginKit

/// Every request's entry to a server by HTTP: compatible with Kong's `http-log`.
package enum HTTPLog {
    package static func definition(deliveries: DeliveryPool) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedHTTPLog(config, context, deliveries)
        }
    }

    /// What is sent for these entries.
    ///
    /// - Parameter isBatched: Whether several may be sent at once: then one alone is an array too.
    static func body(_ entries: [[UInt8]], isBatched: Bool) -> [UInt8] {
        guard isBatched else { return entries.first ?? [] }
        var body: [UInt8] = []
        body.reserveCapacity(entries.reduce(2) { $0 + $1.count + 1 })
        for entry in entries {
            body.append(body.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
            body.append(entry.span)
        }
        body.append(UInt8(ascii: "]"))
        return body
    }
}

/// What all loops share.
final class PreparedHTTPLog: PreparedLogPlugin {
    let entries: LogEntryConfiguration
    let queue: DeliveryQueue

    init(_ config: JSONObject, _ context: PluginBuildContext, _ deliveries: DeliveryPool) throws {
        entries = try LogEntryConfiguration(config, context)
        // A reference may hold anything.
        guard let endpoint = Endpoint(config["http_endpoint"]?.stringValue ?? "") else {
            throw PluginBuildError("http_endpoint", Endpoint.rule)
        }
        let timeout = Int(config["timeout"]?.numberValue ?? 10_000)
        let delivery = HTTPDelivery(
            deliveries.http, method: config["method"]?.stringValue ?? "POST", to: endpoint,
            fields: [(name: "Content-Type", value: config["content_type"]?.stringValue ?? "application/json")]
                + HTTPDelivery.fields(config["headers"]),
            times: HTTPDelivery.Times(
                connect: timeout, whole: timeout, keepAlive: Int(config["keepalive"]?.numberValue ?? 60_000)),
            verifies: config["ssl_verify"]?.boolValue ?? true, authorities: context.trustedAuthorities, failures: 400)
        let options = QueueFields.options(config, context, former: HTTPLog.former)
        queue = deliveries.queue(options, for: context) { entries in
            await delivery.send(HTTPLog.body(entries, isBatched: options.batchSize > 1))
        }
    }

    func plugin(on loop: EventLoop) -> any Plugin { HTTPLogPlugin(self) }
}

/// The log phase of `http-log` on one loop.
final class HTTPLogPlugin: LogPlugin {
    private let queue: DeliveryQueue
    let entry: LogEntry
    private var text: [UInt8] = []

    init(_ prepared: PreparedHTTPLog) {
        queue = prepared.queue
        entry = LogEntry(prepared.entries)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        text.removeAll(keepingCapacity: true)
        guard entry.write(exchange, context, outcome, of: self, to: &text) else { return }
        // A copy that takes no more room than it needs.
        queue.offer(Array(text[...]))
    }
}
