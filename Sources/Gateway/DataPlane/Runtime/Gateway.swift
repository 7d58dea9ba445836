internal import Bytes
package import EventLoop
package import HTTPServer
package import Observability
internal import PluginKit
internal import System

/// The data plane on one loop: routes requests and runs their plugins. It is the handler of the proxy's servers.
package final class Gateway: RequestHandler {
    private let loop: EventLoop
    let logger: Logger
    private let runtime: GatewayRuntime
    /// What was answered on this loop.
    package let traffic = TrafficCounters()
    /// Nil: nothing is passed on.
    let proxy: LoopProxy?
    let viaField: [UInt8]
    let answerFields: GatewayOptions.AnswerFields
    let tellsServicesRequestID: Bool
    /// Shared by all services of the loop: a failure that hits every request is named once.
    let proxyThrottle = LogThrottle()
    private var snapshot: LoopSnapshot
    private var version: Int
    /// What a connection without a request holds: nothing of a snapshot.
    private let idle = PluginChain.none
    private var identifiers = RequestID.Generator()

    /// What a connection keeps for its requests, one after another.
    final class State {
        let context: RequestContext
        var snapshot: LoopSnapshot?
        var chain: PluginChain
        var route: Int?
        /// Which of the route's paths matched.
        var entry: Int?
        /// While the request is with its service.
        var relay: ProxyRelay?
        /// Whom the chain belongs to.
        var consumer: ConsumerInfo?
        /// Whether who has connected is believed about where the request comes from.
        let isPeerTrusted: Bool
        var stage = Stage.access
        /// The next plugin of the stage.
        var step = 0
        var hasBody: Bool {
            get { context.hasWholeBody }
            set { context.hasWholeBody = newValue }
        }
        /// While an answer's body is read for plugins.
        var bodyUses: [PluginBodyUse] = []

        init(_ context: RequestContext, _ chain: PluginChain, isPeerTrusted: Bool) {
            self.isPeerTrusted = isPeerTrusted
            self.context = context
            self.chain = chain
        }
    }

    enum Stage {
        case rewrite, access
    }

    /// To be made on the loop, or before it runs.
    package init(loop: EventLoop, runtime: GatewayRuntime, proxy: LoopProxy? = nil) {
        self.loop = loop
        self.runtime = runtime
        self.proxy = proxy
        viaField = Array("1.1 ".utf8) + runtime.serverField
        answerFields = runtime.options.answerFields
        tellsServicesRequestID = runtime.options.tellsServicesRequestID
        logger = runtime.logger
        let (snapshot, version) = runtime.versionedSnapshot
        self.snapshot = LoopSnapshot(snapshot, on: loop)
        self.version = version
    }

    /// Takes over the runtime's snapshot if there is a new one. Called at each request, and by a timer so that an idle
    /// loop lets go of an old one. Requests under way finish on the snapshot that they began with.
    package func refresh() {
        guard runtime.version != version else { return }
        let (next, version) = runtime.versionedSnapshot
        snapshot = LoopSnapshot(next, on: loop)
        self.version = version
        proxy?.forgetUpstreams { next.upstreams[$0.plan.id]?.upstream === $0 }
    }

    // MARK: - RequestHandler

    package func handle(_ exchange: inout Exchange) -> Progress {
        let state = state(of: &exchange)
        refresh()
        if state.isPeerTrusted, let client = runtime.options.trusted.client(exchange) {
            exchange.clientAddress = client
        }
        state.context.begin(identifiers.next(), entities: snapshot.snapshot.entities)
        state.snapshot = snapshot
        state.chain = snapshot.globalChain(exchange.scheme)
        state.route = nil
        state.consumer = nil
        state.step = 0
        state.stage = .rewrite
        return state.chain.rewrite.isEmpty ? route(&exchange, state) : run(&exchange, state)
    }

    package func proceed(_ exchange: inout Exchange) -> Progress {
        let state = state(of: &exchange)
        if let relay = state.relay, let answer = relay.answer { return relayed(relay, answer, &exchange, state) }
        followConsumer(exchange.scheme, state)
        if let verdict = state.context.takeDecision(), let progress = apply(verdict, &exchange, state) {
            return progress
        }
        return run(&exchange, state)
    }

    package func refused(_ exchange: inout Exchange, _ refusal: Refusal) {
        let state = state(of: &exchange)
        if state.context.requestID == .none { state.context.begin(identifiers.next()) }
        var message = refusal.reason
        if refusal.status == 413, let told = state.context.bodyMaximumMessage { message = told }
        ErrorResponse.write(refusal.status, message, to: &exchange, state.context)
        complete(&exchange, state)
    }

    package func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome) {
        let state = state(of: &exchange)
        followConsumer(exchange.scheme, state)
        for plugin in state.chain.log { plugin.log(&exchange, state.context, outcome) }
        // In this order: what is counted has been logged.
        count(exchange, outcome)
        if logger.isEnabled(.debug) { report(exchange, state, outcome) }
        state.context.begin(.none)
        state.snapshot = nil
        state.chain = idle
        state.route = nil
        state.entry = nil
        state.relay = nil
        state.consumer = nil
        if !state.bodyUses.isEmpty { Self.cut(state.bodyUses) }
        state.bodyUses = []
    }

    private func count(_ exchange: borrowing Exchange, _ outcome: RequestOutcome) {
        let isClientGone = outcome == .clientGone
        traffic.finished(
            // As nginx tells of a client that went before it was answered.
            status: isClientGone && exchange.bytesSent == 0 ? 499 : exchange.response.status,
            bytesReceived: exchange.bytesReceived, bytesSent: exchange.bytesSent,
            milliseconds: exchange.elapsedMilliseconds, isClientGone: isClientGone)
    }

    private func state(of exchange: inout Exchange) -> State {
        if let known = exchange.attachment as? State { return known }
        let isTrusted = runtime.options.trusted.contains(exchange.connection.remoteAddress)
        let state = State(
            RequestContext(logger: logger, errorForm: runtime.options.errorForm), idle, isPeerTrusted: isTrusted)
        exchange.attachment = state
        return state
    }

    // MARK: - Routing

    private func route(_ exchange: inout Exchange, _ state: State) -> Progress {
        let snapshot = state.snapshot ?? snapshot
        let table = snapshot.snapshot
        if let problem = NormalizedPath.problem(exchange.request.pathBytes()) {
            return refuse(400, problem, &exchange, state)
        }
        let start = table.plugins.traces ? WallClock.nanoseconds : 0
        guard
            let match = table.router.match(
                exchange.request, localPort: exchange.localAddress.port, serverName: exchange.tls?.serverNameBytes)
        else {
            beginTrace(at: start, &exchange, state)
            return refuse(404, "no Route matched with those values", &exchange, state)
        }
        let route = table.routes[match.route]
        state.context.matched(route.info, captures: match.captures)
        state.route = match.route
        state.entry = match.entry
        state.consumer = state.context.consumer
        state.chain = snapshot.chain(route: match.route, exchange.scheme, of: state.consumer)
        beginTrace(at: start, &exchange, state)
        if route.isGRPC {
            if let refusal = refuseOtherThanGRPC(route, &exchange, state) { return refusal }
        } else if !route.allowsHTTP, !cameByTLS(exchange, state) {
            return requireTLS(route, &exchange, state)
        }
        state.stage = .access
        state.step = 0
        return run(&exchange, state)
    }

    /// Whether the client used TLS, here or towards a peer that is believed.
    func cameByTLS(_ exchange: borrowing Exchange, _ state: State) -> Bool {
        if exchange.scheme == .https { return true }
        guard state.isPeerTrusted, let index = exchange.request.index(of: "x-forwarded-proto") else { return false }
        return exchange.request.value(index).equalsIgnoringCase("https")
    }

    private func requireTLS(_ route: Snapshot.Route, _ exchange: inout Exchange, _ state: State) -> Progress {
        let status = route.httpsRedirectStatus
        // A request without a host has no other place to be sent to.
        guard status != 426, exchange.request.hostBytes().count > 0 else {
            exchange.response.setField("connection", "Upgrade" as StaticString)
            exchange.response.setField("upgrade", "TLS/1.2, HTTP/1.1" as StaticString)
            return refuse(426, "Please use HTTPS protocol", &exchange, state)
        }
        let location = Self.secureLocation(of: exchange.request)
        exchange.response.status = status
        exchange.response.setField("location", location.span)
        return complete(&exchange, state)
    }

    private static func secureLocation(of request: borrowing RequestHead) -> [UInt8] {
        let host = request.hostBytes()
        var location = Array("https://".utf8)
        location.append(host.extracting(0..<HostPattern.hostEnd(host)))
        location.append(request.targetBytes())
        return location
    }

    // MARK: - The chain

    /// Goes on with the stage at `state.step`.
    private func run(_ exchange: inout Exchange, _ state: State) -> Progress {
        if state.stage == .rewrite {
            while state.step < state.chain.rewrite.count {
                let plugin = state.chain.rewrite[state.step]
                state.step += 1
                if let progress = apply(plugin.rewrite(&exchange, state.context), &exchange, state) { return progress }
            }
            return route(&exchange, state)
        }
        while state.step < state.chain.access.count {
            let step = state.chain.access[state.step]
            if let limit = step.bodyLimit {
                state.context.limitBody(to: limit.bytes, message: limit.message)
                if !state.hasBody {
                    state.hasBody = true
                    if exchange.request.hasBody { return .readBody(maximum: state.context.bodyMaximum) }
                }
            }
            // A plugin may lower the limit when the body has been read.
            if exchange.body.count > state.context.bodyMaximum, let message = state.context.bodyMaximumMessage {
                return refuse(413, message, &exchange, state)
            }
            joinTrace(&exchange, state)
            state.step += 1
            let trace = recordedTrace(state)
            trace?.beginAccess(step: state.step, name: step.spanName)
            let verdict = step.plugin.access(&exchange, state.context)
            if let trace, case .next = verdict { trace.endAccess() }
            followConsumer(exchange.scheme, state)
            if let progress = apply(verdict, &exchange, state) { return progress }
        }
        return forward(&exchange, state)
    }

    /// The progress that a verdict means; nil: the next plugin's turn.
    private func apply(_ verdict: Verdict, _ exchange: inout Exchange, _ state: State) -> Progress? {
        switch verdict {
        case .next: nil
        case .answer: complete(&exchange, state)
        case .readBody(let maximum): readBody(maximum: maximum, exchange, state)
        case .suspend: .suspended
        case .wait(let work):
            .waiting { exchange in state.context.decide(await work(&exchange, state.context)) }
        }
    }

    /// Reads the body for the plugin whose turn it is, which then has another one.
    private func readBody(maximum: Int, _ exchange: borrowing Exchange, _ state: State) -> Progress? {
        state.step -= 1
        if state.hasBody { return nil }
        state.hasBody = true
        state.context.limitBody(to: maximum, message: "the request body is larger than \(maximum) bytes")
        return exchange.request.hasBody ? .readBody(maximum: state.context.bodyMaximum) : nil
    }

    /// A plugin may have told who the consumer is: later plugins are those configured for them.
    private func followConsumer(_ scheme: Exchange.Scheme, _ state: State) {
        guard !state.context.isConsumer(state.consumer), let route = state.route else { return }
        state.consumer = state.context.consumer
        guard let chain = state.snapshot?.chain(route: route, scheme, of: state.consumer), chain !== state.chain
        else { return }
        if state.step > 0 { state.step = chain.index(after: state.chain.access[state.step - 1]) }
        state.chain = chain
    }

    // MARK: - Answers

    func refuse(_ status: Int, _ message: String, _ exchange: inout Exchange, _ state: State) -> Progress {
        ErrorResponse.write(status, message, to: &exchange, state.context)
        return complete(&exchange, state)
    }

    /// The response is there: the header filters see it, and it gets the gateway's own fields.
    @discardableResult
    func complete(_ exchange: inout Exchange, _ state: State) -> Progress {
        recordedTrace(state)?.endAccess()
        filterHeaders(&exchange, state)
        if !state.chain.bodyFilter.isEmpty { filterBody(&exchange, state) }
        let server = runtime.serverField
        if answerFields.contains(.server), !exchange.response.hasField("server") {
            exchange.response.addField("server", server.span)
        }
        if answerFields.contains(.responseLatency) {
            exchange.response.setField("x-kong-response-latency", decimal: exchange.elapsedMilliseconds)
        }
        addRequestID(to: &exchange, state)
        return .answered
    }

    func filterHeaders(_ exchange: inout Exchange, _ state: State) {
        for plugin in state.chain.headerFilter { plugin.headerFilter(&exchange, state.context) }
    }

    func addRequestID(to exchange: inout Exchange, _ state: State) {
        if answerFields.contains(.requestID) {
            let id = state.context.requestID.digits
            exchange.response.setField("x-kong-request-id", id.span)
        }
        if runtime.options.answersDebugging { addDebugging(to: &exchange, state) }
    }

    private func addDebugging(to exchange: inout Exchange, _ state: State) {
        guard let index = exchange.request.index(of: "kong-debug"), exchange.request.value(index).equals("1"),
            let route = state.context.route
        else { return }
        exchange.response.setField("kong-route-id", route.id)
        if let name = route.name { exchange.response.setField("kong-route-name", name) }
        guard let service = route.service else { return }
        exchange.response.setField("kong-service-id", service.id)
        if let name = service.name { exchange.response.setField("kong-service-name", name) }
    }

    private func report(_ exchange: borrowing Exchange, _ state: State, _ outcome: RequestOutcome) {
        logger.debug(
            "request",
            [
                "request_id": .string(state.context.requestID.description),
                "client": .string(exchange.clientAddress.description),
                "method": .string(exchange.request.methodBytes().string),
                "route": .string(state.context.route.map { $0.name ?? $0.id } ?? "-"),
                "status": .integer(exchange.response.status), "elapsed_ms": .integer(exchange.elapsedMilliseconds),
                "bytes_received": .integer(exchange.bytesReceived), "bytes_sent": .integer(exchange.bytesSent),
                "outcome": .string(outcome == .sent ? "sent" : "client gone"),
            ])
    }
}
