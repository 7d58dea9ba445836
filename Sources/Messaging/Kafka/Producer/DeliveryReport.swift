/// What became of one record.
package struct DeliveryReport: Sendable {
    /// Nil: the broker has it, as far as the producer's acknowledgement asks.
    package let error: KafkaError?
    /// -1 when no partition was chosen.
    package let partition: Int32
    /// -1 when unknown (acknowledgement `none`, or an error).
    package let offset: Int64
    /// Milliseconds since 1970, -1 when unknown.
    package let timestamp: Int64
}

/// Who is told what became of a record; confined to the loop that produced it.
package protocol DeliveryTarget: AnyObject {
    /// Called on the loop that produced the record, once, with the tag given to `produce`; never after `forget`.
    func delivered(_ report: DeliveryReport, tag: UInt64)
}

/// Names one record under way, for `Producer.forget`.
package struct DeliveryTicket: Sendable, Hashable {
    let value: UInt64
}

/// What `produce` did with a record.
package enum ProduceResult: Sendable {
    /// It waits or is under way; the report will come.
    case queued(DeliveryTicket)
    /// The queue or the slots are full; nothing was taken. Answer 503 at once.
    case full
    /// It will never be sent; nothing was taken.
    case refused(KafkaError)
}
