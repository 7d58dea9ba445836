import JSON
import Kafka
import TestBrokers
import TestClient
import Testing

@Suite(
    "A node under pressure",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct PressureTests {
    @Test(
        "a full queue is 503 with Retry-After; what was taken is delivered, and then more is taken",
        .enabled(if: TestEnvironment.hasTansu, Comment(rawValue: TestEnvironment.needsTansu)))
    func fullQueue() async throws {
        let broker = try await TansuBroker()
        try await broker.createTopic("orders")
        var document = GatewayDocument()
        // Nothing is sent again while the broker sleeps: without idempotence it might be stored twice.
        let bounded: JSONObject = ["producer_async_buffering_limits_messages_in_memory": 10, "timeout": 120_000]
        document.produce("/orders", to: [broker.server], topic: "orders", bounded)
        document.produce(
            "/told", to: [broker.server], topic: "orders",
            bounded.with(["error_handling": ["return_error_message": true]]))
        let node = try await RunningSluice(document)
        try await broker.pause()

        for number in 0..<10 { #expect(try await node.ask("POST /orders", body: "\(number)").status == 200) }
        let untold = try await node.ask("POST /orders", body: "too-many")
        // The same configuration of the producer: it is the same queue.
        let told = try await node.ask("POST /told", body: "too-many")

        for answer in [untold, told] { #expect(answer.status == 503 && answer["retry-after"] == "1") }
        #expect(untold.body == #"{"message":"Service Unavailable","error":"could not send message to topic"}"#)
        #expect(try JSONValue.parse(text: told.body)["error"] == "QueueFull")
        #expect(try await node.line("record not sent")["error"] == "QueueFull")

        broker.resume()
        try await Eventually.holds("a record is taken again") {
            try await node.ask("POST /orders", body: "after").status == 200
        }
        #expect(await node.stop() == 0)
        let stored = try await RecordReader.counts([broker.server], topic: "orders")
        #expect(stored == Dictionary(uniqueKeysWithValues: ((0..<10).map { "\($0)" } + ["after"]).map { ($0, 1) }))
        await broker.stop()
    }

    /// How a client goes before its answer comes.
    enum Departure: CaseIterable {
        case resetAfterRequest, closedAfterRequest, resetWithinBody, closedWithinBody

        var isWithinBody: Bool { self == .resetWithinBody || self == .closedWithinBody }
    }

    @Test("a client that goes costs nobody else anything, and its record counts", arguments: Departure.allCases)
    func clientGone(_ departure: Departure) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 1)
        var document = GatewayDocument()
        document.produce("/orders", to: cluster.bootstrapServers, topic: "orders", ProduceCase.acknowledged)
        let node = try await RunningSluice(document, settings: ["log_level": "debug"])
        #expect(try await node.ask("POST /orders", body: "before").status == 200)
        try cluster.setRoundTrip(1, milliseconds: 1_000)

        try await OwnThread.run {
            var client: HTTPClient? = try node.client()
            try client?.send("POST /orders\nContent-Length: 4\nExpect: 100-continue")
            // From here on the node waits for the body.
            _ = try client?.connection.readUntil("100 Continue\r\n\r\n")
            try client?.connection.send(departure.isWithinBody ? "go" : "gone")
            if departure == .resetAfterRequest || departure == .resetWithinBody { client?.connection.reset() }
            client = nil
        }

        // A client that only closed may still want its answer, for all that the node can know.
        let outcome = departure == .closedAfterRequest ? "sent" : "client gone"
        try await Eventually.holds("the node has ended the request") { node.lines("request").count == 2 }
        #expect(node.lines("request")[1]["outcome"] == outcome, "\(node.text)")
        try cluster.setRoundTrip(1, milliseconds: 0)
        #expect(try await node.ask("POST /orders", body: "after").status == 200)
        #expect(await node.stop() == 0)
        #expect(node.log.last?.number("undelivered") == 0)
        let expected = ["before": 1, "after": 1].merging(departure.isWithinBody ? [:] : ["gone": 1]) { $1 }
        #expect(try await RecordReader.counts(cluster.bootstrapServers, topic: "orders") == expected)
    }

    @Test("a client that ends its side still gets its answer")
    func halfClosed() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 1)
        var document = GatewayDocument()
        document.produce("/orders", to: cluster.bootstrapServers, topic: "orders", ProduceCase.acknowledged)
        let node = try await RunningSluice(document)

        let answer = try await OwnThread.run {
            let client = try node.client()
            try client.send("POST /orders", body: "last")
            client.connection.endWriting()
            return try client.answer()
        }

        #expect(answer.status == 200)
        #expect(await node.stop() == 0)
        #expect(try await RecordReader.counts(cluster.bootstrapServers, topic: "orders") == ["last": 1])
    }
}
