/// What a resumption leads to, whatever the version of HTTP.
protocol ResumptionTarget: AnyObject {
    func isWaiting(_ generation: UInt64) -> Bool
    func resume(_ generation: UInt64, isFollowed: Bool, _ change: (inout Exchange) -> Void) -> Bool
    func settle(_ generation: UInt64)
    func resumeBody(_ generation: UInt64)
    func send(_ generation: UInt64, _ bytes: Span<UInt8>) -> Bool
    func end(_ generation: UInt64, _ change: (inout Exchange) -> Void)
    func fail(_ generation: UInt64)
}

/// A handle to a request that is suspended, streams or is relayed. It outlives the request: what comes too late finds
/// nothing. Used on the request's loop only.
package struct Resumption {
    var target: (any ResumptionTarget)?
    var generation: UInt64 = 0

    /// Whether the request still waits for `resume`.
    package var isLive: Bool { target?.isWaiting(generation) ?? false }

    /// Lets `change` write into the exchange, and then goes on with `RequestHandler.proceed`. False when the request has
    /// gone: `change` is not called.
    ///
    /// - Parameter isFollowed: Whether more is sent at once, so that the head of a relayed answer may wait to go with it;
    ///   `settle` is called then.
    @discardableResult
    package func resume(isFollowed: Bool = false, _ change: (inout Exchange) -> Void) -> Bool {
        target?.resume(generation, isFollowed: isFollowed, change) ?? false
    }

    /// What was to follow a head has been sent.
    package func settle() { target?.settle(generation) }

    /// A receiver that held the body back takes more, or a source that had nothing has something.
    package func resumeBody() { target?.resumeBody(generation) }

    // MARK: - Of a relayed answer or a tunnel

    /// Sends a piece of the answer's body. False: hold the source back until `drained`.
    package func send(_ bytes: Span<UInt8>) -> Bool { target?.send(generation, bytes) ?? true }

    /// The answer is complete; `change` may add trailer fields to the response. A tunnel ends its side.
    package func end(_ change: (inout Exchange) -> Void = { _ in }) { target?.end(generation, change) }

    /// The rest cannot be had: the request is cut, so that the client does not take the body for whole.
    package func fail() { target?.fail(generation) }
}
