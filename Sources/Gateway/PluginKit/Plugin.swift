package import EventLoop
package import HTTPServer

/// One configured plugin on one event loop. Its phases are called on that loop only, so it may keep buffers between
/// requests; what all loops share lives in the `PreparedPlugin` that made it.
package protocol Plugin: AnyObject {
    /// Bytes of body that `access` wants to have whole; nil when it does not look at the body. A larger body is refused
    /// with 413 before `access` is called.
    var bodyLimit: Int? { get }
    /// Before a route is looked for; called for global configurations only.
    func rewrite(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict
    /// The route was looked for, and no plugin has had its access phase yet: may set `context.trace`, and what the request
    /// carries of it. Of several such plugins in a chain the first one is called.
    ///
    /// - Parameter start: When the route was begun to be looked for: nanoseconds since 1970.
    func beginTrace(_ exchange: inout Exchange, _ context: RequestContext, start: Int64)
    /// After the route is known. Who answers here ends the phase for plugins of lower priority.
    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict
    /// The response's head is there but not yet written; its status and fields may be changed. Of an answer of the
    /// gateway's own the body is there too.
    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext)
    /// The answer's head is ready: what becomes of its body. Called for answers that have one, after all header filters.
    func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse
    /// The answer's body is whole, in `exchange.response`, as `bodyUse` has asked for; it may be changed, and the fields
    /// as well.
    func changeBody(_ exchange: inout Exchange, _ context: RequestContext)
    /// The request goes to its service: who looks on while its body passes. Asked where `bodyUse` is.
    func requestBodyObserver(_ exchange: inout Exchange, _ context: RequestContext) -> (any BodyObserver)?
    /// The request is over.
    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome)
}

extension Plugin {
    package var bodyLimit: Int? { nil }
    package func rewrite(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict { .next }
    package func beginTrace(_ exchange: inout Exchange, _ context: RequestContext, start: Int64) {}
    package func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict { .next }
    package func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {}
    package func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse { .none }
    package func changeBody(_ exchange: inout Exchange, _ context: RequestContext) {}
    package func requestBodyObserver(
        _ exchange: inout Exchange, _ context: RequestContext
    ) -> (any BodyObserver)? { nil }
    package func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {}
}

/// What a phase decides about the request.
package enum Verdict {
    /// The next plugin's turn.
    case next
    /// `exchange.response` is complete.
    case answer
    /// The work runs as a task on the connection's loop and owns the exchange meanwhile; what it returns counts.
    case wait((inout Exchange, RequestContext) async -> Verdict)
    /// The same phase is called again when the whole body is in `exchange.body`. A larger one is refused with 413. For
    /// who wants the body of some requests only; `bodyLimit` wants that of all.
    case readBody(maximum: Int)
    /// Somebody holds `context.suspension(of:)` and resumes it, on this loop.
    case suspend
}

/// A plugin's configuration, checked and compiled when the snapshot was built, for all loops.
package protocol PreparedPlugin: Sendable {
    /// The phases that this configuration takes part in, where they are not all or others than its kind's; nil: its kind's.
    var phases: PluginPhases? { get }
    /// Called once for each loop, on it.
    func plugin(on loop: EventLoop) -> any Plugin
}

extension PreparedPlugin {
    package var phases: PluginPhases? { nil }
}
