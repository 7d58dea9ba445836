import EventLoop
import GatewayStore
import HTTPServer
import Observability

/// The loop of what is not proxy traffic: Admin API, status and signals. Belongs to its loop.
final class ControlLoop {
    private let loop: EventLoop
    private var servers: [HTTPServer] = []
    private var watches: [SignalWatch] = []
    let adminAddresses: [SocketAddress]
    let statusAddresses: [SocketAddress]

    /// To be made before the loop runs.
    init(
        loop: EventLoop, settings: Settings, service: ConfigurationService, facts: NodeFacts, logger: Logger
    ) throws {
        self.loop = loop
        adminAddresses = []
        statusAddresses = []
    }

    /// Calls `action` at each of the process's signals of that number.
    func watch(_ signal: Int32, _ action: @escaping () -> Void) {
        do { watches.append(try SignalWatch(loop: loop, signal: signal, handler: action)) } catch {
            preconditionFailure("signal \(signal) cannot be watched: \(error)")
        }
    }

    /// Finishes what is under way; `done` is called on the loop.
    func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        for watch in watches { watch.cancel() }
        ServerDrain.run(servers, within: milliseconds, done)
    }
}
