internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Kafka
internal import KafkaKit
internal import Observability
internal import PluginKit
internal import Scripting
internal import System

/// HTTP in, Kafka records out: compatible with Kong's `kafka-upstream`, with answers that tell the truth.
enum KafkaUpstream {
    static func definition(pool: ProducerPool, schemas: SchemaDirectory) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .access) { config, context in
            try PreparedKafkaUpstream(config, context, pool, schemas)
        }
    }
}

/// The access phase of `kafka-upstream` on one loop.
final class KafkaUpstreamPlugin: Plugin {
    let prepared: PreparedKafkaUpstream
    let loop: EventLoop
    let envelope: Envelope
    let deliveries: Deliveries
    let serializer: RecordSerializer?
    private let scripts: Result<MessageScripts?, LuaError>
    var value: [UInt8] = []
    var headers = RecordHeaders()

    let bodyLimit: Int?

    /// A record that fits its schemas, as it is published.
    struct Payload {
        let topic: ProducerTopic
        let key: [UInt8]?
        let value: [UInt8]
    }

    init(_ prepared: PreparedKafkaUpstream, on loop: EventLoop) {
        self.prepared = prepared
        self.loop = loop
        bodyLimit = prepared.bodyLimit
        serializer = prepared.schemas.map { RecordSerializer($0) }
        scripts = Result { () throws(LuaError) in try prepared.makeScripts() }
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
        return publish(&exchange, context, [:])
    }

    func publish(_ exchange: inout Exchange, _ context: RequestContext, _ loaded: LoadedSchemas) -> Verdict {
        do throws(BodyProblem) {
            return try send(&exchange, context, loaded)
        } catch {
            if error.isClients {
                ProduceAnswer.writeBadRequest(error.message, to: &exchange)
            } else {
                prepared.reportScript(error.message, context)
                prepared.answer.writeScriptFailure(error.message, to: &exchange)
            }
            return .answer
        }
    }

    /// Makes the value of a record of the whole body or a part of it.
    func writeValue(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ body: Span<UInt8>, _ form: BodyForm,
        isChecked: Bool
    ) throws(BodyProblem) {
        value.removeAll(keepingCapacity: true)
        try envelope.write(exchange.request, body: body, form: form, isChecked: isChecked, to: &value)
        switch scripts {
        case .success(let scripts): try scripts?.change(&value, exchange, context)
        case .failure(let error): throw BodyProblem("scripts cannot be loaded: \(error.message)", isClients: false)
        }
    }

    private func send(
        _ exchange: inout Exchange, _ context: RequestContext, _ loaded: LoadedSchemas
    ) throws(BodyProblem) -> Verdict {
        let form = BodyForm(exchange.request)
        headers.removeAll()
        let trace = context.trace
        prepared.headerRules?.collect(exchange.request, isTraced: trace != nil, into: &headers)
        if let trace { PublishTrace.write(trace, to: &headers) }
        if prepared.isBatch, form == .json || form == .ndjson { return try sendBatch(&exchange, context, form, loaded) }
        let isChecked = try checkForSources(exchange.body.span, form)
        let json = isChecked ? exchange.body : []
        guard let topics = try topics(exchange, context, json: json.span) else {
            ProduceAnswer.writeForbiddenTopic(to: &exchange)
            return .answer
        }
        let key = try key(exchange, context, json: json.span)
        if let serializer, let verdict = prepare(serializer, topics, hasKey: key != nil, &exchange, context, loaded) {
            return verdict
        }
        // What has a schema, or goes to scripts, is parsed for it: once is enough.
        let isParsedLater =
            (serializer?.hasValueSchema == true || prepared.hasScripts) && prepared.valueSource == .body
        try writeValue(exchange, context, exchange.body.span, form, isChecked: isChecked || isParsedLater)
        if let serializer {
            do throws(SchemaRejection) {
                let value = value
                let payloads = try payloads(serializer, topics, key: key, value: value.span)
                PublishTrace.serialized(payloads.count, context)
                return prepared.client.isAsynchronous
                    ? queue(payloads, serializer, &exchange, context)
                    : hand(payloads, serializer, &exchange, context)
            } catch { return reject(error, &exchange, context) }
        }
        PublishTrace.begin(context)
        if prepared.client.isAsynchronous {
            for (place, topic) in topics.enumerated() {
                let result = produce(topic, key: key, isLast: place == topics.count - 1, target: nil, tag: 0)
                if let failure = Self.failure(of: result) {
                    PublishTrace.failed(failure, topic: topic.name, context)
                    prepared.report(failure, topic: topic.name, context)
                    prepared.answer.writeFailure(failure, to: &exchange)
                    return .answer
                }
            }
            PublishTrace.queued(topics.map(\.name), context)
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
        _ exchange: inout Exchange, _ context: RequestContext, _ form: BodyForm, _ loaded: LoadedSchemas
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
        if let serializer {
            return try sendSerialized(
                zip(records, plans).map { ($0, $1.topics, $1.key) }, serializer, &exchange, context, loaded)
        }
        PublishTrace.begin(context)
        let slot = deliveries.begin()
        for (record, plan) in zip(records, plans) {
            do throws(BodyProblem) {
                try writeValue(exchange, context, body.span.extracting(record), .json, isChecked: true)
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
    func hand(_ topic: ProducerTopic, key: [UInt8]?, isLast: Bool, slot: Int) {
        let isAsynchronous = prepared.client.isAsynchronous
        let result = produce(
            topic, key: key, isLast: isLast, target: isAsynchronous ? nil : deliveries, tag: deliveries.tag(slot))
        if let failure = Self.failure(of: result) {
            deliveries.failed(slot, topic: topic.name, failure)
        } else {
            deliveries.queued(slot, topic: topic.name)
        }
    }

    func finish(_ slot: Int, _ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        if !prepared.client.isAsynchronous, deliveries.wait(slot, context.suspension(of: exchange)) { return .suspend }
        Self.answer(deliveries.end(slot), prepared, &exchange, context)
        return .answer
    }

    func produce(
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

    static func failure(of result: ProduceResult) -> ProduceFailure? {
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
        PublishTrace.end(results, context)
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
