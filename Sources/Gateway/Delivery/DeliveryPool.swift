package import HTTPClient
package import PluginKit
internal import Synchronization

/// All queues of a node, those that drain included.
package final class DeliveryPool: Sendable {
    private struct State {
        var cores: [ObjectIdentifier: DeliveryCore] = [:]
        /// Of queues that have ended, by the plugin's name.
        var past: [String: DeliveryCounts] = [:]
        var isStopped = false
    }

    package let http: HTTPClient
    private let clock: any DeliveryClock
    private let state = Mutex(State())

    /// - Parameter http: What sends batches.
    package init(http: HTTPClient, clock: any DeliveryClock) {
        self.http = http
        self.clock = clock
    }

    /// A queue of that plugin's configuration.
    package func queue(
        _ options: DeliveryOptions, for context: PluginBuildContext, send: @escaping DeliveryQueue.Send
    ) -> DeliveryQueue {
        let core = DeliveryCore(options, context, clock: clock, send: send) { [weak self] core, counts in
            self?.state.withLock { state in
                state.cores[ObjectIdentifier(core)] = nil
                state.past[core.plugin, default: DeliveryCounts()] += counts
            }
        }
        let isStopped = state.withLock { state in
            if !state.isStopped { state.cores[ObjectIdentifier(core)] = core }
            return state.isStopped
        }
        if isStopped { core.close() }
        return DeliveryQueue(core)
    }

    /// Delivers what is queued, for at most so many milliseconds, and says what could not be. Afterwards whatever is
    /// offered is dropped.
    package func shutdown(within milliseconds: Int) async -> [UndeliveredEntries] {
        let cores = state.withLock { state in
            state.isStopped = true
            return Array(state.cores.values)
        }
        let left = await withTaskGroup(of: UndeliveredEntries.self) { group in
            for core in cores {
                group.addTask {
                    let count = await core.stop(within: UInt64(max(0, milliseconds)))
                    return UndeliveredEntries(plugin: core.plugin, pluginID: core.pluginID, count: count)
                }
            }
            return await group.reduce(into: [UndeliveredEntries]()) { if $1.count > 0 { $0.append($1) } }
        }
        return left.sorted { ($0.plugin, $0.pluginID) < ($1.plugin, $1.pluginID) }
    }

    /// What became of all entries so far, by the plugin's name.
    package var totals: [(plugin: String, counts: DeliveryCounts)] {
        // A queue's lock is not taken within this one, for it is held when this one is at its end.
        let (cores, past) = state.withLock { (Array($0.cores.values), $0.past) }
        var totals = past
        for core in cores { totals[core.plugin, default: DeliveryCounts()] += core.counts }
        return totals.map { (plugin: $0.key, counts: $0.value) }.sorted { $0.plugin < $1.plugin }
    }
}
