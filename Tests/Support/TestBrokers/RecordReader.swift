import Foundation

/// Python with confluent-kafka: a client that is not ours.
package enum Python {
    @discardableResult
    package static func run(_ script: String, _ arguments: [String]) async throws -> String {
        try await ChildProcess.run(TestEnvironment.python, ["-c", script] + arguments)
    }
}

/// A record as an independent client read it.
package struct StoredRecord: Sendable, Hashable {
    package let partition: Int
    package let offset: Int
    package let timestamp: Int
    package let key: [UInt8]?
    package let value: [UInt8]?
    /// In order, names as UTF-8; a null value is nil.
    package let headers: [StoredHeader]
}

package struct StoredHeader: Sendable, Hashable {
    package let name: String
    package let value: [UInt8]?

    package init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

/// Reads topics with confluent-kafka, from their beginning to where they end now.
package enum RecordReader {
    /// All records of the topic, ordered by partition and offset.
    ///
    /// - Parameter settings: of confluent-kafka, for secured brokers.
    package static func read(
        _ servers: [String], topic: String, settings: [String: String] = [:]
    ) async throws -> [StoredRecord] {
        try await read(servers, topics: [topic], settings: settings)[topic] ?? []
    }

    /// The same for several topics, by name; one without records is not there.
    ///
    /// - Parameter expected: how many records to wait for in a topic, at most 30 s: who asks for no acknowledgement
    ///   (`acks` 0) is told nothing of when the broker has stored them.
    package static func read(
        _ servers: [String], topics: [String], expected: [String: Int] = [:], settings: [String: String] = [:]
    ) async throws -> [String: [StoredRecord]] {
        let text = try await run(
            """
            hexed = lambda data: None if data is None else data.hex()
            def take(message):
                print(json.dumps([message.topic(), message.partition(), message.offset(), message.timestamp()[1],
                    hexed(message.key()), hexed(message.value()),
                    [[name, hexed(value)] for name, value in message.headers() or []]]))
            def finish(): pass
            """, servers, topics, settings, expected: expected)
        var records: [String: [StoredRecord]] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("[") {
            let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            records[line.topic, default: []].append(line.record)
        }
        return records.mapValues { $0.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) } }
    }

    /// How often each value is in the topic, for topics of many small records whose values are text.
    package static func counts(_ servers: [String], topic: String) async throws -> [String: Int] {
        let text = try await run(
            """
            counts = {}
            def take(message):
                value = message.value().decode()
                counts[value] = counts.get(value, 0) + 1
            def finish(): print(json.dumps(counts))
            """, servers, [topic], [:])
        return try JSONDecoder().decode([String: Int].self, from: Data(text.utf8))
    }

    /// - Parameter script: Python that says what becomes of each message (`take`), and what at the end (`finish`).
    private static func run(
        _ script: String, _ servers: [String], _ topics: [String], _ settings: [String: String],
        expected: [String: Int] = [:]
    ) async throws -> String {
        try await Python.run(
            """
            import sys, json, time
            from confluent_kafka import Consumer, TopicPartition
            \(script)
            servers, topics, settings, expected = sys.argv[1:5]
            expected = json.loads(expected)
            consumer = Consumer({"bootstrap.servers": servers, "group.id": "reader", "enable.auto.commit": False,
                                 "auto.offset.reset": "earliest", **json.loads(settings)})
            ends = {}
            for topic in topics.split(","):
                found = consumer.list_topics(topic, timeout=30).topics[topic]
                if found.error: sys.exit(str(found.error))
                limit = time.time() + 30
                while True:
                    marks = {partition: consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
                             for partition in found.partitions}
                    stored = sum(high - low for low, high in marks.values())
                    if stored >= expected.get(topic, 0) or time.time() > limit: break
                    time.sleep(0.02)
                for partition, (low, high) in marks.items():
                    if high > low: ends[topic, partition] = high
            consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in ends])
            limit = time.time() + 60
            while ends:
                if time.time() > limit: sys.exit("the records did not come: " + str(ends))
                messages = consumer.consume(1000, 0.2)
                for message in messages:
                    if message.error(): sys.exit(str(message.error()))
                    take(message)
                    place = message.topic(), message.partition()
                    if message.offset() + 1 >= ends.get(place, 0): ends.pop(place, None)
                # What ends with a marker instead of a record.
                for place in list(ends) if not messages else []:
                    if consumer.position([TopicPartition(*place)])[0].offset >= ends[place]: del ends[place]
            consumer.close()
            finish()
            """,
            [
                servers.joined(separator: ","), topics.joined(separator: ","),
                String(decoding: try JSONEncoder().encode(settings), as: UTF8.self),
                String(decoding: try JSONEncoder().encode(expected), as: UTF8.self),
            ])
    }

    private struct Line: Decodable {
        let topic: String
        let record: StoredRecord

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            topic = try fields.decode(String.self)
            let partition = try fields.decode(Int.self)
            let offset = try fields.decode(Int.self)
            let timestamp = try fields.decode(Int.self)
            let key = try fields.decode(String?.self)
            let value = try fields.decode(String?.self)
            let headers = try fields.decode([[String?]].self)
            record = StoredRecord(
                partition: partition, offset: offset, timestamp: timestamp, key: try key.map(Self.bytes),
                value: try value.map(Self.bytes),
                headers: try headers.map { StoredHeader($0[0] ?? "", try $0[1].map(Self.bytes)) })
        }

        private static func bytes(_ hex: String) throws -> [UInt8] {
            let digits = Array(hex.utf8)
            return try stride(from: 0, to: digits.count, by: 2).map { index in
                guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                    throw TestEnvironmentError("no hexadecimal digits: \(hex.prefix(20))")
                }
                return byte
            }
        }
    }
}
