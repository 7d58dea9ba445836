internal import Bytes
internal import EventLoop
package import HTTPServer
package import Observability

/// Serves the node's own pages and interfaces: finds a request's handler, reads the body, runs the handler as a task on
/// the connection's loop, and writes what it answers. One for each loop.
package final class WebApplication: RequestHandler {
    /// What all endpoints of an application have in common.
    package struct Behaviour: Sendable {
        /// Bytes of the largest body where the endpoint says nothing.
        package var maximumBody: Int
        /// The one place that turns errors into answers: what a handler threw, or a `WebError`.
        package var answer: @Sendable (any Error, _ path: String, RequestID) -> WebResponse
        /// Adds the application's own fields. Gets the method, and the milliseconds since the request's head had come.
        package var finish: @Sendable (inout WebResponse, HTTPMethod, _ elapsed: Int) -> Void

        package init(
            maximumBody: Int, answer: @escaping @Sendable (any Error, _ path: String, RequestID) -> WebResponse,
            finish: @escaping @Sendable (inout WebResponse, HTTPMethod, _ elapsed: Int) -> Void
        ) {
            self.maximumBody = maximumBody
            self.answer = answer
            self.finish = finish
        }
    }

    /// What a connection keeps for its requests, one after another.
    private final class State {
        var id = RequestID.none
        var request: WebRequest?
        var endpoint: WebRoutes.Endpoint?
        var isAnswered = false
        var feed: EventFeed?
    }

    private let name: String
    private let routes: WebRoutes
    private let behaviour: Behaviour
    private let logger: Logger
    private var identifiers = RequestID.Generator()
    private var feeds: [ObjectIdentifier: FeedListeners] = [:]

    /// - Parameter name: What log lines call it, such as `admin`.
    package init(name: String, routes: WebRoutes, behaviour: Behaviour, logger: Logger) {
        self.name = name
        self.routes = routes
        self.behaviour = behaviour
        self.logger = logger
    }

    // MARK: - RequestHandler

    package func handle(_ exchange: inout Exchange) -> Progress {
        let state = state(of: &exchange)
        state.id = identifiers.next()
        state.request = nil
        state.endpoint = nil
        state.isAnswered = false
        state.feed = nil
        guard let segments = WebPath.segments(exchange.request.pathBytes()),
            let (endpoint, parameters) = routes.find(segments)
        else { return refuse(.notFound, &exchange, state) }
        if exchange.request.method == .options {
            return answer(Self.options(endpoint), &exchange, state)
        }
        guard endpoint.handler(exchange.request.method) != nil else {
            return refuse(.methodNotAllowed(allowed: endpoint.methods), &exchange, state)
        }
        guard let query = WebQuery(exchange.request.queryBytes()) else {
            return refuse(.tooManyArguments, &exchange, state)
        }
        var request = WebRequest(exchange, query: query, id: state.id)
        request.parameters = parameters
        state.request = request
        state.endpoint = endpoint
        return exchange.request.hasBody
            ? .readBody(maximum: endpoint.maximumBody ?? behaviour.maximumBody) : proceed(&exchange)
    }

    package func proceed(_ exchange: inout Exchange) -> Progress {
        let state = state(of: &exchange)
        if let feed = state.feed { return listen(to: feed, &exchange, state) }
        guard !state.isAnswered, var request = state.request,
            let handler = state.endpoint?.handler(exchange.request.method)
        else { return .answered }
        swap(&request.body, &exchange.body)
        let behaviour = behaviour
        return .waiting { [self] exchange in
            let response: WebResponse
            do { response = try await handler(request) } catch {
                response = behaviour.answer(error, request.path, request.id)
            }
            answer(response, &exchange, state)
        }
    }

    package func refused(_ exchange: inout Exchange, _ refusal: Refusal) {
        let state = state(of: &exchange)
        if state.isAnswered || state.id == .none { state.id = identifiers.next() }
        refuse(.refused(refusal), &exchange, state)
    }

    package func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome) {
        let state = state(of: &exchange)
        report(exchange, state, outcome)
        state.request = nil
        state.endpoint = nil
        exchange.body = []
    }

    private func state(of exchange: inout Exchange) -> State {
        if let known = exchange.attachment as? State { return known }
        let state = State()
        exchange.attachment = state
        return state
    }

    // MARK: - Feeds

    private func listen(to feed: EventFeed, _ exchange: inout Exchange, _ state: State) -> Progress {
        state.feed = nil
        let listeners = feeds[ObjectIdentifier(feed)] ?? FeedListeners(feed, on: exchange.loop)
        feeds[ObjectIdentifier(feed)] = listeners
        guard let source = listeners.add(exchange.resumption) else {
            exchange.response.reset()
            return refuse(.tooManyListeners, &exchange, state)
        }
        return .streaming(source)
    }

    /// Ends the streams of all who listen: the node stops.
    package func endFeeds() { for listeners in feeds.values { listeners.end() } }

    // MARK: - Answers

    private static func options(_ endpoint: WebRoutes.Endpoint) -> WebResponse {
        var response = WebResponse.noContent
        let methods = endpoint.methods.joined(separator: ", ")
        response.fields.append(("Allow", methods))
        response.fields.append(("Access-Control-Allow-Methods", methods))
        response.fields.append(("Access-Control-Allow-Headers", "Content-Type"))
        return response
    }

    @discardableResult
    private func refuse(_ error: WebError, _ exchange: inout Exchange, _ state: State) -> Progress {
        answer(behaviour.answer(error, exchange.request.pathBytes().string, state.id), &exchange, state)
    }

    @discardableResult
    private func answer(_ response: WebResponse, _ exchange: inout Exchange, _ state: State) -> Progress {
        var response = response
        behaviour.finish(&response, exchange.request.method, exchange.elapsedMilliseconds)
        exchange.response.status = response.status
        for (name, value) in response.fields { exchange.response.addField(name, value) }
        exchange.response.setField("x-kong-request-id", state.id.description)
        exchange.response.body = response.body
        state.feed = response.feed
        state.isAnswered = true
        return .answered
    }

    /// Who changed what is worth a line at all times; who looked is not.
    private func report(_ exchange: borrowing Exchange, _ state: State, _ outcome: RequestOutcome) {
        let method = exchange.request.method
        let isChange = method != .get && method != .head && method != .options && exchange.response.status < 400
        let level: LogLevel = exchange.response.status >= 500 ? .error : isChange ? .notice : .debug
        guard logger.isEnabled(level) else { return }
        let facts: Logger.Facts = [
            "listener": .string(name), "request_id": .string(state.id.description),
            "client": .string(exchange.clientAddress.description),
            "method": .string(exchange.request.methodBytes().string),
            "path": .string(exchange.request.pathBytes().string), "status": .integer(exchange.response.status),
            "elapsed_ms": .integer(exchange.elapsedMilliseconds),
            "outcome": .string(outcome == .sent ? "sent" : "client gone"),
        ]
        logger.log(level, "request") { facts }
    }
}
