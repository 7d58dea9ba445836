internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import LogKit
internal import Observability
internal import PluginKit

/// The spans that stand for a request as a whole and for the tries at its service, with Kong's names and attributes.
enum RequestSpans {
    /// What URLs hide, as log entries do by default.
    private static let redaction = Redaction(headers: [], arguments: LogEntryFields.defaultRedactedArguments.texts)

    static func root(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ trace: RequestTrace, _ outcome: RequestOutcome,
        now: Int64
    ) -> TraceSpan {
        let scheme = exchange.scheme == .https ? "https" : "http"
        let host = RequestHost.name(exchange.request.hostBytes())
        var target: [UInt8] = []
        redaction.append(exchange.request.targetBytes(), to: &target)
        // What nginx tells of a client that went before it was answered.
        let status = outcome == .clientGone && exchange.bytesSent == 0 ? 499 : exchange.response.status
        var attributes = [
            TraceAttribute("http.method", exchange.request.methodBytes().string),
            TraceAttribute("http.url", "\(scheme)://\(host)\(String(decoding: target, as: UTF8.self))"),
            TraceAttribute("http.host", host), TraceAttribute("http.scheme", scheme),
            TraceAttribute(
                "http.flavor", exchange.request.isHTTP2 ? "2" : exchange.request.minorVersion == 0 ? "1.0" : "1.1"),
            TraceAttribute("http.client_ip", exchange.clientAddress.host),
            TraceAttribute("net.peer.ip", exchange.connection.remoteAddress.host),
            TraceAttribute("kong.request.id", context.requestID.description),
            TraceAttribute("http.status_code", status),
        ]
        if let route = context.route {
            attributes.append(TraceAttribute("http.route", path(of: route, context)))
        }
        return TraceSpan(
            id: trace.root, parent: trace.parent, name: "kong", kind: .server, start: trace.startedAt, end: now,
            attributes: attributes, failure: status >= 500 ? "status \(status)" : nil)
    }

    /// Of a route without a path its name, which Kong leaves out.
    private static func path(of route: RouteInfo, _ context: RequestContext) -> String {
        let paths = context.entities?.entity("routes", id: route.id)?.fields["paths"]?.arrayValue
        return paths?.first?.stringValue ?? route.name ?? ""
    }

    /// A span for each peer that was to answer. The service has been told that the last one's is its parent.
    static func addTries(of facts: UpstreamFacts?, to trace: RequestTrace, now: Int64) {
        guard let facts else { return }
        for (place, attempt) in facts.tries.enumerated() {
            var attributes = [
                TraceAttribute("net.peer.ip", attempt.host), TraceAttribute("net.peer.port", attempt.port),
            ]
            if let code = attempt.failure {
                attributes.append(TraceAttribute("kong.balancer.state", "failed"))
                attributes.append(TraceAttribute("http.status_code", code))
            } else if let status = facts.status {
                attributes.append(TraceAttribute("http.status_code", status))
            }
            trace.add(
                "kong.balancer", id: place == facts.tries.count - 1 ? trace.forwarded : nil, kind: .client,
                from: attempt.startedAt, to: attempt.endedAt ?? now, attributes: attributes,
                failure: attempt.failure.map { "status \($0)" })
        }
    }
}
