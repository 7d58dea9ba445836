import TestBrokers
import Testing

@testable import Kafka

/// What an independent client reads is what was given, byte for byte.
@Suite(
    "The content of records",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct RecordContentTests {
    /// Every kind of key, value and headers, small and large.
    static var samples: [TestRecord] {
        var headers = RecordHeaders()
        headers.append(name: "content-type", value: "application/json")
        headers.append(name: "repeated", value: "one")
        headers.append(name: "repeated", value: "two")
        headers.append(name: "empty", value: "")
        headers.append(name: "null", value: nil)
        headers.append(name: "zero\u{0}inside", value: "a\u{0}b")
        headers.append(name: "", value: "no name")
        headers.append(name: "ключ", value: "значение")
        let binary = (0..<256).map { UInt8($0) }
        let large = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        return [
            TestRecord("plain"), TestRecord("keyed", key: "key"), TestRecord("", key: ""),
            TestRecord(bytes: binary, key: binary, headers: headers), TestRecord(bytes: large),
            TestRecord(bytes: large, key: binary, isOwned: true),
            TestRecord(bytes: Array(large[..<8_191]), isOwned: true),
            TestRecord(bytes: Array(large[..<8_192]), headers: headers, isOwned: true),
        ]
    }

    static func check(_ stored: [StoredRecord], _ given: [TestRecord]) {
        #expect(stored.count == given.count)
        for (stored, given) in zip(stored, given) {
            #expect(stored.key == given.key)
            #expect(stored.value == given.value)
            var start = 0
            let headers = given.headers.entries.map { entry in
                let name = String(decoding: given.headers.bytes[start..<entry.nameEnd], as: UTF8.self)
                let value = entry.valueEnd < 0 ? nil : Array(given.headers.bytes[entry.nameEnd..<entry.valueEnd])
                start = max(entry.nameEnd, entry.valueEnd)
                return StoredHeader(name, value)
            }
            // Python's client reads header names as C strings, up to a zero byte.
            let expected = headers.map { StoredHeader(String($0.name.prefix { $0 != "\u{0}" }), $0.value) }
            #expect(stored.headers == expected)
        }
    }

    @Test(
        "keys, values and headers arrive as given, with every codec",
        arguments: ProducerConfiguration.Compression.allCases)
    func codecs(_ compression: ProducerConfiguration.Compression) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("content", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.compression = compression
                $0.linger = 20
            })

        let reports = try await harness.sendAll(producer, try producer.topic("content"), Self.samples)

        #expect(reports.allSatisfy { $0.error == nil })
        Self.check(try await RecordReader.read(cluster.bootstrapServers, topic: "content"), Self.samples)
    }
}
