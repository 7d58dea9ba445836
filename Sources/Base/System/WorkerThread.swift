internal import CPOSIX

/// A thread with a queue of work, for calls that block: file writes, SQLite. Also the executor of an actor whose work
/// blocks, so that neither an event loop nor Swift's shared pool waits for a disk.
///
/// `@unchecked Sendable`: all state below is touched only with `mutex` held.
package final class WorkerThread: SerialExecutor, @unchecked Sendable {
    private enum Job {
        case task(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var queue: [Job] = []
    private var isStopping = false
    private var thread = pthread_t()

    /// Starts the thread, which keeps this object until `stop`.
    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        let started = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<WorkerThread>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(started == 0, "no thread could be started")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func enqueue(_ job: consuming ExecutorJob) { add(.task(UnownedJob(job))) }

    /// Runs `work` on the thread, after what was added before it. After `stop` it is not run, and the answer is false.
    @discardableResult
    package func execute(_ work: @escaping @Sendable () -> Void) -> Bool { add(.closure(work)) }

    /// Finishes what is queued, then ends the thread and waits for it. Never call it from the thread's own work.
    package func stop() {
        pthread_mutex_lock(mutex)
        let first = !isStopping
        isStopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        if first { pthread_join(thread, nil) }
    }

    @discardableResult
    private func add(_ job: Job) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isStopping, case .closure = job { return false }
        queue.append(job)
        pthread_cond_signal(condition)
        return true
    }

    private func run() {
        var batch: [Job] = []
        while true {
            pthread_mutex_lock(mutex)
            while queue.isEmpty, !isStopping { pthread_cond_wait(condition, mutex) }
            swap(&batch, &queue)
            let ends = batch.isEmpty
            pthread_mutex_unlock(mutex)
            if ends { return }
            for job in batch {
                switch job {
                case .task(let task): task.runSynchronously(on: asUnownedSerialExecutor())
                case .closure(let closure): closure()
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
