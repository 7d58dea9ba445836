/// The records of one producer and one loop that somebody waits for, or whose bytes librdkafka borrows.
///
/// A slot is named by index and generation; a report whose generation has passed finds nobody. Confined to its loop,
/// which is why `@unchecked Sendable` holds: the producer's thread only carries the reference into a closure for that
/// loop.
final class DeliverySlots: @unchecked Sendable {
    private struct Slot {
        var target: (any DeliveryTarget)?
        var tag: UInt64 = 0
        var generation: UInt32 = 0
        /// The value that librdkafka reads in place; held until the report.
        var pinned: [UInt8]?
    }

    /// loop + 1 in 8 bits, generation in 32, index in 24.
    static let indexBits: UInt64 = 24
    private static let indexMask: UInt64 = 1 << 24 - 1

    private let prefix: UInt64
    private let limit: Int
    private var slots: [Slot] = []
    private var free: [UInt32] = []

    init(loop: Int, limit: Int) {
        prefix = UInt64(loop + 1) << 56
        self.limit = min(limit, Int(Self.indexMask))
    }

    static func loop(of opaque: UInt64) -> Int { Int(opaque >> 56) - 1 }

    var usedCount: Int { slots.count - free.count }

    /// A slot's name, or nil when all are taken.
    func take(_ target: (any DeliveryTarget)?, tag: UInt64, pinned: [UInt8]?) -> UInt64? {
        let index: Int
        if let known = free.popLast() {
            index = Int(known)
        } else {
            guard slots.count < limit else { return nil }
            index = slots.count
            slots.append(Slot())
        }
        slots[index].target = target
        slots[index].tag = tag
        slots[index].pinned = pinned
        return prefix | UInt64(slots[index].generation) << Self.indexBits | UInt64(index)
    }

    /// Gives back a slot whose record was not taken, or was reported.
    func release(_ opaque: UInt64) -> (target: any DeliveryTarget, tag: UInt64)? {
        guard let index = index(of: opaque) else { return nil }
        let target = slots[index].target
        let tag = slots[index].tag
        slots[index].target = nil
        slots[index].pinned = nil
        slots[index].generation &+= 1
        free.append(UInt32(index))
        return target.map { ($0, tag) }
    }

    /// Nobody waits any more. A slot that pins bytes stays until the report, for librdkafka still reads them.
    func forget(_ opaque: UInt64) {
        guard let index = index(of: opaque) else { return }
        if slots[index].pinned == nil {
            _ = release(opaque)
        } else {
            slots[index].target = nil
        }
    }

    private func index(of opaque: UInt64) -> Int? {
        let index = Int(opaque & Self.indexMask)
        guard index < slots.count,
            slots[index].generation == UInt32(truncatingIfNeeded: opaque >> Self.indexBits)
        else { return nil }
        return index
    }
}
