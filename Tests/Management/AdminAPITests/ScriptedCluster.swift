import Counting

@testable import Kafka

extension ClusterStatus {
    /// A cluster `orders`, also called `other`, with something of everything.
    static func scripted(isUp: Bool, fault: String? = nil) -> ClusterStatus {
        var status = ClusterStatus()
        status.labels = ["orders", "other"]
        status.bootstrapServers = ["b:9092"]
        var broker = BrokerStatus(name: "b:9092")
        broker.nodeID = 3
        broker.state = isUp ? "UP" : "DOWN"
        broker.roundTrip = RoundTrip(average: 1_000, longest: 2_500)
        if let fault {
            broker.isFailing = true
            broker.lastFault = BrokerFault(
                broker: "b:9092",
                error: KafkaError(code: -195, name: "Test", message: fault, kind: .unreachable, isRetriable: true),
                at: 1)
        }
        status.brokers = [broker]
        status.queueDepth = 4
        status.queueLimit = 10
        status.oldestAge = 7
        status.retries = 3
        status.topics = [
            TopicStatus(
                name: "t\"1", queued: 106, delivered: 100, failed: 2, refused: 5, refusedByFullQueue: 3,
                outstanding: 4, outstandingBytes: 400, deliveredBytes: 10_000, failures: ["Oops": 2],
                drops: ["UnfitEntry": 6, "UnfitKey": 1], announced: 9)
        ]
        let latencies = Histogram(LatencyTable.bounds)
        for microseconds in [500, 1_500] { latencies.observe(microseconds) }
        status.latencies = [LatencyStatus(topic: "t\"1", nodeID: 3, reading: latencies.reading)]
        return status
    }
}
