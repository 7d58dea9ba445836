import Testing

@testable import Kafka

private final class NamedTarget: DeliveryTarget {
    func delivered(_ report: DeliveryReport, tag: UInt64) {}
}

@Suite("Slots for records under way")
struct DeliverySlotsTests {
    @Test("a slot gives back its target and tag once")
    func once() throws {
        let slots = DeliverySlots(loop: 3, limit: 10)
        let target = NamedTarget()
        let name = try #require(slots.take(target, tag: 42, pinned: nil))

        #expect(DeliverySlots.loop(of: name) == 3)
        let first = slots.release(name)
        #expect(first?.target === target && first?.tag == 42)
        #expect(slots.release(name) == nil)
        #expect(slots.usedCount == 0)
    }

    @Test("a slot that was used again does not answer to its old name")
    func generations() throws {
        let slots = DeliverySlots(loop: 0, limit: 1)
        let old = try #require(slots.take(NamedTarget(), tag: 1, pinned: nil))
        _ = slots.release(old)
        let new = try #require(slots.take(NamedTarget(), tag: 2, pinned: nil))

        #expect(old != new)
        #expect(slots.release(old) == nil)
        #expect(slots.release(new)?.tag == 2)
    }

    @Test("no more slots than the limit")
    func limit() throws {
        let slots = DeliverySlots(loop: 0, limit: 2)
        let first = try #require(slots.take(nil, tag: 0, pinned: [1]))
        #expect(slots.take(nil, tag: 0, pinned: [2]) != nil)
        #expect(slots.take(nil, tag: 0, pinned: [3]) == nil)
        _ = slots.release(first)
        #expect(slots.take(nil, tag: 0, pinned: [4]) != nil)
    }

    @Test("a name of nothing is ignored", arguments: [0, 1, UInt64.max, 0xffff << 24])
    func stray(_ name: UInt64) {
        let slots = DeliverySlots(loop: 0, limit: 2)
        #expect(slots.release(name) == nil)
        slots.forget(name)
        #expect(slots.usedCount == 0)
    }
}
