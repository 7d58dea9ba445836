import Synchronization
import Testing

@testable import System

@Suite("System")
struct SystemTests {
    @Test("a written file reads back, and a missing one is an error that names it")
    func files() throws {
        let path = "/tmp/sluice-system-\(CurrentProcess.identifier)-\(UInt64.random(in: 0...UInt64.max))"
        try File.write(Array("hello".utf8), to: path)
        #expect(try File.read(path) == Array("hello".utf8))
        #expect(throws: SystemError.self) { try File.read(path, maximumBytes: 4) }
        let missing = #expect(throws: SystemError.self) { try File.read(path + ".missing") }
        #expect(missing?.isNotFound == true)
        #expect(missing?.description.contains(path + ".missing") == true)
    }

    @Test(
        "timestamps are RFC 3339 in UTC",
        arguments: [(0, "1970-01-01T00:00:00.000Z"), (1_764_000_000_007, "2025-11-24T16:00:00.007Z")])
    func timestamp(milliseconds: Int64, text: String) {
        #expect(WallClock.timestamp(milliseconds) == text)
    }

    @Test("a worker runs all that was queued before it stops, in order, and nothing after")
    func worker() {
        let worker = WorkerThread()
        let seen = Mutex<[Int]>([])
        for number in 0..<1000 { worker.execute { seen.withLock { $0.append(number) } } }
        worker.stop()
        #expect(seen.withLock { $0 } == Array(0..<1000))
        #expect(!worker.execute {})
    }

    actor Counter {
        private let worker: WorkerThread
        private var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }
        init(_ worker: WorkerThread) { self.worker = worker }
        func add() -> Int {
            count += 1
            return count
        }
    }

    @Test("an actor can run on a worker")
    func actor() async {
        let worker = WorkerThread()
        defer { worker.stop() }
        let counter = Counter(worker)
        for _ in 0..<99 { _ = await counter.add() }
        #expect(await counter.add() == 100)
    }
}
