import EventLoop
import GatewayModel
import HTTPServer
import JSON
import PluginKit
import Synchronization

@testable import LogKit

/// A log plugin that keeps its entries for the test, and tells who waits that there is one more.
final class EntryRecorder: Sendable {
    private let state = Mutex(
        (entries: [JSONValue](), waiting: [(count: Int, done: CheckedContinuation<Void, Never>)]()))

    var entries: [JSONValue] { state.withLock { $0.entries } }

    /// All entries as soon as there are so many.
    func entries(_ count: Int) async -> [JSONValue] {
        await withCheckedContinuation { done in
            let isThere = state.withLock { state in
                if state.entries.count >= count { return true }
                state.waiting.append((count, done))
                return false
            }
            if isThere { done.resume() }
        }
        return entries
    }

    fileprivate func add(_ entry: JSONValue) {
        let done = state.withLock { state in
            state.entries.append(entry)
            let count = state.entries.count
            let ready = state.waiting.filter { $0.count <= count }
            state.waiting.removeAll { $0.count <= count }
            return ready
        }
        for waiting in done { waiting.done.resume() }
    }

    /// - Parameter priority: Lower than that of another one: it runs later.
    func definition(name: String = "entry-recorder", priority: Int = 5) -> PluginDefinition {
        let schema = PluginSchema(name: name, priority: priority, config: RecordSchema(fields: LogEntryFields.fields))
        return PluginDefinition(schema: schema, phases: .log) { config, context in
            Prepared(recorder: self, entries: try LogEntryConfiguration(config, context))
        }
    }

    private struct Prepared: PreparedLogPlugin {
        let recorder: EntryRecorder
        let entries: LogEntryConfiguration

        func plugin(on loop: EventLoop) -> any Plugin { Recording(recorder, entries) }
    }

    private final class Recording: LogPlugin {
        let entry: LogEntry
        private let recorder: EntryRecorder

        init(_ recorder: EntryRecorder, _ entries: LogEntryConfiguration) {
            self.recorder = recorder
            entry = LogEntry(entries)
        }

        func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
            var text: [UInt8] = []
            guard entry.write(exchange, context, outcome, of: self, to: &text) else { return }
            do { recorder.add(try JSONValue.parse(text.span)) } catch {
                recorder.add(.string("no JSON: \(error): \(String(decoding: text, as: UTF8.self))"))
            }
        }
    }
}
