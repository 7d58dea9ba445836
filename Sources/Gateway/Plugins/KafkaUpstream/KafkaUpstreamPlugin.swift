internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Kafka
internal import Observability
internal import PluginKit
internal import System

/// HTTP in, Kafka records out: compatible with Kong's `kafka-upstream`, with answers that tell the truth.
enum KafkaUpstream {
    static func definition(pool: ProducerPool) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .access) { config, context in
            try PreparedKafkaUpstream(config, context, pool)
        }
    }
}

/// What all loops share: the producer, its topics and the compiled configuration.
final class PreparedKafkaUpstream: PreparedPlugin {
    let producer: Producer
    let client: KafkaClientConfiguration
    let topic: ProducerTopic
    /// `topic` and `allowed_topics`.
    let topics: [[UInt8]: ProducerTopic]
    let topicSource: (source: RecordSource, isRequired: Bool)?
    let keySource: (source: RecordSource, isRequired: Bool)?
    let headerRules: RecordHeaderRules?
    let parts: Envelope.Parts
    let valueSource: Envelope.ValueSource
    let isBatch: Bool
    let batchLimit: Int
    /// Nil: the body is not looked at.
    let bodyLimit: Int?
    let answer: ProduceAnswer
    let gate: HealthGate?
    let logger: Logger
    let throttle = LogThrottle()

    init(_ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool) throws {
        client = try KafkaClientConfiguration(config, context)
        logger = context.logger
        do throws(KafkaError) {
            producer = try pool.producer(for: client.producer, label: client.label)
            topic = try producer.topic(config["topic"]?.stringValue ?? "")
            var topics = [Array(topic.name.utf8): topic]
            for name in config["allowed_topics"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                topics[Array(name.utf8)] = try producer.topic(name)
            }
            self.topics = topics
        } catch {
            throw PluginBuildError("", error.message)
        }
        topicSource = try Self.source(config, argument: "topics_query_arg", record: "topic_source")
        keySource = try Self.source(config, argument: "key_query_arg", record: "key_source")
        headerRules = RecordHeaderRules(config["headers"]?.objectValue)
        var parts: Envelope.Parts = []
        if config["forward_method"] == true { parts.insert(.method) }
        if config["forward_uri"] == true { parts.insert(.uri) }
        if config["forward_headers"] == true { parts.insert(.headers) }
        if config["forward_body"] == true { parts.insert(.body) }
        self.parts = parts
        valueSource = Envelope.ValueSource(rawValue: config["value_source"]?.stringValue ?? "") ?? .envelope
        isBatch = config["batch"]?.boolValue ?? false
        batchLimit = config["batch_limit"]?.integerValue ?? 1_000
        let needsBody =
            valueSource != .envelope || parts.contains(.body) || isBatch || keySource?.source.needsJSON == true
            || topicSource?.source.needsJSON == true
        bodyLimit = needsBody ? config["body_limit"]?.integerValue ?? 1_048_576 : nil
        answer = ProduceAnswer(
            tellsErrors: config["error_handling"]?["return_error_message"]?.boolValue ?? false,
            tellsMetadata: config["return_metadata"]?.boolValue ?? false)
        gate =
            config["producer_async_health_gating"] == true
            ? HealthGate(
                producer: producer,
                failures: config["producer_async_health_failure_threshold"]?.integerValue ?? 3,
                recoveries: config["producer_async_health_recovery_threshold"]?.integerValue ?? 1,
                interval: config["producer_async_health_probe_interval"]?.integerValue ?? 5_000) : nil
    }

    private static func source(
        _ config: JSONObject, argument: String, record: String
    ) throws -> (source: RecordSource, isRequired: Bool)? {
        if let name = config[argument]?.stringValue { return (.queryArgument(Array(name.utf8)), false) }
        let object = config[record]?.objectValue
        return try RecordSource(object).map { ($0, object?["required"]?.boolValue ?? false) }
    }

    func plugin(on loop: EventLoop) -> any Plugin { KafkaUpstreamPlugin(self, on: loop) }

    /// Names a failure in the log: the first of ten seconds, with the number of those held back.
    func report(_ failure: ProduceFailure, topic: String, _ context: RequestContext) {
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "record not sent",
            [
                "cluster": .string(client.label), "topic": .string(topic), "error": .string(failure.name),
                "detail": .string(failure.detail), "status": .integer(failure.status),
                "request_id": .string(context.requestID.description), "held_back": .integer(held),
            ])
    }
}

