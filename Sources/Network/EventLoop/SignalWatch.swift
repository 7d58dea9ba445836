internal import CLibuv

/// Watches for a signal of the system on a loop, until it is cancelled. Belongs to its loop.
package final class SignalWatch: LoopResident {
    private var handle: UnsafeMutablePointer<uv_signal_t>?
    private let handler: () -> Void

    /// - Parameter signal: Such as 15 for SIGTERM.
    package init(loop: EventLoop, signal: Int32, handler: @escaping () -> Void) throws(EventLoopError) {
        self.handler = handler
        let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
        uv_signal_init(loop.handle, handle)
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        self.handle = handle
        let result = uv_signal_start(
            handle,
            { handle, _ in Unmanaged<SignalWatch>.fromOpaque(handle!.pointee.data).takeUnretainedValue().handler() },
            signal)
        if result < 0 {
            cancel()
            throw EventLoopError("watch for signal \(signal)", code: result)
        }
    }

    package func cancel() {
        guard let handle else { return }
        self.handle = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { closed in
            Unmanaged<SignalWatch>.fromOpaque(closed!.pointee.data).release()
            UnsafeMutableRawPointer(closed!).deallocate()
        }
    }

    func loopEnded() { cancel() }
}
