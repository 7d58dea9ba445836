internal import CLibuv
internal import Glibc
internal import Synchronization

/// One libuv loop on one thread, and the executor of the tasks that belong to it.
///
/// Everything made on a loop (connections, timers) is touched only on its thread; `execute`, `enqueue` and `stop` may be
/// called from any.
///
/// `@unchecked Sendable`: what other threads reach is `posted`, guarded by its mutex, and `wakeUp`, whose
/// `uv_async_send` is the one call libuv allows from any thread; all else is used on the loop's thread only.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// Its number in its group, from 0.
    package let index: Int
    let handle: UnsafeMutablePointer<uv_loop_t>
    /// Lent to libuv for each read; what is read is consumed before the next. Its size is a quarter of the second cache of
    /// common processors: large bodies pass with less than two thirds of the work that they are with 64 KiB.
    let readBuffer: UnsafeMutableRawBufferPointer
    private let wakeUp: UnsafeMutablePointer<uv_async_t>
    private let posted = Mutex<[Job]>([])
    private var running: [Job] = []
    private let beforeWaiting: UnsafeMutablePointer<uv_prepare_t>
    private var late: [any LateWork] = []
    private var runningLate: [any LateWork] = []
    private let thread = Atomic<UInt>(0)
    private let hasEnded = Atomic(false)

    private enum Job {
        case task(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    package init(index: Int = 0) throws(EventLoopError) {
        // A write to a socket whose peer has gone is an error of that write, not the end of the process; libuv leaves it
        // to the program to say so.
        signal(SIGPIPE, SIG_IGN)
        self.index = index
        handle = .allocate(capacity: 1)
        readBuffer = .allocate(byteCount: 262_144, alignment: 64)
        wakeUp = .allocate(capacity: 1)
        beforeWaiting = .allocate(capacity: 1)
        try EventLoopError.check(uv_loop_init(handle), "make an event loop")
        handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        wakeUp.initialize(to: uv_async_t())
        try EventLoopError.check(
            uv_async_init(handle, wakeUp) { EventLoop.of($0!.pointee.loop).runPosted() }, "make an event loop")
        beforeWaiting.initialize(to: uv_prepare_t())
        try EventLoopError.check(uv_prepare_init(handle, beforeWaiting), "make an event loop")
        try EventLoopError.check(
            uv_prepare_start(beforeWaiting) { EventLoop.of($0!.pointee.loop).runLate() }, "make an event loop")
    }

    deinit {
        // A loop that never ran has handles still.
        closeAll()
        uv_loop_close(handle)
        readBuffer.deallocate()
        wakeUp.deallocate()
        beforeWaiting.deallocate()
        handle.deallocate()
    }

    static func of(_ handle: UnsafeMutablePointer<uv_loop_t>) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(handle.pointee.data).takeUnretainedValue()
    }

    /// Runs the loop on the calling thread until `stop`.
    package func run() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
        uv_run(handle, UV_RUN_DEFAULT)
        runLate()
        closeAll()
        hasEnded.store(true, ordering: .releasing)
    }

    /// What is still open closes now without a word to its owner: the loop's memory must not be reached any more.
    private func closeAll() {
        uv_walk(
            handle,
            { handle, _ in
                guard let handle, uv_is_closing(handle) == 0 else { return }
                // The loop's own are nobody's.
                guard let resident = handle.pointee.data else { return uv_close(handle, nil) }
                (Unmanaged<AnyObject>.fromOpaque(resident).takeUnretainedValue() as? any LoopResident)?.loopEnded()
            }, nil)
        uv_run(handle, UV_RUN_DEFAULT)
    }

    /// Ends `run` after the work that was posted before.
    package func stop() { execute { [self] in uv_stop(handle) } }

    /// Whether the caller is on the loop's thread.
    package var isCurrent: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

    /// Milliseconds since some moment in the past, read once a turn of the loop.
    package var now: UInt64 { uv_now(handle) }

    // MARK: - Work

    package func enqueue(_ job: consuming ExecutorJob) { post(.task(UnownedJob(job))) }

    /// Runs `work` on the loop, in the order of the calls. A loop that has ended drops it.
    package func execute(_ work: @escaping @Sendable () -> Void) { post(.closure(work)) }

    /// Starts a task on this loop. To be called on the loop: the work may hold what belongs to it.
    package func start(_ work: @escaping () async -> Void) {
        // Safe to send: the task runs on this loop's thread and nowhere else, where `work` was made.
        nonisolated(unsafe) let work = work
        Task(executorPreference: self) { await work() }
    }

    private func post(_ job: Job) {
        let isFirst = posted.withLock { queue in
            queue.append(job)
            return queue.count == 1
        }
        // One wake-up for many: the loop takes the whole queue at once.
        if isFirst, !hasEnded.load(ordering: .acquiring) { uv_async_send(wakeUp) }
    }

    /// Has `work` run before the loop next waits, when whoever was there has been served: many run one after another,
    /// which is cheaper than each between two others' events. On the loop; only once until it runs.
    package func runLate(_ work: any LateWork) { late.append(work) }

    private func runLate() {
        // One may make another.
        while !late.isEmpty {
            swap(&late, &runningLate)
            for work in runningLate { work.runLate() }
            runningLate.removeAll(keepingCapacity: true)
        }
    }

    private func runPosted() {
        posted.withLock { swap(&$0, &running) }
        for job in running {
            switch job {
            case .task(let task): task.runSynchronously(on: asUnownedTaskExecutor())
            case .closure(let closure): closure()
            }
        }
        running.removeAll(keepingCapacity: true)
    }
}
