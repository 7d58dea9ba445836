package import HTTPServer

/// Why a request does not reach a handler.
package enum WebError: Error, Sendable, Equatable {
    /// No pattern matches the path.
    case notFound
    /// The path is known; these are its methods.
    case methodNotAllowed(allowed: [String])
    case tooManyArguments
    /// A feed has no room for another one.
    case tooManyListeners
    /// The server refuses it: malformed, too large, too slow.
    case refused(Refusal)
}
