package import EventLoop

/// The time that queues go by, and the alarms that wake them.
package protocol DeliveryClock: Sendable {
    /// Milliseconds of a clock that only goes forward.
    var now: UInt64 { get }
    /// - Parameter ring: Gets the number that the alarm was set with; never called while it is set.
    func alarm(_ ring: @escaping @Sendable (Int) -> Void) -> any DeliveryAlarm
}

/// One alarm, which rings once for each time it was set unless it is set anew or taken back before. From any thread; a
/// ring that is under way may still come.
package protocol DeliveryAlarm: Sendable {
    func set(after milliseconds: UInt64, number: Int)
    func clear()
}

/// Alarms by an event loop's timers.
package struct LoopDeliveryClock: DeliveryClock {
    private let loop: EventLoop
    private let start = ContinuousClock.now

    package init(loop: EventLoop) { self.loop = loop }

    package var now: UInt64 {
        let elapsed = (ContinuousClock.now - start).components
        return UInt64(elapsed.seconds) * 1_000 + UInt64(elapsed.attoseconds / 1_000_000_000_000_000)
    }

    package func alarm(_ ring: @escaping @Sendable (Int) -> Void) -> any DeliveryAlarm { LoopAlarm(loop, ring) }
}

/// `@unchecked Sendable`: the timer is touched on the loop only.
private final class LoopAlarm: DeliveryAlarm, @unchecked Sendable {
    private let loop: EventLoop
    private let ring: @Sendable (Int) -> Void
    private var timer: LoopTimer?

    init(_ loop: EventLoop, _ ring: @escaping @Sendable (Int) -> Void) {
        self.loop = loop
        self.ring = ring
    }

    func set(after milliseconds: UInt64, number: Int) {
        loop.execute { [self] in
            timer?.cancel()
            timer = loop.schedule(after: milliseconds) { [self] in
                timer = nil
                ring(number)
            }
        }
    }

    func clear() {
        loop.execute { [self] in
            timer?.cancel()
            timer = nil
        }
    }
}
