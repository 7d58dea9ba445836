import EventLoop
import Synchronization

/// The signals by which an operator talks to a node.
struct SignalStream: Sendable {
    enum Signal: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
    }

    let stream: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation
    private let control: LoopBound<ControlLoop>

    init(on control: LoopBound<ControlLoop>) {
        (stream, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(8))
        self.control = control
    }

    /// Watches from now on: once it has returned, a signal no longer ends the process by itself.
    func start() async {
        let continuation = continuation
        await withCheckedContinuation { started in
            control.perform { control in
                for (number, signal) in [(15, Signal.stop), (2, .stop), (1, .reload)] as [(Int32, Signal)] {
                    control.watch(number) { continuation.yield(signal) }
                }
                started.resume()
            }
        }
    }
}
