internal import Bytes
internal import JSON
internal import Synchronization
internal import System

/// Structured log lines, written in the background: a caller never waits for the disk or the terminal.
///
/// The message is constant text; what varies goes beside it as facts (`route_id`, `error`). Neither a payload nor a
/// secret belongs in either. At most `maximumPending` lines wait; further ones are counted and the count is logged.
package final class Logger: Sendable {
    package typealias Facts = KeyValuePairs<String, LogValue>

    /// How a line looks.
    package enum Format: String, Sendable {
        /// For people: time, level, message, `key=value`.
        case text
        /// For machines: one JSON object a line.
        case json
    }

    private struct Writing: Sendable {
        let thread: WorkerThread
        let write: @Sendable ([UInt8]) -> Void
    }

    private let threshold: Atomic<Int>
    private let format: Format
    private let hasColours: Bool
    private let writing: Writing
    private let pending = Atomic(0)
    private let dropped = Atomic(0)
    private let lost = Counter()
    private let maximumPending: Int

    /// - Parameter write: Gets each finished line with its newline, on a thread of the logger's own.
    package init(
        level: LogLevel, format: Format, hasColours: Bool = false, maximumPending: Int = 8192,
        write: @escaping @Sendable ([UInt8]) -> Void = { StandardStream.error.write($0) }
    ) {
        threshold = Atomic(level.rawValue)
        self.format = format
        self.hasColours = hasColours
        self.maximumPending = maximumPending
        writing = Writing(thread: WorkerThread(), write: write)
    }

    /// A logger that writes nothing, for tests and tools.
    package static var silent: Logger { Logger(level: .emerg, format: .text, write: { _ in }) }

    /// The least level that is written; may be changed at run time.
    package var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .notice }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    package func isEnabled(_ level: LogLevel) -> Bool { level.rawValue >= threshold.load(ordering: .relaxed) }

    package func debug(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) { log(.debug, message, facts) }
    package func info(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) { log(.info, message, facts) }
    package func notice(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
        log(.notice, message, facts)
    }
    package func warn(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) { log(.warn, message, facts) }
    package func error(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) { log(.error, message, facts) }
    package func critical(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
        log(.crit, message, facts)
    }

    /// Writes a line if `level` is enabled; the facts are only made then.
    package func log(_ level: LogLevel, _ message: StaticString, _ facts: () -> Facts) {
        guard isEnabled(level) else { return }
        submit(line(level, message, facts(), at: WallClock.milliseconds))
    }

    /// Lines that were dropped since the start.
    package var lostLines: Int { lost.value }

    /// Lines that were dropped because the writer could not keep up, and not yet told.
    package var droppedLines: Int { dropped.load(ordering: .relaxed) }

    /// Writes what waits and ends the writer; later lines are dropped.
    package func close() { writing.thread.stop() }

    private func submit(_ line: [UInt8]) {
        if pending.load(ordering: .relaxed) >= maximumPending {
            dropped.add(1, ordering: .relaxed)
            lost.add()
            return
        }
        pending.add(1, ordering: .relaxed)
        writing.thread.execute { [self] in
            let lost = dropped.exchange(0, ordering: .relaxed)
            if lost > 0 {
                writing.write(
                    self.line(.warn, "log lines dropped", ["count": .integer(lost)], at: WallClock.milliseconds))
            }
            writing.write(line)
            pending.subtract(1, ordering: .relaxed)
        }
    }

    private func line(_ level: LogLevel, _ message: StaticString, _ facts: Facts, at time: Int64) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        switch format {
        case .json: writeJSON(level, message, facts, time, into: &line)
        case .text: writeText(level, message, facts, time, into: &line)
        }
        line.append(0x0a)
        return line
    }

    private func writeJSON(
        _ level: LogLevel, _ message: StaticString, _ facts: Facts, _ time: Int64, into line: inout [UInt8]
    ) {
        var object: JSONObject = [
            "time": .string(WallClock.timestamp(time)), "level": .string(level.name), "message": .string("\(message)"),
        ]
        for (key, value) in facts {
            switch value {
            case .string(let text): object[key] = .string(text)
            case .integer(let number): object[key] = .integer(number)
            case .number(let number): object[key] = .number(number)
            case .boolean(let flag): object[key] = .bool(flag)
            }
        }
        JSONValue.object(object).write(to: &line)
    }

    private func writeText(
        _ level: LogLevel, _ message: StaticString, _ facts: Facts, _ time: Int64, into line: inout [UInt8]
    ) {
        let colour: StaticString = level >= .error ? "\u{1b}[31m" : level == .warn ? "\u{1b}[33m" : "\u{1b}[2m"
        let time = WallClock.timestamp(time)
        line.append(String(time.dropFirst(11)))
        line.append(0x20)
        if hasColours { line.append(colour) }
        line.append(level.name)
        if hasColours { line.append("\u{1b}[0m" as StaticString) }
        line.append(contentsOf: repeatElement(0x20, count: max(1, 7 - level.name.utf8.count)))
        line.append(message)
        for (key, value) in facts {
            line.append(0x20)
            line.append(key)
            line.append(0x3d)
            switch value {
            case .integer(let number): line.append(decimal: number)
            case .number(let number): line.append("\(number)")
            case .boolean(let flag): line.append("\(flag)")
            case .string(let text): Logger.appendQuoted(text, to: &line)
            }
        }
    }

    /// Text that could be taken for another field or line is quoted, and control bytes are escaped.
    private static func appendQuoted(_ text: String, to line: inout [UInt8]) {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 != 0x7f }
        if isPlain { line.append(text) } else { JSONText.appendString(Array(text.utf8).span, to: &line) }
    }
}
