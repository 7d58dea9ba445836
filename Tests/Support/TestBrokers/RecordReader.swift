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

/// Reads a topic with confluent-kafka, from its beginning to where it ends now.
package enum RecordReader {
    /// All records of the topic, ordered by partition and offset.
    ///
    /// - Parameter settings: of confluent-kafka, for secured brokers.
    package static func read(
        _ servers: [String], topic: String, settings: [String: String] = [:]
    ) async throws -> [StoredRecord] {
        let text = try await Python.run(
            """
            import sys, json, time
            from confluent_kafka import Consumer, TopicPartition
            servers, topic, settings = sys.argv[1:4]
            consumer = Consumer({"bootstrap.servers": servers, "group.id": "reader", "enable.auto.commit": False,
                                 "auto.offset.reset": "earliest", **json.loads(settings)})
            found = consumer.list_topics(topic, timeout=30).topics[topic]
            if found.error: sys.exit(str(found.error))
            ends = {}
            for partition in found.partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
                if high > low: ends[partition] = high
            consumer.assign([TopicPartition(topic, partition, 0) for partition in ends])
            hexed = lambda data: None if data is None else data.hex()
            limit = time.time() + 60
            while ends:
                if time.time() > limit: sys.exit("the records did not come: " + str(ends))
                message = consumer.poll(1)
                if message is None: 
                    for partition in list(ends):
                        at = consumer.position([TopicPartition(topic, partition)])[0].offset
                        if at >= ends[partition]: del ends[partition]
                    continue
                if message.error(): sys.exit(str(message.error()))
                print(json.dumps([message.partition(), message.offset(), message.timestamp()[1], hexed(message.key()),
                    hexed(message.value()), [[name, hexed(value)] for name, value in message.headers() or []]]))
                if message.offset() + 1 >= ends.get(message.partition(), 0): ends.pop(message.partition(), None)
            consumer.close()
            """,
            [
                servers.joined(separator: ","), topic,
                String(decoding: try JSONEncoder().encode(settings), as: UTF8.self),
            ])
        let records = try text.split(separator: "\n").filter { $0.hasPrefix("[") }.map { line in
            try JSONDecoder().decode(Line.self, from: Data(line.utf8)).record
        }
        return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    private struct Line: Decodable {
        let record: StoredRecord

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
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
