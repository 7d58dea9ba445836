package import EventLoop
internal import Synchronization

/// Records that are announced before they can be made. Who announces one keeps the producer until it has come.
extension Producer {
    /// Says that a record for the topic will come, or be dropped; a shutdown waits for that, within its time. False: it
    /// waits no more. From any thread.
    package func announce(_ topic: ProducerTopic) -> Bool {
        core.phase.load(ordering: .acquiring) == .open && core.announced.add(topic.name)
    }

    /// Hands over a record that was announced, as `produce` does. Nil: a shutdown has given it up, and told so.
    package func produceAnnounced(
        _ topic: ProducerTopic, key: Span<UInt8>?, value: Span<UInt8>, headers: borrowing RecordHeaders = .none,
        on loop: EventLoop
    ) -> ProduceResult? {
        let result = core.announced.remove(topic.name) {
            let result = core.produce(
                topic.handle, key: key, value: value, headers: headers, partition: nil, loop: loop, target: nil,
                tag: 0, pinned: nil, isAnnounced: true)
            if case .queued = result { return result }
            topic.handle.counters.lostAnnounced.wrappingAdd(1, ordering: .relaxed)
            return result
        }
        if case .refused = result { refresh(topic.handle) }
        return result
    }

    /// A record that was announced will not come. False: a shutdown has given it up, and told so.
    package func dropAnnounced(_ topic: ProducerTopic, _ error: String) -> Bool {
        core.announced.remove(topic.name) { topic.handle.counters.dropAnnounced(error, count: 1) } != nil
    }
}

extension ProducerCore {
    /// At the end of a shutdown's time: what has not come is counted as dropped.
    func giveUpAnnounced() {
        let left = announced.giveUp()
        for topic in topics {
            if let count = left[topic.name], count > 0 { topic.counters.dropAnnounced("Stopped", count: count) }
        }
    }
}

extension TopicCounters {
    fileprivate func dropAnnounced(_ error: String, count: Int) {
        drop(error, count: count)
        lostAnnounced.wrappingAdd(count, ordering: .relaxed)
    }
}
