internal import CLibuv

/// Watches a descriptor that a library has opened, until it is cancelled. Belongs to its loop.
///
/// The descriptor stays the library's, which closes it after `cancel`, never before.
package final class DescriptorWatch: LoopResident {
    package struct Events: OptionSet, Sendable {
        package static let readable = Events(rawValue: UV_READABLE.rawValue)
        package static let writable = Events(rawValue: UV_WRITABLE.rawValue)

        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
    }

    private var handle: UnsafeMutablePointer<uv_poll_t>?
    private var handler: ((Events) -> Void)?
    private var events: Events = []

    /// - Parameters:
    ///   - descriptor: A socket or a pipe that nobody else watches on this loop; it does not block from now on.
    ///   - handler: Gets what the descriptor is ready for, again and again until that is used up. One that has failed
    ///     is ready for both, so that reading or writing meets the error.
    package init(
        loop: EventLoop, descriptor: Int32, events: Events, handler: @escaping (Events) -> Void
    ) throws(EventLoopError) {
        self.handler = handler
        let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        let result = uv_poll_init(loop.handle, handle, descriptor)
        guard result == 0 else {
            handle.deallocate()
            throw EventLoopError("watch the descriptor \(descriptor)", code: result)
        }
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        self.handle = handle
        do throws(EventLoopError) { try change(events) } catch {
            cancel()
            throw error
        }
    }

    /// Watches for these from now on; for none, the watch rests.
    package func change(_ events: Events) throws(EventLoopError) {
        guard let handle else { return }
        self.events = events
        let result = uv_poll_start(handle, Int32(events.rawValue)) { handle, status, ready in
            let watch = Unmanaged<DescriptorWatch>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
            if status < 0 { watch.failed() } else { watch.handler?(Events(rawValue: UInt32(ready))) }
        }
        try EventLoopError.check(result, "watch a descriptor")
    }

    /// libuv has stopped watching.
    private func failed() {
        handler?([.readable, .writable])
        guard let handle, uv_is_active(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) == 0
        else { return }
        do throws(EventLoopError) { try change(events) } catch { cancel() }
    }

    /// The handler is not called again.
    package func cancel() {
        guard let handle else { return }
        self.handle = nil
        handler = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { closed in
            Unmanaged<DescriptorWatch>.fromOpaque(closed!.pointee.data).release()
            UnsafeMutableRawPointer(closed!).deallocate()
        }
    }

    func loopEnded() { cancel() }
}
