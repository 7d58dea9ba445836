internal import HTTPServer
internal import JSON
internal import Kafka
internal import WebApplication

/// `/clusters`: each Kafka cluster that this node uses, its brokers, its producers' queues and what went wrong last.
/// Sluice only.
struct ClusterEndpoints: Sendable {
    let facts: NodeFacts

    func add(to routes: inout WebRoutes) {
        routes.add(
            "/clusters", [.get: { _ in .json(["data": .array(facts.clusters.map(Self.document)), "next": .null]) }])
    }

    private static func document(_ status: ClusterStatus) -> JSONValue {
        [
            "names": .array(status.labels.map { .string($0) }),
            "bootstrap_servers": .array(status.bootstrapServers.map { .string($0) }), "up": .bool(status.isUp),
            "brokers": .array(status.brokers.map(document)), "last_error": fault(status.clusterFault),
            "producer": [
                "queued": .integer(status.queueDepth), "queued_bytes": .integer(status.queueBytes),
                "queue_limit": .integer(status.queueLimit), "queue_limit_bytes": .integer(status.queueByteLimit),
                "oldest_age": .integer(status.oldestAge), "delivered": .integer(status.delivered),
                "delivered_bytes": .integer(status.deliveredBytes), "failed": .integer(status.failed),
                "retries": .integer(status.retries),
                "consecutive_failures": .integer(status.health.consecutiveFailures),
                "last_error": status.health.lastFailure.map(error) ?? .null,
            ],
            "topics": .array(status.topics.map(document)),
        ]
    }

    private static func document(_ broker: BrokerStatus) -> JSONValue {
        [
            "name": .string(broker.name), "id": broker.nodeID < 0 ? .null : .integer(broker.nodeID),
            "state": .string(broker.state.lowercased()), "failing": .bool(broker.isFailing),
            "round_trip": broker.roundTrip.map { trip in
                ["average_us": .integer(trip.average), "p99_us": .integer(trip.longest)]
            } ?? .null,
            "last_error": fault(broker.lastFault),
        ]
    }

    private static func document(_ topic: TopicStatus) -> JSONValue {
        [
            "name": .string(topic.name), "accepted": .integer(topic.queued), "delivered": .integer(topic.delivered),
            "delivered_bytes": .integer(topic.deliveredBytes), "failed": .integer(topic.failed),
            "refused": .integer(topic.refused), "refused_by_full_queue": .integer(topic.refusedByFullQueue),
            "queued": .integer(topic.outstanding), "queued_bytes": .integer(topic.outstandingBytes),
            "failures": .object(
                JSONObject(topic.failures.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
        ]
    }

    private static func fault(_ fault: BrokerFault?) -> JSONValue {
        guard let fault else { return .null }
        guard case .object(var object) = error(fault.error) else { return .null }
        object["at"] = .integer(Int(fault.at / 1000))
        return .object(object)
    }

    private static func error(_ error: KafkaError) -> JSONValue {
        ["name": .string(error.name), "message": .string(error.message)]
    }
}
