import Foundation
import JSON
import Kafka
import TestBrokers
import TestClient
import Testing

@Suite(
    "Entries of many requests", .serialized,
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct KafkaLogLoadTests {
    /// Requests on one connection, many at once: `/answered?connection=C&number=N`, N from 0.
    private static func send(_ count: Int, connection: Int, to port: UInt16) throws {
        let client = try RawClient(port: port)
        let block = 50
        for start in stride(from: 0, to: count, by: block) {
            var text = ""
            for number in start..<min(count, start + block) {
                text += "GET /answered?connection=\(connection)&number=\(number) HTTP/1.1\r\nHost: x\r\n\r\n"
            }
            try client.send(text)
            var answers = 0
            while answers < min(block, count - start) {
                answers += try client.readUntil("\r\n\r\n").components(separatedBy: "HTTP/1.1 200").count - 1
            }
        }
    }

    private static func document(_ server: String, _ config: JSONObject) -> String {
        var document = GatewayDocument()
        document.answer("/answered", "ok")
        let parts = server.split(separator: ":")
        let plugin: JSONObject = [
            "bootstrap_servers": [["host": .string(String(parts[0])), "port": .integer(Int(parts[1]) ?? 0)]],
            "topic": "log", "key_query_arg": "connection",
        ]
        let global: JSONValue = ["name": "kafka-log", "config": .object(plugin.with(config))]
        return document.text + "\nplugins: [\(global.text)]\n"
    }

    /// Counts entries by connection, and what is wrong with them, as another language's client reads them.
    private static let check = """
        import json, sys, time
        from confluent_kafka import Consumer, TopicPartition
        servers, topic, per_connection = sys.argv[1], sys.argv[2], int(sys.argv[3])
        consumer = Consumer({"bootstrap.servers": servers, "group.id": "check", "enable.auto.commit": False})
        partitions = consumer.list_topics(topic, 30).topics[topic].partitions
        ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), 30) for p in partitions}
        consumer.assign([TopicPartition(topic, p, low) for p, (low, high) in ends.items()])
        left = sum(high - low for low, high in ends.values())
        next_number, wrong, limit = {}, [], time.time() + 120
        while left > 0:
            if time.time() > limit: raise SystemExit(f"{left} records did not come")
            for message in consumer.consume(10000, 10):
                if message.error(): raise SystemExit(str(message.error()))
                left -= 1
                entry = json.loads(message.value())
                arguments = entry["request"]["querystring"]
                connection, number = message.key().decode(), int(arguments["number"])
                good = (arguments["connection"] == connection and number == next_number.get(connection, 0)
                    and entry["response"]["status"] == 200 and entry["client_ip"] == "127.0.0.1"
                    and len(entry["request"]["id"]) == 32)
                if not good: wrong.append(entry)
                next_number[connection] = number + 1
        print(json.dumps({"counts": next_number, "wrong": len(wrong), "first": wrong[:3]}))
        """

    @Test("100,000 under load, and a stop at their end: all are there, in order on each connection")
    func all() async throws {
        let (connections, each) = (20, 5_000)
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("log", partitions: 16)
        // The development cluster keeps 5 MiB a partition: no headers, so that nothing has to go.
        let node = try await RunningSluice(
            file: Self.document(
                cluster.bootstrapServers[0],
                [
                    "log_format": ["include": ["request.querystring", "request.id", "response.status", "client_ip"]],
                    "producer_async_buffering_limits_messages_in_memory": 200_000,
                ]))
        let port = node.port
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in 0..<connections {
                group.addTask { try await OwnThread.run { try Self.send(each, connection: connection, to: port) } }
            }
            try await group.waitForAll()
        }
        #expect(await node.stop() == 0, "a stop waits for what is queued")
        #expect(node.lines("log entries dropped").isEmpty)
        let text = try await Python.run(Self.check, [cluster.bootstrapServers[0], "log", "\(each)"])
        let found = try JSONValue.parse(text: text)
        #expect(found["wrong"] == 0, "\(found["first"]?.text ?? "")")
        let counts = try #require(found["counts"]?.objectValue)
        #expect(counts.count == connections && counts.values.allSatisfy { $0 == .integer(each) })
    }

    @Test(
        "a broker that is away: answers go on, memory is bounded, and sent and dropped make all requests",
        .enabled(if: TestEnvironment.hasTansu, Comment(rawValue: TestEnvironment.needsTansu)))
    func away() async throws {
        let broker = try await TansuBroker()
        try await broker.createTopic("log")
        let node = try await RunningSluice(
            file: Self.document(
                broker.server,
                [
                    "producer_async_buffering_limits_messages_in_memory": 2_000, "idempotence": true,
                    "producer_request_acks": -1,
                    "producer_request_timeout": 300_000, "timeout": 300_000, "delivery_timeout": 600_000,
                    "log_format": ["include": ["request.querystring"]],
                ]), settings: ["admin_listen": "127.0.0.1:0"])
        let each = 1_000
        try await OwnThread.run { try Self.send(each, connection: 0, to: node.port) }
        try await broker.pause()
        let end = ContinuousClock.now + TestEnvironment.loadTime
        var requests = each
        var rounds = 0
        // Every answer comes: the client waits for each block of them.
        while ContinuousClock.now < end || requests < 10_000 {
            rounds += 1
            try await OwnThread.run { [rounds] in try Self.send(each, connection: rounds, to: node.port) }
            requests += each
        }
        try await node.waitUntilOver(requests)
        let status = try JSONValue.parse(text: try await node.edit("GET /clusters").body)
        let queued = status["data"]?[0]?["producer"]?["queued"]?.integerValue ?? .max
        #expect(queued <= 2_000, "the queue is bounded")
        // The counts of the topic are exact: every entry was accepted or refused.
        let topic = try #require(status["data"]?[0]?["topics"]?[0])
        let (accepted, refused) = (topic["accepted"]?.integerValue ?? 0, topic["refused"]?.integerValue ?? 0)
        #expect(accepted + refused == requests)
        #expect(refused > 0 && !node.lines("log entries dropped").isEmpty, "what is dropped is told")
        broker.resume()
        #expect(await node.stop() == 0)
        let stored = try await RecordReader.counts([broker.server], topic: "log").values.reduce(0, +)
        #expect(stored == accepted, "what was accepted is stored, once")
        await broker.stop()
    }
}
