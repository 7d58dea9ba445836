import Foundation

/// Topics of any cluster, through confluent-kafka.
package enum KafkaTopics {
    /// Creates topics and waits until their partitions have leaders.
    package static func create(
        _ names: [String], on servers: [String], partitions: Int = 1, copies: Int = 1, settings: [String: String] = [:]
    ) async throws {
        try await Python.run(
            """
            import sys, json, time
            from confluent_kafka.admin import AdminClient, NewTopic
            servers, names, partitions, copies, settings = sys.argv[1:6]
            names, admin = names.split(","), AdminClient({"bootstrap.servers": servers})
            topics = [NewTopic(name, int(partitions), int(copies), config=json.loads(settings)) for name in names]
            for future in admin.create_topics(topics, operation_timeout=20).values(): future.result(30)
            limit = time.time() + 60
            while time.time() < limit:
                known = admin.list_topics(timeout=30).topics
                found = [partition for name in names if name in known for partition in known[name].partitions.values()]
                if len(found) == len(names) * int(partitions) and all(p.leader >= 0 for p in found): sys.exit(0)
                time.sleep(0.1)
            sys.exit("the topics have no leaders")
            """,
            [
                servers.joined(separator: ","), names.joined(separator: ","), "\(partitions)", "\(copies)",
                String(decoding: try JSONEncoder().encode(settings), as: UTF8.self),
            ])
    }

    /// The node that leads a partition now; -1 for none.
    package static func leader(of topic: String, partition: Int = 0, on servers: [String]) async throws -> Int {
        let text = try await Python.run(
            """
            import sys
            from confluent_kafka.admin import AdminClient
            servers, topic, partition = sys.argv[1:4]
            admin = AdminClient({"bootstrap.servers": servers})
            print(admin.list_topics(topic, timeout=30).topics[topic].partitions[int(partition)].leader)
            """, [servers.joined(separator: ","), topic, "\(partition)"])
        guard let leader = text.split(separator: "\n").last.flatMap({ Int($0) }) else {
            throw TestEnvironmentError("no leader was told: \(text)")
        }
        return leader
    }
}
