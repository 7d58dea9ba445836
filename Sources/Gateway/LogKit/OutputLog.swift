internal import Bytes
package import EventLoop
internal import HTTPServer
package import JSON
package import PluginKit

/// What all loops share of a plugin that hands entries to an output of the node's.
package final class PreparedOutputLog: PreparedLogPlugin {
    package let entries: LogEntryConfiguration
    private let output: LogOutput
    private let destination: LogDestination
    private let drops: LogDrops
    /// Whether each entry is a line.
    let areLines: Bool
    private let areFresh: Bool

    /// - Parameter areFresh: See `LogOutput.offer`.
    package init(
        _ config: JSONObject, _ context: PluginBuildContext, to output: LogOutput, at destination: LogDestination,
        areLines: Bool, areFresh: Bool = false
    ) throws {
        entries = try LogEntryConfiguration(config, context)
        self.output = output
        self.destination = destination
        self.areLines = areLines
        self.areFresh = areFresh
        drops = LogDrops(context)
    }

    package func plugin(on loop: EventLoop) -> any Plugin { OutputLogPlugin(self) }

    /// Queues an entry; one that finds no room is counted and told.
    package func offer(_ entry: Span<UInt8>) {
        if !output.offer(entry, isFresh: areFresh) { drops.overflowed(destination.description) }
    }
}

/// Its log phase on one loop.
final class OutputLogPlugin: LogPlugin {
    private let prepared: PreparedOutputLog
    let entry: LogEntry
    private var bytes: [UInt8] = []

    init(_ prepared: PreparedOutputLog) {
        self.prepared = prepared
        entry = LogEntry(prepared.entries)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        bytes.removeAll(keepingCapacity: true)
        guard entry.write(exchange, context, outcome, of: self, to: &bytes) else { return }
        if prepared.areLines { bytes.append(UInt8(ascii: "\n")) }
        let whole = bytes
        prepared.offer(whole.span)
    }
}
