internal import CLibrdkafka
internal import EventLoop
internal import Glibc
internal import JSON
internal import Synchronization
internal import System

/// The hot path out: librdkafka's events, sorted by loop, one closure per loop and event.
extension ProducerCore {
    /// A report on its way to its loop.
    struct Delivery: Sendable {
        let opaque: UInt64
        let report: DeliveryReport
    }

    /// Starts the thread, which keeps the core until it has closed.
    func start(closed: @escaping @Sendable (ProducerCore) -> Void) throws(KafkaError) {
        let started = DetachedThread.start { [self] in
            run()
            close()
            closed(self)
        }
        guard started else {
            close()
            throw .invalid("no thread could be started", name: "NoThread")
        }
    }

    private func run() {
        var drain = Drain()
        while true {
            let phase = phase.load(ordering: .acquiring)
            if let event = rd_kafka_queue_poll(queue, phase == .open || phase == .stopped ? 250 : 10) {
                process(event)
                rd_kafka_event_destroy(event)
            }
            if phase != .open, drain.step(self, isClosing: phase == .closing) { return }
        }
    }

    /// After the last report: nothing in librdkafka refers to a slot or topic any more.
    private func close() {
        let topics = state.withLock { state in
            defer { state.topics = [:] }
            return Array(state.topics.values)
        }
        let undelivered = topics.reduce(0) { $0 + $1.counters.outstanding }
        for topic in topics { topic.close() }
        rd_kafka_queue_destroy(queue)
        rd_kafka_destroy(client)
        events.received(.producerClosed(cluster: name, undelivered: undelivered))
    }

    private func process(_ event: OpaquePointer) {
        switch Int32(rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_DR: processReports(event)
        case RD_KAFKA_EVENT_ERROR: processError(event)
        case RD_KAFKA_EVENT_LOG: processLog(event)
        case RD_KAFKA_EVENT_STATS: processStatistics(event)
        default: break
        }
    }

    private func processReports(_ event: OpaquePointer) {
        var batches = [[Delivery]](repeating: [], count: loops.count)
        var tally = ReportTally(core: self)
        withUnsafeTemporaryAllocation(of: UnsafePointer<rd_kafka_message_t>?.self, capacity: 512) { messages in
            messages.initialize(repeating: nil)
            while true {
                let count = rd_kafka_event_message_array(event, messages.baseAddress, messages.count)
                if count == 0 { break }
                for index in 0..<count {
                    guard let message = messages[index] else { continue }
                    let error = tally.count(message)
                    let opaque = UInt64(UInt(bitPattern: message.pointee._private))
                    guard opaque != 0 else { continue }
                    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
                    let report = DeliveryReport(
                        error: error, partition: message.pointee.partition,
                        offset: error == nil ? max(-1, message.pointee.offset) : -1,
                        timestamp: rd_kafka_message_timestamp(message, &type))
                    batches[DeliverySlots.loop(of: opaque)].append(Delivery(opaque: opaque, report: report))
                }
                tally.countAges()
            }
        }
        tally.finish()
        for (index, batch) in batches.enumerated() where !batch.isEmpty {
            loops[index].execute { [slots = slots[index]] in
                for delivery in batch {
                    if let waiting = slots.release(delivery.opaque) {
                        waiting.target.delivered(delivery.report, tag: waiting.tag)
                    }
                }
            }
        }
    }

    private func processError(_ event: OpaquePointer) {
        let code = rd_kafka_event_error(event)
        let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        if code == RD_KAFKA_RESP_ERR__FATAL {
            var words = [CChar](repeating: 0, count: 512)
            let cause = rd_kafka_fatal_error(client, &words, words.count)
            hasFailed.store(true, ordering: .releasing)
            events.received(.producerFailed(cluster: name, error: KafkaError(cause, message: text)))
        } else {
            brokers.record(code, text)
        }
    }

    private func processStatistics(_ event: OpaquePointer) {
        guard let text = rd_kafka_event_stats(event) else { return }
        let bytes = Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        do throws(JSONError) {
            brokers.apply(try LibraryStatistics(bytes.span))
        } catch {
            events.received(.log(cluster: name, level: 4, message: "statistics that are no JSON: \(error.message)"))
        }
    }

    private func processLog(_ event: OpaquePointer) {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard rd_kafka_event_log(event, &facility, &text, &level) == 0, let text else { return }
        let line = String(cString: text)
        if let facility, brokers.record(facility: String(cString: facility), line: line) { return }
        events.received(.log(cluster: name, level: Int(level), message: line))
    }
}
