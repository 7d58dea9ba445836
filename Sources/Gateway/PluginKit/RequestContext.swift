package import HTTPServer
package import Observability

/// What the gateway knows about the request of one connection; the same object serves its requests one after another.
/// Belongs to the connection's loop.
package final class RequestContext {
    package internal(set) var requestID = RequestID.none
    /// Nil until a route matched.
    package private(set) var route: RouteInfo?
    /// Set by an authentication plugin; configurations for that consumer then apply to later plugins.
    package var consumer: ConsumerInfo?
    /// Groups of the regular expression that the route's path matched.
    package private(set) var pathCaptures = PathCaptures.none
    /// The largest body this request may have, in bytes, whoever reads it; plugins only lower it.
    package private(set) var bodyMaximum = Int.max
    /// What a client is told whose body is larger than `bodyMaximum`.
    package private(set) var bodyMaximumMessage: String?
    package let logger: Logger

    package init(logger: Logger) { self.logger = logger }

    package var service: ServiceInfo? { route?.service }

    /// Lowers the largest body that is read for this request.
    package func limitBody(to bytes: Int, message: String) {
        guard bytes < bodyMaximum else { return }
        bodyMaximum = bytes
        bodyMaximumMessage = message
    }

    /// Starts another request.
    package func begin(_ id: RequestID) {
        requestID = id
        route = nil
        consumer = nil
        if !pathCaptures.isEmpty { pathCaptures = .none }
        bodyMaximum = .max
        bodyMaximumMessage = nil
        pending = nil
    }

    /// The route is known.
    package func matched(_ route: RouteInfo, captures: PathCaptures) {
        self.route = route
        if !captures.isEmpty { pathCaptures = captures }
    }

    // MARK: - Suspension

    private var pending: Verdict?

    /// How to go on after `Verdict.suspend`.
    package func suspension(of exchange: borrowing Exchange) -> Suspension {
        Suspension(resumption: exchange.resumption, context: self)
    }

    /// What the work that the request waited for has decided; the chain takes it.
    package func decide(_ verdict: Verdict) { pending = verdict }

    package func takeDecision() -> Verdict? {
        defer { pending = nil }
        return pending
    }
}

/// A handle to a suspended request; what comes after the request has gone finds nobody.
package struct Suspension {
    private let resumption: Resumption
    private let context: RequestContext

    fileprivate init(resumption: Resumption, context: RequestContext) {
        self.resumption = resumption
        self.context = context
    }

    /// Whether the request still waits.
    package var isLive: Bool { resumption.isLive }

    /// Goes on with the request by what `work` decides. False when the request has gone: `work` is not called. On the
    /// request's loop, after the phase has returned.
    @discardableResult
    package func resume(_ work: (inout Exchange, RequestContext) -> Verdict) -> Bool {
        resumption.resume { exchange in context.decide(work(&exchange, context)) }
    }
}
