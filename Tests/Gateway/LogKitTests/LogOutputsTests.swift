import Foundation
import Observability
import Synchronization
import System
import TestBrokers
import TestClient
import Testing

@testable import LogKit

@Suite("outputs of log plugins")
struct LogOutputsTests {
    /// A folder that goes with the test.
    private final class Folder {
        let path = NSTemporaryDirectory() + "sluice-outputs-\(UUID().uuidString)"
        init() throws { try File.makeFolder(path) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        func lines(_ name: String) throws -> [String] {
            String(decoding: try File.read("\(path)/\(name)"), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private static func offer(_ text: String, _ output: LogOutput, isFresh: Bool = false) -> Bool {
        output.offer(Array("\(text)\n".utf8).span, isFresh: isFresh)
    }

    private static func logger(_ lines: Mutex<[String]>.Shared) -> Logger {
        Logger(level: .debug, format: .json) { line in
            lines.value.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }

    @Test("lines of many threads are whole, in each one's order, and none is lost")
    func threads() async throws {
        let folder = try Folder()
        let outputs = LogOutputs()
        let path = folder.path + "/log"
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                let output = outputs.file(path, logger: .silent)
                group.addTask { for number in 0..<2_000 { _ = Self.offer("\(thread) \(number) end", output) } }
            }
        }
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        let lines = try folder.lines("log")
        #expect(lines.count == 8_000)
        for thread in 0..<4 {
            #expect(lines.filter { $0.hasPrefix("\(thread) ") } == (0..<2_000).map { "\(thread) \($0) end" })
        }
    }

    @Test("a rename is noticed before a fresh line, and at the latest after a second; nothing is lost")
    func rotation() async throws {
        let folder = try Folder()
        let outputs = LogOutputs()
        let path = folder.path + "/log"
        let output = outputs.file(path, logger: .silent)
        #expect(Self.offer("old", output))
        try await Eventually.holds("the first line is written") { output.counts.sent == 1 }
        rename(path, path + ".1")
        #expect(Self.offer("fresh", output, isFresh: true))
        try await Eventually.holds("the second line is written") { output.counts.sent == 2 }
        #expect(try folder.lines("log.1") == ["old"] && folder.lines("log") == ["fresh"])
        rename(path, path + ".2")
        var number = 0
        try await Eventually.holds("the file is there again") {
            #expect(Self.offer("line \(number)", output))
            number += 1
            return File.exists(path)
        }
        try await Eventually.holds("all is written") { output.counts.waiting == 0 }
        rename(path, path + ".3")
        outputs.refresh()
        #expect(Self.offer("last", output))
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        #expect(try folder.lines("log") == ["last"])
        let between = try folder.lines("log.2") + folder.lines("log.3")
        #expect(between == ["fresh"] + (0..<number).map { "line \($0)" })
    }

    @Test("a missing folder is told once, and its lines are written when it is there")
    func missing() async throws {
        let folder = try Folder()
        let lines = Mutex<[String]>.Shared()
        let outputs = LogOutputs()
        let path = folder.path + "/not/there/log"
        let logger = Self.logger(lines)
        let output = outputs.file(path, logger: logger)
        for number in 0..<10 { #expect(Self.offer("line \(number)", output)) }
        try await Eventually.holds("the failure is told") {
            lines.value.withLock { $0.contains { $0.contains("log entries cannot be written") } }
        }
        #expect(output.counts == .init(offered: 10, sent: 0, dropped: 0, waiting: 10))
        try File.makeFolder(folder.path + "/not/there")
        try await Eventually.holds("all is written") { output.counts.sent == 10 }
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        logger.close()
        #expect(try folder.lines("not/there/log") == (0..<10).map { "line \($0)" })
        let told = lines.value.withLock { $0.filter { $0.contains("cannot be written") } }
        #expect(told.count == 1 && told[0].contains("No such file or directory") && told[0].contains(path))
        #expect(lines.value.withLock { $0.contains { $0.contains("log output works again") } })
    }

    @Test("a full disk is told once, and its lines wait")
    func full() async throws {
        let lines = Mutex<[String]>.Shared()
        let logger = Self.logger(lines)
        let outputs = LogOutputs()
        let output = outputs.file("/dev/full", logger: logger)
        for _ in 0..<7 { #expect(Self.offer("line", output)) }
        try await Eventually.holds("the failure is told") {
            lines.value.withLock { $0.contains { $0.contains("No space left on device") } }
        }
        #expect(output.counts == .init(offered: 7, sent: 0, dropped: 0, waiting: 7))
        #expect(await outputs.shutdown(within: 50).map(\.entries) == [7])
        logger.close()
        #expect(lines.value.withLock { $0.filter { $0.contains("cannot be written") }.count } == 1)
    }

    @Test("a queue takes its fill of entries or of bytes, and as much again once that is away")
    func limits() async throws {
        let queue = EntryQueue(mostEntries: 1_000, mostBytes: 1_000_000)
        let entry = [UInt8](repeating: 0x61, count: 100_000)
        let small: [UInt8] = [0x62]
        var batch = EntryBatch()
        for _ in 0..<3 {
            var taken = 0
            for _ in 0..<11 where queue.offer(entry.span, isFresh: false) { taken += 1 }
            #expect(taken == 10)
            // In pieces, in order, and all of it.
            var bytes = 0
            while bytes < 1_000_000 {
                guard case .entries = queue.take(into: &batch, idleAfter: .zero) else { break }
                bytes += batch.bytes.count
                queue.settle(sent: batch.count, dropped: 0)
                batch.removeAll()
                queue.finishBatch()
            }
            #expect(bytes == 1_000_000)
        }
        var taken = 0
        for _ in 0..<1_001 where queue.offer(small.span, isFresh: false) { taken += 1 }
        #expect(taken == 1_000)
        #expect(queue.counts == .init(offered: 1_034, sent: 30, dropped: 4, waiting: 1_000))
    }

    @Test("what cannot be written by the end is counted and named")
    func left() async throws {
        let folder = try Folder()
        let outputs = LogOutputs()
        let path = folder.path + "/not/there/log"
        let output = outputs.file(path, logger: .silent)
        for _ in 0..<7 { #expect(Self.offer("line", output)) }
        let left = await outputs.shutdown(within: 50)
        #expect(left.map(\.destination) == [path] && left.map(\.entries) == [7])
        #expect(!Self.offer("late", output))
        #expect(output.counts == .init(offered: 8, sent: 0, dropped: 8, waiting: 0))
        #expect(!Self.offer("later", outputs.file(path, logger: .silent)))
    }

    @Test("a pipe that nobody reads drops what is too much, exactly, and keeps nobody waiting at the end")
    func pipe() async throws {
        let folder = try Folder()
        let path = folder.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let outputs = LogOutputs()
        let output = outputs.output(.file(path), logger: .silent, queue: EntryQueue(mostEntries: 100)) {
            FileOutput(path: path)
        }
        let line = String(repeating: "x", count: 999)
        var taken = 0
        for _ in 0..<1_000 where Self.offer(line, output) { taken += 1 }
        #expect(taken >= 100 && taken < 1_000)
        let left = await outputs.shutdown(within: 50).reduce(0) { $0 + $1.entries }
        let counts = output.counts
        #expect(counts.offered == 1_000 && counts.sent + counts.dropped == 1_000 && counts.waiting == 0)
        #expect(left == taken - counts.sent)
        // What is in the pipe is whole lines, but for the last one.
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(reader, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        #expect(bytes.split(separator: 0x0a).prefix(counts.sent).allSatisfy { $0.count == 999 })
        #expect(bytes.count / 1_000 == counts.sent)
    }

    /// Takes nothing, and is long about its end.
    private final class SlowOutput: EntryOutput {
        let isClosed: ConditionGate
        init(isClosed: ConditionGate) { self.isClosed = isClosed }
        func send(_ batch: inout EntryBatch, isFresh: Bool) -> SentEntries { SentEntries(sent: 0) }
        func close() { isClosed.wait() }
    }

    @Test("what a thread has given up is counted though the thread does not end in time")
    func slowEnd() async throws {
        let outputs = LogOutputs()
        let gate = ConditionGate()
        let output = outputs.output(.file("slow"), logger: .silent) { SlowOutput(isClosed: gate) }
        for _ in 0..<3 { #expect(Self.offer("line", output)) }
        let left = await outputs.shutdown(within: 0)
        gate.open()
        #expect(left.map(\.entries) == [3])
        #expect(output.counts == .init(offered: 3, sent: 0, dropped: 3, waiting: 0))
    }

    @Test("without a thread entries are dropped and counted, nothing hangs at the end, and who comes next tries again")
    func noThread() async throws {
        let folder = try Folder()
        let lines = Mutex<[String]>.Shared()
        let logger = Self.logger(lines)
        let mayStart = Atomic(false)
        let outputs = LogOutputs { mayStart.load(ordering: .relaxed) && DetachedThread.start($0) }
        let path = folder.path + "/log"
        let first = outputs.file(path, logger: logger)
        for _ in 0..<5 { #expect(!Self.offer("lost", first)) }
        #expect(first.counts == .init(offered: 5, sent: 0, dropped: 5, waiting: 0))
        #expect(outputs.statuses == [LogOutputStatus(destination: path, sent: 0, dropped: 5, waiting: 0)])
        let other = outputs.file(folder.path + "/other", logger: logger)
        outputs.refresh()

        mayStart.store(true, ordering: .relaxed)
        let next = outputs.file(path, logger: logger)
        #expect(Self.offer("written", next))
        #expect(!Self.offer("lost", first))
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        #expect(!Self.offer("lost", other))
        logger.close()
        #expect(try folder.lines("log") == ["written"])
        let told = lines.value.withLock { $0.filter { $0.contains("log output has no thread") } }
        #expect(told.count == 2 && told[0].contains("\(path)\""))
    }

    @Test("a destination is let go after its last user, with all lines written, and may be taken again")
    func leases() async throws {
        let folder = try Folder()
        let lines = Mutex<[String]>.Shared()
        let logger = Self.logger(lines)
        let outputs = LogOutputs()
        let path = folder.path + "/log"
        do {
            let first = outputs.file(path, logger: logger)
            let second = outputs.file(path, logger: logger)
            #expect(Self.offer("first", first) && Self.offer("second", second))
        }
        try await Eventually.holds("it is closed") {
            lines.value.withLock { $0.contains { $0.contains("log output closed") } }
        }
        #expect(try folder.lines("log") == ["first", "second"])
        let third = outputs.file(path, logger: logger)
        #expect(Self.offer("third", third))
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        #expect(try folder.lines("log") == ["first", "second", "third"])
    }
}

extension Mutex where Value == [String] {
    /// One that closures may share.
    final class Shared: Sendable {
        let value = Mutex<[String]>([])
    }
}
