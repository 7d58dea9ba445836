import EventLoop
import HTTPServer
import PluginKit
import Synchronization

/// Requests that plugins hold up until the test lets them go.
final class Held: Sendable {
    typealias Work = @Sendable (inout Exchange, RequestContext) -> Verdict

    let journal = Journal()
    private let suspended = Mutex<[@Sendable () -> Void]>([])
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

    /// A verdict that suspends the request; `work` decides when it is let go.
    func suspend(_ exchange: borrowing Exchange, _ context: RequestContext, _ work: @escaping Work) -> Verdict {
        // Safe to send: it is used on the request's loop only.
        nonisolated(unsafe) let suspension = context.suspension(of: exchange)
        let loop = exchange.loop
        suspended.withLock { held in
            held.append {
                loop.execute {
                    let wasLive = suspension.isLive
                    let isDone = suspension.resume { work(&$0, $1) }
                    self.journal.note("resumed \(isDone) \(wasLive)")
                }
            }
        }
        journal.note("suspended")
        return .suspend
    }

    /// A verdict that lets a task wait; `work` decides when it is let go.
    func wait(_ work: @escaping Work) -> Verdict {
        .wait { [self] exchange, context in
            await withCheckedContinuation { continuation in
                waiting.withLock { $0.append(continuation) }
                journal.note("waiting")
            }
            journal.note("woken")
            return work(&exchange, context)
        }
    }

    func release() {
        for resume in take(suspended) { resume() }
        for continuation in take(waiting) { continuation.resume() }
    }

    private func take<Element: Sendable>(_ list: borrowing Mutex<[Element]>) -> [Element] {
        list.withLock { elements in
            defer { elements = [] }
            return elements
        }
    }
}
