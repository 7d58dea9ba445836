internal import Bytes
internal import HTTPServer
internal import JSON
internal import Kafka
internal import KafkaKit
internal import PluginKit

/// What becomes of records that have schemas: nothing is sent before all of them fit.
extension KafkaUpstreamPlugin {
    /// Nil: all schemas are there.
    func prepare(
        _ serializer: RecordSerializer, _ topics: [ProducerTopic], hasKey: Bool, _ exchange: inout Exchange,
        _ context: RequestContext, _ loaded: LoadedSchemas
    ) -> Verdict? {
        PublishTrace.beginSerializing(context)
        switch serializer.prepare(topics, hasKey: hasKey, loaded: loaded) {
        case .ready: return nil
        case .rejected(let rejection): return reject(rejection, &exchange, context)
        case .missing(let slots):
            return .wait { [self] exchange, context in
                publish(&exchange, context, loaded.merging(await slots.load()) { $1 })
            }
        }
    }

    func reject(
        _ rejection: SchemaRejection, record: Int? = nil, _ exchange: inout Exchange, _ context: RequestContext
    ) -> Verdict {
        PublishTrace.rejected(rejection, context)
        prepared.report(rejection, context)
        SchemaAnswer.write(rejection, record: record, tellsErrors: prepared.answer.tellsErrors, to: &exchange)
        return .answer
    }

    /// What goes to each topic for one record.
    func payloads(
        _ serializer: RecordSerializer, _ topics: [ProducerTopic], key: [UInt8]?, value: Span<UInt8>
    ) throws(SchemaRejection) -> [Payload] {
        var payloads: [Payload] = []
        for topic in topics {
            var key = key
            if let text = key { key = try serializer.key(text, for: topic) }
            if let last = payloads.last, serializer.isSameValue(last.topic, topic) {
                payloads.append(Payload(topic: topic, key: key, value: last.value))
                continue
            }
            var serialized: [UInt8] = []
            try serializer.appendValue(value, for: topic, to: &serialized)
            payloads.append(Payload(topic: topic, key: key, value: serialized))
        }
        return payloads
    }

    /// Sends records of a batch once all of them fit.
    func sendSerialized(
        _ records: [(range: Range<Int>, topics: [ProducerTopic], key: [UInt8]?)], _ serializer: RecordSerializer,
        _ exchange: inout Exchange, _ context: RequestContext, _ loaded: LoadedSchemas
    ) throws(BodyProblem) -> Verdict {
        var topics: [ProducerTopic] = []
        for topic in records.flatMap(\.topics) where !topics.contains(where: { $0.name == topic.name }) {
            topics.append(topic)
        }
        let hasKey = records.contains { $0.key != nil }
        if let verdict = prepare(serializer, topics, hasKey: hasKey, &exchange, context, loaded) { return verdict }
        let body = exchange.body
        var payloads: [Payload] = []
        for (number, record) in records.enumerated() {
            try writeValue(exchange, context, body.span.extracting(record.range), .json, isChecked: true)
            do throws(SchemaRejection) {
                let value = value
                payloads += try self.payloads(serializer, record.topics, key: record.key, value: value.span)
            } catch { return reject(error, record: number, &exchange, context) }
        }
        PublishTrace.serialized(payloads.count, context)
        return hand(payloads, serializer, &exchange, context)
    }

    /// Queues a request's records, for which nobody waits.
    func queue(
        _ payloads: [Payload], _ serializer: RecordSerializer, _ exchange: inout Exchange, _ context: RequestContext
    ) -> Verdict {
        PublishTrace.begin(context)
        let ownHeaders = headers
        for payload in payloads {
            value = payload.value
            serializer.addHeaders(for: payload.topic, hasKey: payload.key != nil, to: &headers)
            let result = produce(payload.topic, key: payload.key, isLast: true, target: nil, tag: 0)
            headers = ownHeaders
            if let failure = Self.failure(of: result) {
                PublishTrace.failed(failure, topic: payload.topic.name, context)
                prepared.report(failure, topic: payload.topic.name, context)
                prepared.answer.writeFailure(failure, to: &exchange)
                return .answer
            }
        }
        PublishTrace.queued(payloads.map(\.topic.name), context)
        ProduceAnswer.writeSent(to: &exchange)
        return .answer
    }

    func hand(
        _ payloads: [Payload], _ serializer: RecordSerializer, _ exchange: inout Exchange, _ context: RequestContext
    ) -> Verdict {
        PublishTrace.begin(context)
        let slot = deliveries.begin()
        let ownHeaders = headers
        for payload in payloads {
            value = payload.value
            serializer.addHeaders(for: payload.topic, hasKey: payload.key != nil, to: &headers)
            hand(payload.topic, key: payload.key, isLast: true, slot: slot)
            headers = ownHeaders
        }
        return finish(slot, &exchange, context)
    }
}
