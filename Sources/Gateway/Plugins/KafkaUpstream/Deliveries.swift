internal import HTTPServer
internal import Kafka
internal import PluginKit

/// The requests of one plugin on one loop that wait for their records' reports.
///
/// A slot is reused when its request is answered; the tag of a record names slot, generation and the record's place, so
/// that a report for an earlier request finds nobody.
final class Deliveries: DeliveryTarget {
    private struct Waiting {
        /// 16 bits.
        var generation: UInt32 = 0
        var suspension: Suspension?
        var results: [RecordResult] = []
        var outstanding = 0
    }

    /// Writes the answer when all reports are there.
    private let answer: ([RecordResult], inout Exchange, RequestContext) -> Void
    private var slots: [Waiting] = []
    private var free: [Int] = []

    init(answer: @escaping ([RecordResult], inout Exchange, RequestContext) -> Void) { self.answer = answer }

    /// Requests that wait.
    var count: Int { slots.count - free.count }

    /// Takes a slot.
    func begin() -> Int {
        if let slot = free.popLast() { return slot }
        slots.append(Waiting())
        return slots.count - 1
    }

    /// The tag for the next record of the slot's request.
    func tag(_ slot: Int) -> UInt64 {
        UInt64(slots[slot].generation) << 48 | UInt64(slot) << 20 | UInt64(slots[slot].results.count)
    }

    /// The record was queued: its report will come.
    func queued(_ slot: Int, topic: String) {
        slots[slot].results.append(RecordResult(topic: topic))
        slots[slot].outstanding += 1
    }

    /// The record was not taken.
    func failed(_ slot: Int, topic: String, _ failure: ProduceFailure) {
        slots[slot].results.append(RecordResult(topic: topic, failure: failure))
    }

    /// All records were handed over. False when there is nothing to wait for: the results are the answer's.
    func wait(_ slot: Int, _ suspension: Suspension) -> Bool {
        guard slots[slot].outstanding > 0 else { return false }
        slots[slot].suspension = suspension
        return true
    }

    /// Gives the slot back, with its results.
    func end(_ slot: Int) -> [RecordResult] {
        let results = slots[slot].results
        slots[slot].results = []
        slots[slot].suspension = nil
        slots[slot].outstanding = 0
        slots[slot].generation = (slots[slot].generation + 1) & 0xffff
        free.append(slot)
        return results
    }

    func delivered(_ report: DeliveryReport, tag: UInt64) {
        let slot = Int(tag >> 20 & 0xfff_ffff)
        let place = Int(tag & 0xf_ffff)
        // A second report for a record must not stand for another record's.
        guard slot < slots.count, slots[slot].generation == UInt32(truncatingIfNeeded: tag >> 48),
            slots[slot].results.indices.contains(place), slots[slot].results[place].isUnderWay
        else { return }
        if let error = report.error {
            slots[slot].results[place].failure = .kafka(error)
        } else {
            slots[slot].results[place].report = report
        }
        slots[slot].outstanding -= 1
        guard slots[slot].outstanding == 0, let suspension = slots[slot].suspension else { return }
        let results = end(slot)
        // A client that has gone needs no answer.
        suspension.resume { exchange, context in
            answer(results, &exchange, context)
            return .answer
        }
    }
}
