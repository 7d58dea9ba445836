import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite("Records through the gateway, read back by another client")
struct ProduceTests {
    private static let tansu = SharedServer { try await ProduceRun(.tansu(), ProduceCase.all) }
    private static let rig = SharedServer { try await ProduceRun(.rig(), ProduceCase.all) }
    private static let development = SharedServer { try await ProduceRun(.developmentCluster(), ProduceCase.all) }
    private static let any = SharedServer { try await ProduceRun(.any(), ProduceCase.all) }

    @Test(
        "Apache Kafka", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)),
        arguments: ProduceCase.all)
    func rig(_ produce: ProduceCase) async throws { try check(produce, await Self.rig.get()) }

    @Test(
        "Tansu", .enabled(if: TestEnvironment.hasTansu, Comment(rawValue: TestEnvironment.needsTansu)),
        arguments: ProduceCase.all)
    func tansu(_ produce: ProduceCase) async throws { try check(produce, await Self.tansu.get()) }

    @Test(
        "the development cluster",
        .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)),
        arguments: ProduceCase.all)
    func developmentCluster(_ produce: ProduceCase) async throws {
        // It answers every record with the same timestamp and stores another.
        try check(produce, await Self.development.get(), hasTimestamps: false)
    }

    @Test(
        "the Kafka of SLUICE_TEST_KAFKA",
        .enabled(
            if: TestEnvironment.anyKafka != nil && TestEnvironment.hasPython,
            Comment(rawValue: TestEnvironment.needsAnyKafka)), arguments: ProduceCase.all)
    func any(_ produce: ProduceCase) async throws { try check(produce, await Self.any.get()) }

    private func check(_ produce: ProduceCase, _ run: ProduceRun, hasTimestamps: Bool = true) throws {
        let answer = try #require(run.answers[produce.name]).get()
        let stored = run.records[produce.name] ?? []

        #expect(answer.status == produce.status, "\(answer.body)")
        #expect(stored.map { ProduceCase.Record($0) } == produce.records)
        #expect(stored.allSatisfy { $0.value != nil })
        if produce.config["return_metadata"] == true, produce.status == 200 {
            let body = try JSONValue.parse(text: answer.body)
            let told = body["records"]?.arrayValue ?? body["results"]?.arrayValue ?? []
            #expect(told.map { $0["partition"]?.integerValue } == stored.map(\.partition))
            #expect(told.map { $0["offset"]?.integerValue } == stored.map(\.offset))
            if hasTimestamps { #expect(told.map { $0["timestamp"]?.integerValue } == stored.map(\.timestamp)) }
        }
        // The same for every case: nothing was lost on the way.
        #expect(run.exitStatus == 0)
        #expect(run.log.last?.message == "stopped" && run.log.last?.number("undelivered") == 0)
    }

    @Test(
        "records are compressed with the codec that was asked for",
        .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
    func codecs() async throws {
        let rig = try await KafkaRig.shared()
        let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
        try await KafkaTopics.create(codecs.map { "e2e-codec-\($0)" }, on: rig.servers())
        var document = GatewayDocument()
        for codec in codecs {
            document.produce(
                "/\(codec)", to: rig.servers(), topic: "e2e-codec-\(codec)",
                ProduceCase.acknowledged.with(["compression_type": .string(codec)]))
        }
        let node = try await RunningSluice(document)

        for (number, codec) in codecs.enumerated() {
            #expect(try await node.ask("POST /\(codec)", body: ProduceCase.compressible).status == 200)
            #expect(try rig.firstBatchCodec("e2e-codec-\(codec)") == number)
        }
        #expect(await node.stop() == 0)
    }

    @Test(
        "the largest record that the broker takes is delivered, a byte more is refused for good",
        .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
    func brokersLimit() async throws {
        let rig = try await KafkaRig.shared()
        // Beside a value of 1000 bytes a batch has 61 bytes of its own and 9 of the record's.
        try await rig.createTopic("e2e-largest", settings: ["max.message.bytes": "1070"])
        var document = GatewayDocument()
        document.produce(
            "/told", to: rig.servers(), topic: "e2e-largest",
            ProduceCase.acknowledged.with(["error_handling": ["return_error_message": true]]))
        document.produce("/untold", to: rig.servers(), topic: "e2e-largest", ["producer_async": false])
        let node = try await RunningSluice(document)

        let fits = try await node.ask("POST /told", body: [UInt8](repeating: 1, count: 1_000))
        let told = try await node.ask("POST /told", body: [UInt8](repeating: 2, count: 1_001))
        let untold = try await node.ask("POST /untold", body: [UInt8](repeating: 3, count: 1_001))

        #expect(fits.status == 200, "\(fits.body)")
        #expect(told.status == 502 && told["retry-after"] == nil)
        #expect(try JSONValue.parse(text: told.body)["error"] == "MessageSizeTooLarge")
        #expect(untold.status == 502)
        #expect(untold.body == #"{"message":"Bad Gateway","error":"could not send message to topic"}"#)
        #expect(await node.stop() == 0)
        let stored = try await RecordReader.read(rig.servers(), topic: "e2e-largest")
        #expect(stored.map(\.value) == [[UInt8](repeating: 1, count: 1_000)])
    }
}

extension KafkaRig {
    /// The codec's number in the first batch that the first node has stored of a topic's partition 0.
    fileprivate func firstBatchCodec(_ topic: String) throws -> Int {
        let batch = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: "\(directory)/data-1/\(topic)-0/00000000000000000000.log")))
        // Base offset 8, length 4, leader epoch 4, magic 1, checksum 4, then the attributes' two bytes.
        try #require(batch.count > 23 && batch[16] == 2)
        return Int(batch[22] & 7)
    }
}
