import Synchronization

@testable import Delivery

/// A clock that the test moves.
final class ManualClock: DeliveryClock {
    private struct State {
        var now: UInt64 = 1_000
        var alarms: [Alarm] = []
    }

    private final class Alarm: DeliveryAlarm {
        private let clock: ManualClock
        let ring: @Sendable (Int) -> Void
        let setting = Mutex<(due: UInt64, number: Int)?>(nil)

        init(_ clock: ManualClock, _ ring: @escaping @Sendable (Int) -> Void) {
            self.clock = clock
            self.ring = ring
        }

        func set(after milliseconds: UInt64, number: Int) {
            let now = clock.now
            setting.withLock { $0 = (now + milliseconds, number) }
        }

        func clear() { setting.withLock { $0 = nil } }
    }

    private let state = Mutex(State())

    var now: UInt64 { state.withLock { $0.now } }

    func alarm(_ ring: @escaping @Sendable (Int) -> Void) -> any DeliveryAlarm {
        let alarm = Alarm(self, ring)
        state.withLock { $0.alarms.append(alarm) }
        return alarm
    }

    /// Milliseconds until each alarm that is set, the next first.
    var dues: [UInt64] {
        let (now, alarms) = state.withLock { ($0.now, $0.alarms) }
        return alarms.compactMap { $0.setting.withLock { $0?.due } }.map { $0 - now }.sorted()
    }

    /// Lets time pass; alarms ring that are due then.
    func advance(_ milliseconds: UInt64) {
        let (now, alarms) = state.withLock { state in
            state.now += milliseconds
            return (state.now, state.alarms)
        }
        for alarm in alarms {
            let number = alarm.setting.withLock { setting -> Int? in
                guard let due = setting, due.due <= now else { return nil }
                setting = nil
                return due.number
            }
            if let number { alarm.ring(number) }
        }
    }
}
