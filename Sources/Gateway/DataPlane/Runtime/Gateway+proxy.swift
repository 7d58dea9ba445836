internal import Bytes
internal import HTTPServer
internal import HTTPUpstream
internal import Observability
internal import PluginKit
internal import System

/// Passing requests on to their services.
extension Gateway {
    /// Bodies up to this size are read whole first, where the route buffers them: their requests can be tried again.
    private static let bufferedBody = 1 << 16

    /// Connections of this loop to services.
    package var upstreamConnections: Int { proxy?.pool.openCount ?? 0 }

    /// All plugins have let the request pass.
    func forward(_ exchange: inout Exchange, _ state: State) -> Progress {
        joinTrace(&exchange, state)
        recordedTrace(state)?.endAccess()
        guard let number = state.route, let route = state.snapshot?.snapshot.routes[number],
            let forwarding = route.forwarding
        else { return refuse(503, "no Service found with those values", &exchange, state) }
        guard let proxy else { return refuse(503, "proxying is not set up", &exchange, state) }
        if exchange.request.hasBody, !state.hasBody, forwarding.buffersRequest,
            let length = exchange.request.contentLength, length <= min(Self.bufferedBody, state.context.bodyMaximum)
        {
            state.hasBody = true
            return .readBody(maximum: Self.bufferedBody)
        }
        let isRead = state.hasBody || !exchange.request.hasBody
        let body: UpstreamRequest.Body =
            state.hasBody
            // A plugin may have made one where there was none.
            ? (exchange.request.hasBody || !exchange.body.isEmpty ? .length(exchange.body.count) : .none)
            : exchange.request.hasBody ? exchange.request.contentLength.map { .length($0) } ?? .open : .none
        var request = UpstreamRequest()
        ForwardedRequest(
            forwarding: forwarding, matchedPath: matchedPath(exchange.request, state),
            isPeerTrusted: state.isPeerTrusted, tellsRequestID: tellsServicesRequestID
        ).write(exchange, state.context, body: body, into: &request)
        var balancing = ProxyRelay.Balancing()
        if let upstream = forwarding.service.upstream {
            balancing.keepsHost =
                state.context.upstreamHost != nil
                || forwarding.preservesHost && exchange.request.hostBytes().count > 0
            balancing.key = HashInput.key(upstream.plan.inputs, exchange, state.context)
        }
        var facts: UpstreamFacts?
        if !state.chain.log.isEmpty {
            facts = UpstreamFacts(uri: request.target)
            state.context.upstream = facts
        }
        let relay = ProxyRelay(
            proxy, forwarding.service, request, body: isRead ? exchange.body : nil,
            isIdempotent: Self.isIdempotent(exchange.request.method), balancing: balancing,
            facts: facts, resumption: exchange.resumption)
        if !isRead, !state.chain.bodyFilter.isEmpty {
            relay.requestObservers = state.chain.bodyFilter.compactMap {
                $0.requestBodyObserver(&exchange, state.context)
            }
        }
        state.relay = relay
        relay.start()
        return .relaying(relay)
    }

    private func matchedPath(_ request: borrowing RequestHead, _ state: State) -> Int? {
        guard let entry = state.entry, let router = state.snapshot?.snapshot.router else { return nil }
        let path = request.pathBytes()
        if NormalizedPath.isNormal(path) { return router.matchedCount(entry, path) }
        let normalized = NormalizedPath.make(path)
        return router.matchedCount(entry, normalized.span)
    }

    /// What may be done twice (RFC 9110 §9.2.2).
    private static func isIdempotent(_ method: HTTPMethod) -> Bool {
        switch method {
        case .get, .head, .options, .trace, .put, .delete: true
        case .post, .patch, .connect, .other: false
        }
    }

    /// The answer of the request's relay is there, or there will be none.
    func relayed(_ relay: ProxyRelay, _ answer: ProxyRelay.Answer, _ exchange: inout Exchange, _ state: State)
        -> Progress
    {
        state.relay = nil
        switch answer {
        case .failure(let failure):
            report(failure, state)
            if !state.bodyUses.isEmpty {
                // The answer's head is there, its body could not be had.
                Self.cut(state.bodyUses)
                state.bodyUses = []
                exchange.response.reset()
            }
            if let seconds = failure.retryAfter { exchange.response.setField("retry-after", decimal: seconds) }
            return refuse(failure.status, failure.message, &exchange, state)
        case .relayed(let length):
            completeProxied(relay, &exchange, state)
            // A plugin has made HEAD of it: no body comes to a client that waits for one.
            let length = relay.isHead && !exchange.request.isHead ? 0 : length
            if state.chain.bodyFilter.isEmpty { return .relayed(length: length) }
            return filterBody(of: relay, length: length, &exchange, state)
        case .whole:
            completeProxied(relay, &exchange, state)
            if !state.chain.bodyFilter.isEmpty { filterBody(&exchange, state) }
            return .answered
        case .collected(let body):
            exchange.response.body = body
            changeBody(state.bodyUses, &exchange, state)
            state.bodyUses = []
            return .answered
        case .tunnel:
            completeProxied(relay, &exchange, state)
            return .tunnelled(relay)
        }
    }

    private func completeProxied(_ relay: ProxyRelay, _ exchange: inout Exchange, _ state: State) {
        traffic.upstreamAnswered(after: relay.upstreamLatency)
        let via = viaField
        if answerFields.contains(.via) { exchange.response.addField("via", via.span) }
        if let cookie = relay.cookie { exchange.response.addField("set-cookie", cookie.span) }
        if answerFields.contains(.upstreamStatus) {
            exchange.response.setField("x-kong-upstream-status", decimal: exchange.response.status)
        }
        if answerFields.contains(.upstreamLatency) {
            exchange.response.setField("x-kong-upstream-latency", decimal: relay.upstreamLatency)
        }
        if answerFields.contains(.proxyLatency) {
            exchange.response.setField("x-kong-proxy-latency", decimal: relay.proxyLatency)
        }
        filterHeaders(&exchange, state)
        addRequestID(to: &exchange, state)
    }

    func report(_ failure: ProxyFailure, _ state: State) {
        guard let held = proxyThrottle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "upstream failed",
            [
                "service": .string(state.context.service.map { $0.name ?? $0.id } ?? "-"),
                "route": .string(state.context.route.map { $0.name ?? $0.id } ?? "-"),
                "status": .integer(failure.status), "detail": .string(failure.detail),
                "request_id": .string(state.context.requestID.description), "held_back": .integer(held),
            ])
    }
}
