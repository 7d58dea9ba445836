internal import Observability
package import PluginKit
internal import Synchronization
internal import System

/// Counts the entries that a configuration of a log plugin could not hand on, and names them in the log: the first of ten
/// seconds, with the number of all, and at its end what was held back.
package final class LogDrops: Sendable {
    private let logger: Logger
    private let pluginID: String
    private let throttle = LogThrottle()
    private let count = Atomic(0)

    package init(_ context: PluginBuildContext) {
        logger = context.logger
        pluginID = context.pluginID
    }

    deinit {
        let held = throttle.rest()
        guard held > 0 else { return }
        logger.warn(
            "log entries dropped",
            [
                "plugin_id": .string(pluginID), "detail": "these are all: the configuration is gone",
                "dropped": .integer(count.load(ordering: .relaxed)), "held_back": .integer(held),
            ])
    }

    /// An entry for a topic was refused.
    package func dropped(cluster: String, topic: String, _ error: String, _ detail: String) {
        guard let (total, held) = pass() else { return }
        logger.warn(
            "log entries dropped",
            [
                "plugin_id": .string(pluginID), "cluster": .string(cluster), "topic": .string(topic),
                "error": .string(error), "detail": .string(detail), "dropped": .integer(total),
                "held_back": .integer(held),
            ])
    }

    /// An entry found the queue of its destination full.
    package func overflowed(_ destination: String) {
        guard let (total, held) = pass() else { return }
        logger.warn(
            "log entries dropped",
            [
                "plugin_id": .string(pluginID), "destination": .string(destination), "error": "QueueFull",
                "detail": "it takes entries more slowly than they come", "dropped": .integer(total),
                "held_back": .integer(held),
            ])
    }

    private func pass() -> (total: Int, held: Int)? {
        let total = count.add(1, ordering: .relaxed).newValue
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return nil }
        return (total, held)
    }
}
