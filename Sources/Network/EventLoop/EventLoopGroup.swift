internal import CLibuv
internal import Glibc
internal import Synchronization

/// The loops of a node, each on a thread of its own.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let threads = Mutex<[UInt]>([])

    /// - Parameter count: At least 1.
    package init(count: Int) throws(EventLoopError) {
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) { loops.append(try EventLoop(index: index)) }
        self.loops = loops
    }

    /// Starts one thread a loop.
    package func start() {
        threads.withLock { threads in
            guard threads.isEmpty else { return }
            for loop in loops {
                var thread = pthread_t()
                let started = pthread_create(
                    &thread, nil,
                    { context in
                        Unmanaged<EventLoop>.fromOpaque(context!).takeRetainedValue().run()
                        return nil
                    }, Unmanaged.passRetained(loop).toOpaque())
                precondition(started == 0, "no thread could be started")
                threads.append(UInt(thread))
            }
        }
    }

    /// Ends every loop and waits for its thread. Not to be called on a loop.
    package func stop() {
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        if threads.isEmpty { return }
        for loop in loops { loop.stop() }
        for thread in threads { pthread_join(pthread_t(thread), nil) }
    }
}
