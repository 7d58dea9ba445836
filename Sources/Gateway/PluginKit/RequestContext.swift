package import HTTPServer
package import JSON
package import Observability

/// What the gateway knows about the request of one connection; the same object serves its requests one after another.
/// Belongs to the connection's loop.
package final class RequestContext {
    /// What belongs to one request. In one private property, which the compiler sees to be touched for a moment only:
    /// it then needs no check for overlapping accesses at run time, unlike one that other rooms see.
    private struct Facts {
        var requestID: RequestID
        var entities: EntityDirectory?
        var route: RouteInfo?
        var consumer: ConsumerInfo?
        /// Nil: none, as nearly always.
        var pathCaptures: PathCaptures?
        var bodyMaximum = Int.max
        var bodyMaximumMessage: String?
        var hasWholeBody = false
        var pending: Verdict?
        /// Nil: none, as nearly always.
        var extras: Extras?
    }

    /// What few requests have.
    private final class Extras {
        var upstreamPath: [UInt8]?
        var upstreamHost: [UInt8]?
        var upstream: UpstreamFacts?
        var trace: RequestTrace?
        var credential: CredentialInfo?
        var correlationID: [UInt8]?
        var logFields: [LogField] = []
        var shared = JSONObject()
        var notes: [(owner: ObjectIdentifier, note: AnyObject)] = []
    }

    private var facts = Facts(requestID: .none)
    package let logger: Logger

    /// The form of errors for clients that do not say which they accept.
    package let errorForm: ErrorResponse.Form

    package init(logger: Logger, errorForm: ErrorResponse.Form = .json) {
        self.logger = logger
        self.errorForm = errorForm
    }

    package var requestID: RequestID { facts.requestID }
    /// Nil until a route matched.
    package var route: RouteInfo? { facts.route }
    package var service: ServiceInfo? { facts.route?.service }
    /// What is configured, as the request found it at its start; nil between requests.
    package var entities: EntityDirectory? { facts.entities }
    /// Set by an authentication plugin, from `entities`; configurations for that consumer and its groups then apply to
    /// later plugins.
    package var consumer: ConsumerInfo? {
        get { facts.consumer }
        set { facts.consumer = newValue }
    }
    /// Whether the consumer is that one, or neither is there.
    package func isConsumer(_ other: ConsumerInfo?) -> Bool { facts.consumer === other }
    /// Groups of the regular expression that the route's path matched.
    package var pathCaptures: PathCaptures { facts.pathCaptures ?? .none }
    /// The largest body this request may have, in bytes, whoever reads it; plugins only lower it.
    package var bodyMaximum: Int { facts.bodyMaximum }
    /// What a client is told whose body is larger than `bodyMaximum`.
    package var bodyMaximumMessage: String? { facts.bodyMaximumMessage }

    /// Whether the whole body is in `exchange.body`; set by the chain.
    package var hasWholeBody: Bool {
        get { facts.hasWholeBody }
        set { facts.hasWholeBody = newValue }
    }

    /// Lowers the largest body that is read for this request.
    package func limitBody(to bytes: Int, message: String) {
        guard bytes < facts.bodyMaximum else { return }
        facts.bodyMaximum = bytes
        facts.bodyMaximumMessage = message
    }

    /// Starts another request.
    package func begin(_ id: RequestID, entities: EntityDirectory? = nil) {
        facts = Facts(requestID: id, entities: entities)
    }

    /// The route is known.
    package func matched(_ route: RouteInfo, captures: PathCaptures?) {
        facts.route = route
        facts.pathCaptures = captures
    }

    // MARK: - What is passed on

    /// The path at the service, in place of the one that route and service make: nil until a plugin sets it.
    package var upstreamPath: [UInt8]? {
        get { facts.extras?.upstreamPath }
        set { extras.upstreamPath = newValue }
    }
    /// What `Host` says to the service, in place of the service's own or the client's.
    package var upstreamHost: [UInt8]? {
        get { facts.extras?.upstreamHost }
        set { extras.upstreamHost = newValue }
    }

    /// What became of it there; kept where a plugin of the chain logs.
    package var upstream: UpstreamFacts? {
        get { facts.extras?.upstream }
        set { extras.upstream = newValue }
    }

    /// The trace it is part of; nil where no plugin of the chain traces. Set once, when its route is known.
    package var trace: RequestTrace? {
        get { facts.extras?.trace }
        set { extras.trace = newValue }
    }

    /// Set by an authentication plugin, with `consumer` where the credential is somebody's.
    package var credential: CredentialInfo? {
        get { facts.extras?.credential }
        set { extras.credential = newValue }
    }

    /// What `correlation-id` calls the request.
    package var correlationID: [UInt8]? {
        get { facts.extras?.correlationID }
        set { extras.correlationID = newValue }
    }

    /// What scripts of log plugins have set in the request's log entries, in their order: it counts for all later ones.
    package var logFields: [LogField] {
        get { facts.extras?.logFields ?? [] }
        set { extras.logFields = newValue }
    }

    package var hasLogFields: Bool { facts.extras?.logFields.isEmpty == false }

    /// What scripts and plugins keep for those that come later, by name: Kong's `kong.ctx.shared`.
    package var shared: JSONObject {
        get { facts.extras?.shared ?? [:] }
        set { extras.shared = newValue }
    }

    private var extras: Extras {
        if let known = facts.extras { return known }
        let made = Extras()
        facts.extras = made
        return made
    }

    // MARK: - Notes

    /// What a plugin has kept for its later phases on this request.
    package func note(of plugin: any Plugin) -> AnyObject? {
        facts.extras?.notes.first { $0.owner == ObjectIdentifier(plugin) }?.note
    }

    /// Keeps something until the request is over; nil lets it go.
    package func setNote(_ note: AnyObject?, of plugin: any Plugin) {
        let owner = ObjectIdentifier(plugin)
        extras.notes.removeAll { $0.owner == owner }
        if let note { extras.notes.append((owner, note)) }
    }

    // MARK: - Suspension

    /// How to go on after `Verdict.suspend`.
    package func suspension(of exchange: borrowing Exchange) -> Suspension {
        Suspension(resumption: exchange.resumption, context: self)
    }

    /// What the work that the request waited for has decided; the chain takes it.
    package func decide(_ verdict: Verdict) { facts.pending = verdict }

    package func takeDecision() -> Verdict? {
        defer { facts.pending = nil }
        return facts.pending
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
