internal import EventLoop
internal import JSON
internal import Kafka
internal import KafkaKit
internal import Observability
internal import PluginKit
internal import SchemaRegistry
internal import Scripting
internal import System

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
    /// Nil: records are what requests make them.
    let schemas: RecordSchemas?
    let parts: Envelope.Parts
    let valueSource: Envelope.ValueSource
    let isBatch: Bool
    let batchLimit: Int
    /// Nil: the body is not looked at.
    let bodyLimit: Int?
    let answer: ProduceAnswer
    let gate: HealthGate?
    /// `message_by_lua_functions`.
    private let scripts: [String]
    private let pluginID: String
    let logger: Logger
    let throttle = LogThrottle()

    init(
        _ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool, _ directory: SchemaDirectory
    ) throws {
        client = try KafkaClientConfiguration(config, context)
        logger = context.logger
        pluginID = context.pluginID
        scripts = config["message_by_lua_functions"]?.texts ?? []
        if !scripts.isEmpty {
            // Each by itself was looked at by the schema: all together must have room.
            do throws(LuaError) { _ = try MessageScripts(scripts, logger: logger, pluginID: pluginID) } catch {
                throw PluginBuildError("message_by_lua_functions", error.message)
            }
        }
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
        schemas = try RecordSchemas(
            config, context, topics: topics.values.map(\.name),
            maximumBytes: client.producer.maximumMessageBytes, directory)
        if let schemas { directory.add(schemas, of: context.pluginID) }
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

    func plugin(on loop: EventLoop) -> any Plugin {
        schemas?.warm(logger)
        return KafkaUpstreamPlugin(self, on: loop)
    }

    var hasScripts: Bool { !scripts.isEmpty }

    /// For one loop; nil when there are none.
    func makeScripts() throws(LuaError) -> MessageScripts? {
        scripts.isEmpty ? nil : try MessageScripts(scripts, logger: logger, pluginID: pluginID)
    }

    /// Names in the log that a script has failed.
    func reportScript(_ problem: String, _ context: RequestContext) {
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "message not made",
            [
                "plugin_id": .string(pluginID), "topic": .string(topic.name),
                "detail": .string(String(problem.prefix(1_000))),
                "request_id": .string(context.requestID.description), "held_back": .integer(held),
            ])
    }

    /// Names in the log that a registry does not give a schema.
    func report(_ rejection: SchemaRejection, _ context: RequestContext) {
        guard case .unavailable(let failure, let subject, _) = rejection,
            let held = throttle.pass(at: WallClock.milliseconds)
        else { return }
        logger.warn(
            "schema not available",
            [
                "subject": .string(subject), "error": .string(failure.kind.rawValue),
                "detail": .string(failure.message), "request_id": .string(context.requestID.description),
                "held_back": .integer(held),
            ])
    }

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
