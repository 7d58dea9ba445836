/// What becomes of an exchange when its handler returns.
package enum Progress {
    /// The response is complete.
    case answered
    /// The whole body is read into `exchange.body`, then `proceed` is called; a larger one is refused with 413.
    case readBody(maximum: Int)
    /// The body comes in pieces to the receiver, then `proceed` is called.
    case streamBody(any BodyReceiver)
    /// The work runs as a task on the loop and owns the exchange meanwhile; then `proceed` is called.
    case waiting((inout Exchange) async -> Void)
    /// Somebody holds the exchange's resumption and resumes it on this loop; then `proceed` is called.
    case suspended
    /// Status and fields are complete; the body comes from the source, as fast as the client takes it.
    case streaming(any BodySource)
    /// What is left of the body goes to the relay as it comes. The relay resumes the request with the answer's head, be
    /// the body complete or not; then `proceed` is called, for `relayed`, `tunnelled` or an answer of the handler's own,
    /// or for `relaying` again when the relay first reads the answer's body itself.
    case relaying(any Relay)
    /// Status and fields are complete; the relay sends the body by the resumption.
    ///
    /// - Parameter length: Bytes of the whole body if known; nil: chunked.
    case relayed(length: Int?)
    /// Status and fields are complete; from now on bytes pass both ways and mean nothing to the server.
    case tunnelled(any Tunnel)
}

/// How a request ended.
package enum RequestOutcome: Sendable, Equatable {
    /// The response was written to the connection.
    case sent
    /// The client went away, or was cut off, before that.
    case clientGone
}

/// What stands above the server. All calls come on the connection's loop.
package protocol RequestHandler: AnyObject {
    /// The head of a request is there.
    func handle(_ exchange: inout Exchange) -> Progress
    /// What the last progress waited for has come.
    func proceed(_ exchange: inout Exchange) -> Progress
    /// The server refuses the request; the handler writes the body and fields of the answer. The status is set.
    func refused(_ exchange: inout Exchange, _ refusal: Refusal)
    /// The end of a request that `handle` was called for, exactly once: before the next one of its connection, but
    /// others of the loop may have been served since the answer was written.
    func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome)
}

/// Takes a request's body in pieces.
package protocol BodyReceiver: AnyObject {
    /// False: hold the client back until `Resumption.resumeBody`.
    func received(_ bytes: Span<UInt8>) -> Bool
}

/// What a source of a streamed body has.
package enum SourceState: Sendable, Equatable {
    /// More may come at once.
    case ready
    /// Nothing now; `Resumption.resumeBody` says when.
    case pending
    /// That was all.
    case ended
    /// The rest cannot be had: the connection is cut, so that the client does not take the body for whole.
    case failed
}

/// Gives a response's body in pieces.
package protocol BodySource: AnyObject {
    /// Bytes of the whole body if known; nil: chunked.
    var contentLength: Int? { get }
    /// Appends the next piece. Called again when the client has taken what was given before.
    func next(into bytes: inout [UInt8]) -> SourceState
    /// The client has gone or everything was sent; no further call.
    func finished()
}

extension BodySource {
    package var contentLength: Int? { nil }
    package func finished() {}
}

/// Passes a request on and its answer back, each as it comes.
package protocol Relay: BodyReceiver {
    /// The body is complete. Called only when there was still some to come.
    func bodyEnded()
    /// The client took what was sent: more may be sent.
    func drained()
    /// The request is over before the relay has ended it: the client is gone or was refused, or the answer has no body
    /// for the client (then within the relay's own `resume`). The last call.
    func abandoned()
}

/// One end of a connection whose bytes mean nothing to the server.
package protocol Tunnel: AnyObject {
    /// False: hold the client back until `Resumption.resumeBody`.
    func received(_ bytes: Span<UInt8>) -> Bool
    /// The client sends no more.
    func ended()
    /// The client took what was sent.
    func drained()
    /// The client's connection is gone. The last call.
    func abandoned()
}
