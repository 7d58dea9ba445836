internal import CLibuv

/// Work that a loop does later, once or again and again, until it is cancelled. Belongs to its loop.
package final class LoopTimer: LoopResident {
    private var handle: UnsafeMutablePointer<uv_timer_t>?
    private var work: (() -> Void)?
    private let repeats: Bool

    fileprivate init(loop: EventLoop, after: UInt64, repeating: UInt64, work: @escaping () -> Void) {
        self.work = work
        repeats = repeating > 0
        let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
        self.handle = handle
        uv_timer_init(loop.handle, handle)
        // The timer is kept by libuv until it has fired or was cancelled.
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        uv_timer_start(
            handle,
            { handle in
                let timer = Unmanaged<LoopTimer>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
                let work = timer.work
                if !timer.repeats { timer.cancel() }
                work?()
            }, after, repeating)
    }

    /// The work will not run again.
    package func cancel() {
        guard let handle else { return }
        self.handle = nil
        work = nil
        uv_timer_stop(handle)
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { closed in
            Unmanaged<LoopTimer>.fromOpaque(closed!.pointee.data).release()
            UnsafeMutableRawPointer(closed!).deallocate()
        }
    }

    func loopEnded() { cancel() }
}

extension EventLoop {
    /// Runs `work` on this loop after so many milliseconds, and then every `repeating` ones if that is not 0. On the loop.
    @discardableResult
    package func schedule(after: UInt64, repeating: UInt64 = 0, _ work: @escaping () -> Void) -> LoopTimer {
        LoopTimer(loop: self, after: after, repeating: repeating, work: work)
    }
}
