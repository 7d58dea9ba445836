/// What a plugin does with the body of an answer.
package enum BodyUse {
    /// Nothing: it passes.
    case none
    /// Changes it: `changeBody` gets the whole. An answer whose body is larger is not sent, so that nothing goes out
    /// that was to be changed; the client is told 502.
    case whole(maximum: Int)
    /// Looks on while it passes.
    case observed(any BodyObserver)
}

/// Sees the body of one answer pass.
package protocol BodyObserver: AnyObject {
    func passed(_ bytes: Span<UInt8>)
    /// The last call.
    ///
    /// - Parameter isComplete: False: the rest never came.
    func ended(isComplete: Bool)
}
