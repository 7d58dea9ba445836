internal import HTTPServer
internal import PluginKit
internal import System

/// What traces tell of a request's way through the chain.
extension Gateway {
    /// The route was looked for since `start`: has the chain's tracer begin, if there is one.
    func beginTrace(at start: Int64, _ exchange: inout Exchange, _ state: State) {
        guard let tracer = state.chain.tracer else { return }
        let end = WallClock.nanoseconds
        tracer.beginTrace(&exchange, state.context, start: start)
        state.context.trace?.add("kong.router", from: start, to: end)
    }

    /// A consumer's plugins may trace where the route's do not.
    func joinTrace(_ exchange: inout Exchange, _ state: State) {
        guard let tracer = state.chain.tracer, state.context.trace == nil else { return }
        tracer.beginTrace(&exchange, state.context, start: WallClock.nanoseconds)
    }

    /// The trace whose spans are recorded; nil for nearly all requests.
    func recordedTrace(_ state: State) -> RequestTrace? {
        guard state.chain.tracer != nil, let trace = state.context.trace, trace.isSampled else { return nil }
        return trace
    }
}
