import Kafka
import TestBrokers

/// A broker to produce to, and how topics come into being there.
struct ProduceTarget: Sendable {
    let servers: [String]
    /// What must live as long as the target is used.
    private let owner: (any Sendable)?
    private let create: @Sendable (_ topics: [String]) async throws -> Void

    static func tansu() async throws -> ProduceTarget {
        let broker = try await TansuBroker.shared()
        return ProduceTarget(servers: [broker.server], owner: broker) { topics in
            for topic in topics { try await broker.createTopic(topic) }
        }
    }

    static func rig() async throws -> ProduceTarget {
        let servers = try await KafkaRig.shared().servers()
        return ProduceTarget(servers: servers, owner: nil) { try await KafkaTopics.create($0, on: servers) }
    }

    static func developmentCluster() throws -> ProduceTarget {
        let cluster = try DevelopmentCluster()
        return ProduceTarget(servers: cluster.bootstrapServers, owner: cluster) { topics in
            for topic in topics { try cluster.createTopic(topic, partitions: 1) }
        }
    }

    static func any() throws -> ProduceTarget {
        guard let server = TestEnvironment.anyKafka else { throw TestEnvironmentError(TestEnvironment.needsAnyKafka) }
        return ProduceTarget(servers: [server], owner: nil) { try await KafkaTopics.create($0, on: [server]) }
    }

    func createTopics(_ topics: [String]) async throws { try await create(topics) }
}
