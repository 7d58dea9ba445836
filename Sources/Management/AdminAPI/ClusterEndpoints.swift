internal import HTTPServer
package import JSON
package import Kafka
internal import WebApplication

/// `/clusters`: each Kafka cluster that this node uses, its brokers, its producers' queues and what went wrong last.
/// Sluice only.
struct ClusterEndpoints: Sendable {
    let facts: NodeFacts

    func add(to routes: inout WebRoutes) {
        routes.add(
            "/clusters", [.get: { _ in .json(["data": .array(facts.clusters.map(\.document)), "next": .null]) }])
    }
}

extension ClusterStatus {
    /// As `/clusters` tells it.
    package var document: JSONValue {
        [
            "names": .array(labels.map { .string($0) }),
            "bootstrap_servers": .array(bootstrapServers.map { .string($0) }), "up": .bool(isUp),
            "brokers": .array(brokers.map(Self.document)), "last_error": Self.fault(clusterFault),
            "producer": [
                "queued": .integer(queueDepth), "queued_bytes": .integer(queueBytes),
                "queue_limit": .integer(queueLimit), "queue_limit_bytes": .integer(queueByteLimit),
                "oldest_age": .integer(oldestAge), "delivered": .integer(delivered),
                "delivered_bytes": .integer(deliveredBytes), "failed": .integer(failed),
                "retries": .integer(retries),
                "consecutive_failures": .integer(health.consecutiveFailures),
                "last_error": health.lastFailure.map(Self.error) ?? .null,
            ],
            "topics": .array(topics.map(Self.document)),
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
            "failures": document(topic.failures), "dropped": .integer(topic.dropped), "drops": document(topic.drops),
            "awaited": .integer(topic.announced),
        ]
    }

    /// Counts by an error's name.
    private static func document(_ counts: [String: Int]) -> JSONValue {
        .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
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