/// The access phase of `kafka-upstream` on one loop.
final class KafkaUpstreamPlugin: Plugin {
    private let prepared: PreparedKafkaUpstream
    private let loop: EventLoop
    private let envelope: Envelope
    private let deliveries: Deliveries
    private var value: [UInt8] = []
    private var headers = RecordHeaders()

    let bodyLimit: Int?

    init(_ prepared: PreparedKafkaUpstream, on loop: EventLoop) {
        self.prepared = prepared
        self.loop = loop
        bodyLimit = prepared.bodyLimit
        envelope = Envelope(parts: prepared.parts, source: prepared.valueSource)
        deliveries = Deliveries { [prepared] results, exchange, context in
            Self.answer(results, prepared, &exchange, context)
        }
    }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        if let gate = prepared.gate, let refusal = gate.refusal() {
            prepared.report(refusal, topic: prepared.topic.name, context)
            prepared.answer.writeFailure(refusal, to: &exchange)
            return .answer
        }
        if QueryArguments.isTooLong(exchange.request.queryBytes()) {
            ProduceAnswer.writeBadRequest(
                "the query has more than \(QueryArguments.maximum) arguments", to: &exchange)
            return .answer
        }
        do throws(BodyProblem) {
            return try send(&exchange, context)
        } catch {
            ProduceAnswer.writeBadRequest(error.message, to: &exchange)
            return .answer
        }
    }

    private func send(_ exchange: inout Exchange, _ context: RequestContext) throws(BodyProblem) -> Verdict {
        let form = BodyForm(exchange.request)
        headers.removeAll()
        prepared.headerRules?.collect(exchange.request, into: &headers)
        if prepared.isBatch, form == .json || form == .ndjson { return try sendBatch(&exchange, context, form) }
        let isChecked = try checkForSources(exchange.body.span, form)
        let json = isChecked ? exchange.body : []
        guard let topics = try topics(exchange, context, json: json.span) else {
            ProduceAnswer.writeForbiddenTopic(to: &exchange)
            return .answer
        }
        let key = try key(exchange, context, json: json.span)
        value.removeAll(keepingCapacity: true)
        try envelope.write(exchange.request, body: exchange.body.span, form: form, isChecked: isChecked, to: &value)
        if prepared.client.isAsynchronous {
            for (place, topic) in topics.enumerated() {
                let result = produce(topic, key: key, isLast: place == topics.count - 1, target: nil, tag: 0)
                if let failure = Self.failure(of: result) {
                    prepared.report(failure, topic: topic.name, context)
                    prepared.answer.writeFailure(failure, to: &exchange)
                    return .answer
                }
            }
            ProduceAnswer.writeSent(to: &exchange)
            return .answer
        }
        let slot = deliveries.begin()
        for (place, topic) in topics.enumerated() {
            hand(topic, key: key, isLast: place == topics.count - 1, slot: slot)
        }
        return finish(slot, &exchange, context)
    }

    // MARK: - Batches

    private func sendBatch(
        _ exchange: inout Exchange, _ context: RequestContext, _ form: BodyForm
    ) throws(BodyProblem) -> Verdict {
        let body = exchange.body
        var records: [Range<Int>]
        if form == .ndjson {
            records = NDJSON.lines(body.span)
            for record in records { try envelope.check(body.span.extracting(record), anyKind: true) }
        } else {
            let kind = try envelope.check(body.span)
            records = kind == .array ? JSONText.elementRanges(body.span) : [0..<body.count]
        }
        if records.isEmpty { throw BodyProblem("the body holds no record") }
        guard records.count <= prepared.batchLimit else {
            throw BodyProblem("the body holds \(records.count) records; at most \(prepared.batchLimit) are allowed")
        }
        // Every record is looked at before the first is sent: a bad one sends nothing.
        var plans: [(topics: [ProducerTopic], key: [UInt8]?)] = []
        plans.reserveCapacity(records.count)
        for record in records {
            let json = body.span.extracting(record)
            guard let topics = try topics(exchange, context, json: json) else {
                ProduceAnswer.writeForbiddenTopic(to: &exchange)
                return .answer
            }
            plans.append((topics, try key(exchange, context, json: json)))
        }
        let total = plans.reduce(0) { $0 + $1.topics.count }
        guard total <= prepared.batchLimit else {
            throw BodyProblem("the body makes \(total) records; at most \(prepared.batchLimit) are allowed")
        }
        let slot = deliveries.begin()
        for (record, plan) in zip(records, plans) {
            value.removeAll(keepingCapacity: true)
            do throws(BodyProblem) {
                try envelope.write(
                    exchange.request, body: body.span.extracting(record), form: .json, isChecked: true,
                    to: &value)
            } catch {
                _ = deliveries.end(slot)
                throw error
            }
            for (place, topic) in plan.topics.enumerated() {
                hand(topic, key: plan.key, isLast: place == plan.topics.count - 1, slot: slot)
            }
        }
        return finish(slot, &exchange, context)
    }

    // MARK: - Sending

    /// Hands the value over for one topic, and notes what became of it.
    private func hand(_ topic: ProducerTopic, key: [UInt8]?, isLast: Bool, slot: Int) {
        let isAsynchronous = prepared.client.isAsynchronous
        let result = produce(
            topic, key: key, isLast: isLast, target: isAsynchronous ? nil : deliveries, tag: deliveries.tag(slot))
        if let failure = Self.failure(of: result) {
            deliveries.failed(slot, topic: topic.name, failure)
        } else {
            deliveries.queued(slot, topic: topic.name)
        }
    }

    private func finish(_ slot: Int, _ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        if !prepared.client.isAsynchronous, deliveries.wait(slot, context.suspension(of: exchange)) { return .suspend }
        Self.answer(deliveries.end(slot), prepared, &exchange, context)
        return .answer
    }

    private func produce(
        _ topic: ProducerTopic, key: [UInt8]?, isLast: Bool, target: (any DeliveryTarget)?, tag: UInt64
    ) -> ProduceResult {
        let headers = headers
        // A large value is given away instead of copied.
        if isLast, value.count >= 8192 {
            var owned: [UInt8] = []
            swap(&owned, &value)
            guard let key else {
                return prepared.producer.produce(
                    topic, owned: owned, headers: headers, on: loop, target: target, tag: tag)
            }
            return prepared.producer.produce(
                topic, key: key.span, owned: owned, headers: headers, on: loop, target: target, tag: tag)
        }
        let value = value
        guard let key else {
            return prepared.producer.produce(
                topic, value: value.span, headers: headers, on: loop, target: target, tag: tag)
        }
        return prepared.producer.produce(
            topic, key: key.span, value: value.span, headers: headers, on: loop, target: target, tag: tag)
    }

    private static func failure(of result: ProduceResult) -> ProduceFailure? {
        switch result {
        case .queued: nil
        case .full: .queueFull
        case .refused(let error): .kafka(error)
        }
    }

    private static func answer(
        _ results: [RecordResult], _ prepared: PreparedKafkaUpstream, _ exchange: inout Exchange,
        _ context: RequestContext
    ) {
        let failed = results.first { $0.failure != nil }
        if let failed, let failure = failed.failure { prepared.report(failure, topic: failed.topic, context) }
        if prepared.isBatch, BodyForm(exchange.request).isBatch {
            prepared.answer.writeBatch(results, to: &exchange)
        } else if let failure = failed?.failure {
            prepared.answer.writeFailure(failure, to: &exchange)
        } else {
            prepared.answer.writeSent(results, to: &exchange)
        }
    }

    // MARK: - Topic and key

    /// Whether the body was checked to be JSON because a source looks into it.
    private func checkForSources(_ body: Span<UInt8>, _ form: BodyForm) throws(BodyProblem) -> Bool {
        guard form == .json,
            prepared.keySource?.source.needsJSON == true || prepared.topicSource?.source.needsJSON == true
        else { return false }
        try envelope.check(body)
        return true
    }

    /// Where the record goes; nil when one of the topics is not allowed.
    private func topics(
        _ exchange: borrowing Exchange, _ context: RequestContext, json: Span<UInt8>
    ) throws(BodyProblem) -> [ProducerTopic]? {
        guard let (source, isRequired) = prepared.topicSource else { return [prepared.topic] }
        guard let named = source.value(exchange, context, json: json), !named.isEmpty else {
            if isRequired { throw BodyProblem("the request does not name a topic") }
            return [prepared.topic]
        }
        var found: [ProducerTopic] = []
        guard case .queryArgument = source else { return prepared.topics[named].map { [$0] } }
        for name in named.split(separator: UInt8(ascii: ",")) {
            guard let topic = prepared.topics[name.span.trimmed().array] else { return nil }
            // A topic that is named twice gets one record.
            if !found.contains(where: { $0.name == topic.name }) { found.append(topic) }
        }
        return found.isEmpty ? [prepared.topic] : found
    }

    private func key(
        _ exchange: borrowing Exchange, _ context: RequestContext, json: Span<UInt8>
    ) throws(BodyProblem) -> [UInt8]? {
        guard let (source, isRequired) = prepared.keySource else { return nil }
        let key = source.value(exchange, context, json: json)
        if key == nil, isRequired { throw BodyProblem("the request has no record key where one is expected") }
        return key
    }
}
