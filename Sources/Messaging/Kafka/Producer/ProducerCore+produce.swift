internal import CLibrdkafka
internal import EventLoop
internal import Synchronization

/// The hot path in: a record from a loop to librdkafka's queue.
extension ProducerCore {
    func produce(
        _ topic: TopicHandle, key: Span<UInt8>?, value: Span<UInt8>, headers: borrowing RecordHeaders,
        partition: Int32?, loop: EventLoop, target: (any DeliveryTarget)?, tag: UInt64, pinned: [UInt8]?,
        isAnnounced: Bool = false
    ) -> ProduceResult {
        let phase = phase.load(ordering: .acquiring)
        guard phase == .open || (isAnnounced && phase == .stopping) else {
            topic.counters.refuse(byFullQueue: false)
            return .refused(.stopping)
        }
        let slots = self.slots[loop.index]
        var opaque: UInt64 = 0
        if target != nil || pinned != nil {
            guard let taken = slots.take(target, tag: tag, pinned: pinned) else {
                topic.counters.refuse(byFullQueue: true)
                return .full
            }
            opaque = taken
        }
        // Counted before, for the report may come before this call returns.
        queued.wrappingAdd(1, ordering: .relaxed)
        topic.counters.queued.wrappingAdd(1, ordering: .relaxed)
        // A time before the hand-over: no record is reported before it came.
        let now = RecordAges.recent
        ages.handOver(at: now, loop: loop.index)
        let flags = pinned == nil ? RD_KAFKA_MSG_F_COPY : 0
        let size = value.count
        let result = value.withUnsafeBytes { value in
            withOptionalBytes(key) { key, keySize in
                headers.isEmpty
                    ? send(topic, partition ?? -1, flags, value, key, keySize, opaque)
                    : send(topic, partition ?? -1, flags, value, key, keySize, opaque, headers)
            }
        }
        if result == RD_KAFKA_RESP_ERR_NO_ERROR {
            topic.counters.queuedBytes.wrappingAdd(size, ordering: .relaxed)
            return .queued(DeliveryTicket(value: opaque))
        }
        queued.wrappingSubtract(1, ordering: .relaxed)
        topic.counters.queued.wrappingSubtract(1, ordering: .relaxed)
        ages.handOver(-1, at: now, loop: loop.index)
        topic.counters.refuse(byFullQueue: result == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        if opaque != 0 { _ = slots.release(opaque) }
        return result == RD_KAFKA_RESP_ERR__QUEUE_FULL ? .full : .refused(KafkaError(result))
    }

    func forget(_ opaque: UInt64, loop: EventLoop) {
        if opaque != 0 { slots[loop.index].forget(opaque) }
    }

    private func send(
        _ topic: TopicHandle, _ partition: Int32, _ flags: Int32, _ value: UnsafeRawBufferPointer,
        _ key: UnsafeRawPointer?, _ keySize: Int, _ opaque: UInt64
    ) -> rd_kafka_resp_err_t {
        let result = rd_kafka_produce(
            topic.pointer, partition, flags, Self.start(of: value), value.count, key, keySize,
            UnsafeMutableRawPointer(bitPattern: UInt(opaque)))
        return result == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error()
    }

    /// With headers: `rd_kafka_produceva`, for the variadic `producev` cannot be imported. The header list is made here
    /// rather than by `VTYPE_HEADER`, which takes names as C strings and would cut them at a zero byte.
    private func send(
        _ topic: TopicHandle, _ partition: Int32, _ flags: Int32, _ value: UnsafeRawBufferPointer,
        _ key: UnsafeRawPointer?, _ keySize: Int, _ opaque: UInt64, _ headers: borrowing RecordHeaders
    ) -> rd_kafka_resp_err_t {
        let list = Self.makeList(headers)
        return withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { arguments in
            arguments.initialize(repeating: rd_kafka_vu_t())
            arguments[0].vtype = RD_KAFKA_VTYPE_RKT
            arguments[0].u.rkt = topic.pointer
            arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION
            arguments[1].u.i32 = partition
            arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
            arguments[2].u.i = flags
            arguments[3].vtype = RD_KAFKA_VTYPE_VALUE
            arguments[3].u.mem.ptr = Self.start(of: value)
            arguments[3].u.mem.size = value.count
            arguments[4].vtype = RD_KAFKA_VTYPE_KEY
            arguments[4].u.mem.ptr = UnsafeMutableRawPointer(mutating: key)
            arguments[4].u.mem.size = keySize
            arguments[5].vtype = RD_KAFKA_VTYPE_OPAQUE
            arguments[5].u.ptr = UnsafeMutableRawPointer(bitPattern: UInt(opaque))
            arguments[6].vtype = RD_KAFKA_VTYPE_HEADERS
            arguments[6].u.headers = list
            guard let error = rd_kafka_produceva(client, arguments.baseAddress, arguments.count) else {
                return RD_KAFKA_RESP_ERR_NO_ERROR
            }
            defer { rd_kafka_error_destroy(error) }
            // The list is librdkafka's only when the record is.
            rd_kafka_headers_destroy(list)
            return rd_kafka_error_code(error)
        }
    }

    private static func makeList(_ headers: borrowing RecordHeaders) -> OpaquePointer? {
        let list = rd_kafka_headers_new(headers.count)
        headers.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var start = 0
            for entry in headers.entries {
                let name = base.advanced(by: start).assumingMemoryBound(to: CChar.self)
                let value = entry.valueEnd < 0 ? nil : base + entry.nameEnd
                rd_kafka_header_add(
                    list, name, entry.nameEnd - start, value, value == nil ? 0 : entry.valueEnd - entry.nameEnd)
                start = entry.valueEnd < 0 ? entry.nameEnd : entry.valueEnd
            }
        }
        return list
    }

    /// An empty value is not a null value: it needs an address.
    private static func start(of bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(bitPattern: 1)
    }

    private func withOptionalBytes<Result>(
        _ bytes: Span<UInt8>?, _ body: (UnsafeRawPointer?, Int) -> Result
    ) -> Result {
        guard let bytes else { return body(nil, 0) }
        return bytes.withUnsafeBytes { body($0.baseAddress ?? UnsafeRawPointer(bitPattern: 1), $0.count) }
    }
}
