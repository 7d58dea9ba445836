import Testing

@testable import Kafka

@Suite("What is known of brokers")
struct BrokerBookTests {
    private let events = EventRecorder()

    private func makeBook(_ servers: [String] = ["a:1", "b:1"]) -> BrokerBook {
        BrokerBook(cluster: "test", servers: servers, events: events)
    }

    private func fault(_ broker: String, _ message: String, kind: KafkaError.Kind = .unreachable, at: Int64 = 1)
        -> BrokerFault
    {
        BrokerFault(
            broker: broker,
            error: KafkaError(code: -195, name: "Test", message: message, kind: kind, isRetriable: true), at: at)
    }

    private func status(_ book: BrokerBook) -> ClusterStatus {
        var status = ClusterStatus()
        book.fill(&status)
        return status
    }

    private func statistics(_ text: String) throws -> LibraryStatistics {
        let bytes = Array(text.utf8)
        return try LibraryStatistics(bytes.span)
    }

    @Test("a fault is told once until it changes or passes")
    func news() throws {
        let book = makeBook()
        book.record(fault("a:1", "refused", at: 1))
        book.record(fault("a:1", "refused", at: 2))
        #expect(events.all.count == 1)
        book.record(fault("a:1", "no route", at: 3))
        #expect(events.all.count == 2)
        book.apply(
            try statistics(#"{"brokers":{"a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","stateage":2000000}}}"#))
        #expect(events.all.count == 3)
        book.record(fault("a:1", "no route", at: 4))
        #expect(events.all.count == 4)
        #expect(status(book).brokers[0].lastFault?.at == 4)
    }

    @Test("the round trip is told as long as there are requests")
    func roundTrip() throws {
        let book = makeBook()
        func apply(_ window: String) throws -> RoundTrip? {
            book.apply(
                try statistics(
                    #"{"brokers":{"a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","stateage":5,"rtt":\#(window)}}}"#))
            return status(book).brokers[0].roundTrip
        }
        #expect(try apply(#"{"min":1,"max":9,"avg":4,"p99":8,"cnt":12}"#) == RoundTrip(average: 4, longest: 8))
        #expect(status(book).isUp)
        #expect(try apply(#"{"min":0,"max":0,"avg":0,"p99":0,"cnt":0}"#) == nil)
    }

    @Test("a node that can no longer be reached is not told as up, whatever the client makes of it")
    func stateOfLostNode() throws {
        let book = makeBook()
        let node = #""a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","stateage":5}"#
        let server = #""a:1/bootstrap":{"nodename":"a:1","nodeid":-1,"state":"TRY_CONNECT","stateage":5}"#
        for both in ["\(node),\(server)", "\(server),\(node)"] {
            book.apply(try statistics("{\"brokers\":{\(both)}}"))
            #expect(status(book).brokers[0].state == "UP" && status(book).brokers[0].nodeID == 1)
        }
        // The client begins anew with its bootstrap servers.
        book.apply(try statistics("{\"brokers\":{\(server)}}"))
        #expect(status(book).brokers[0].state == "TRY_CONNECT" && status(book).brokers[0].nodeID == 1)
        book.apply(try statistics("{\"brokers\":{\(node)}}"))
        book.apply(try statistics(#"{"brokers":{}}"#))
        #expect(status(book).brokers[0].state == "UNKNOWN" && !status(book).isUp)
    }

    @Test("the latest fault that stands is the cluster's")
    func standing() {
        let book = makeBook()
        #expect(status(book).fault == nil && !status(book).isUp)
        book.record(fault("a:1", "refused", at: 5))
        book.record(fault("", "no token", at: 3))
        #expect(status(book).fault?.error.message == "refused")
    }

    @Test("a broker that fails in turn in several ways is told once in each, and in no more than twenty")
    func turns() throws {
        let book = makeBook()
        for turn in 0..<10 {
            book.record(fault("a:1", "hangs up", at: Int64(turn)))
            book.record(fault("a:1", "no handshake", at: Int64(turn)))
            book.record(fault("", "no token", at: Int64(turn)))
        }
        #expect(events.all.count == 3)
        #expect(status(book).brokers[0].lastFault?.at == 9)

        for port in 0..<100 { book.record(fault("b:1", "refused from port \(port)")) }
        #expect(events.all.count == 23)
        #expect(status(book).brokers[1].lastFault?.error.message == "refused from port 99")

        book.apply(
            try statistics(#"{"brokers":{"a:1/1":{"nodename":"a:1","nodeid":1,"state":"UP","stateage":2000000}}}"#))
        book.record(fault("a:1", "hangs up"))
        #expect(events.all.count == 25)
    }

    @Test("what will not pass by itself explains before what may, then the latest")
    func explanation() {
        let book = makeBook()
        #expect(book.explanation() == nil)
        book.record(fault("a:1", "wrong password", kind: .refused, at: 1))
        book.record(fault("b:1", "refused", at: 5))
        #expect(book.explanation()?.broker == "a:1")
        book.record(fault("", "no token", kind: .refused, at: 6))
        #expect(book.explanation()?.error.message == "no token")
    }

    @Test("a broker that acknowledges, or has been up for a while, has recovered", arguments: [true, false])
    func recovers(byReport: Bool) throws {
        let book = makeBook()
        book.apply(try statistics(#"{"brokers":{"a:1/7":{"nodename":"a:1","nodeid":7,"state":"DOWN"}}}"#))
        book.record(fault("a:1", "refused"))
        book.record(fault("", "no token"))
        book.apply(try statistics(#"{"brokers":{"a:1/7":{"nodename":"a:1","nodeid":7,"state":"UP","stateage":10}}}"#))
        #expect(status(book).brokers[0].isFailing)

        if byReport {
            book.acknowledged(by: 7)
        } else {
            book.apply(
                try statistics(#"{"brokers":{"a:1/7":{"nodename":"a:1","nodeid":7,"state":"UP","stateage":2000000}}}"#))
        }

        let status = status(book)
        #expect(!status.brokers[0].isFailing && status.brokers[0].lastFault != nil)
        #expect(status.brokers[0].nodeID == 7 && status.brokers[0].state == "UP")
        #expect(status.clusterFault == nil)
        #expect(book.explanation() == nil)
        guard case .brokerRecovered("test", "a:1") = events.all.last else {
            Issue.record("unexpected \(events.all)")
            return
        }
    }

    @Test("statistics give states and retries; what is no JSON is an error")
    func statistics() throws {
        let read = try statistics(
            #"{"brokers":{"GroupCoordinator":{"nodename":"","nodeid":-1,"state":"INIT"},"a:1/bootstrap":{"nodename":"a:1","nodeid":-1,"state":"UP","txretries":2},"b:1/2":{"nodename":"b:1","nodeid":2,"state":"AUTH_REQ","txretries":3}}}"#
        )
        #expect(read.brokers.map(\.name) == ["a:1", "b:1"])
        #expect(read.retries == 5)
        #expect(throws: (any Error).self) { try statistics("{") }
        #expect(try statistics("[]").brokers.isEmpty)
    }

    @Test("the number of brokers is bounded")
    func bounded() {
        let book = makeBook()
        for index in 0..<2_000 { book.record(fault("host\(index):1", "refused")) }
        #expect(status(book).brokers.count == 1_000)
    }
}
