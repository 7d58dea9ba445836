import JSON
import Synchronization
import Testing

@testable import Observability

@Suite("Logger")
struct LoggerTests {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("a JSON line holds time, level, message and the facts with their types")
    func json() throws {
        let lines = Lines()
        let logger = Logger(level: .info, format: .json, write: lines.add)
        logger.error("upstream \"timed\" out", ["route_id": "r1", "elapsed_ms": 12, "ratio": 0.5, "retried": true])
        logger.close()
        let object = try JSONValue.parse(text: try #require(lines.all.first))
        #expect(object["level"] == .string("error"))
        #expect(object["message"] == .string("upstream \"timed\" out"))
        #expect(object["route_id"] == .string("r1"))
        #expect(object["elapsed_ms"] == .integer(12))
        #expect(object["ratio"] == .number(0.5))
        #expect(object["retried"] == .bool(true))
        #expect(object["time"]?.stringValue?.hasSuffix("Z") == true)
    }

    @Test("a fact with a line break cannot forge a line")
    func forging() throws {
        let lines = Lines()
        let logger = Logger(level: .debug, format: .text, write: lines.add)
        logger.info("request", ["path": "/a\n12:00:00 error forged"])
        logger.close()
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(line.contains(#"path="/a\n12:00:00 error forged""#))
    }

    @Test("lines below the level are not written, and the level can change")
    func level() {
        let lines = Lines()
        let logger = Logger(level: .warn, format: .text, write: lines.add)
        logger.info("quiet")
        logger.level = .debug
        logger.debug("loud")
        logger.close()
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("loud") == true)
    }

    @Test("a full queue drops lines, counts them and says so")
    func overflow() {
        let lines = Lines()
        let gate = Mutex(false)
        let isWriting = Atomic(false)
        let logger = Logger(level: .debug, format: .json, maximumPending: 2) { line in
            isWriting.store(true, ordering: .relaxed)
            while !gate.withLock({ $0 }) {}
            lines.add(line)
        }
        logger.info("line")
        // What was dropped before a write begins would be told by that write.
        while !isWriting.load(ordering: .relaxed) {}
        for _ in 0..<4 { logger.info("line") }
        #expect(logger.droppedLines == 3)
        gate.withLock { $0 = true }
        while lines.all.count < 2 {}
        logger.info("later")
        logger.close()
        #expect(lines.all.contains { $0.contains(#""message":"log lines dropped""#) && $0.contains(#""count":3"#) })
    }

    @Test("a throttle passes one line an interval with the number held back")
    func throttle() {
        let throttle = LogThrottle(interval: 1000)
        #expect(throttle.pass(at: 5000) == 0)
        #expect(throttle.pass(at: 5001) == nil)
        #expect(throttle.pass(at: 5999) == nil)
        #expect(throttle.pass(at: 6000) == 2)
    }

    @Test("level names are Kong's", arguments: ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"])
    func names(name: String) { #expect(LogLevel(name: name)?.name == name) }
}
