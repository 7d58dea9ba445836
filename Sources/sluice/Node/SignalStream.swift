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
    /// Runs work on the loop that watches.
    private let perform: @Sendable (@escaping @Sendable (any SignalWatching) -> Void) -> Void

    init<Loop: SignalWatching & SendableMetatype>(on loop: LoopBound<Loop>) {
        (stream, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(8))
        perform = { work in loop.perform { work($0) } }
    }

    /// Watches from now on: once it has returned, a signal no longer ends the process by itself.
    func start() async {
        let continuation = continuation
        await withCheckedContinuation { started in
            perform { loop in
                for (number, signal) in [(15, Signal.stop), (2, .stop), (1, .reload)] as [(Int32, Signal)] {
                    loop.watch(number) { continuation.yield(signal) }
                }
                started.resume()
            }
        }
    }
}

/// What watches the process's signals on its loop.
protocol SignalWatching {
    /// Calls `action` at each of the process's signals of that number.
    func watch(_ signal: Int32, _ action: @escaping () -> Void)
}

extension SignalWatch {
    /// A watch that cannot fail but by a mistake of the program.
    static func required(on loop: EventLoop, _ signal: Int32, _ action: @escaping () -> Void) -> SignalWatch {
        do { return try SignalWatch(loop: loop, signal: signal, handler: action) } catch {
            preconditionFailure("signal \(signal) cannot be watched: \(error)")
        }
    }
}
