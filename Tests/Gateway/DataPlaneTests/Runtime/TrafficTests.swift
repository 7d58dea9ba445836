import Counting
import HTTPServer
import Observability
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("What was answered is counted")
struct TrafficTests {
    @Test("every request of every loop is counted once, by its status, with its bytes")
    func exact() async throws {
        let gateway = try TestGateway(
            #"{"services":[{"name":"s","host":"x.test"}],"routes":[{"name":"a","paths":["/a"],"protocols":["https"]}]}"#,
            plugins: [], loops: 2)
        let (clients, each) = (8, 25)
        let received = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<clients {
                group.addTask {
                    try await OwnThread.run {
                        let client = try gateway.client()
                        var received = 0
                        for _ in 0..<each {
                            let answer = try client.ask(number % 2 == 0 ? "GET /a" : "POST /none", body: "12345")
                            #expect(answer.status == (number % 2 == 0 ? 426 : 404))
                            received += answer.body.utf8.count
                        }
                        return received
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        await gateway.refresh()
        let traffic = gateway.traffic
        #expect(traffic.requests == clients * each)
        #expect(traffic.byClass[4] == clients * each)
        #expect(traffic.duration.count == clients * each)
        #expect(traffic.upstreamLatency.count == 0)
        #expect(traffic.clientsGone == 0)
        // Heads come on top of the bodies.
        #expect(traffic.bytesSent > received)
        #expect(traffic.bytesReceived > clients * each * "GET /a HTTP/1.1\r\n\r\n".utf8.count)
    }

    @Test("a service's answer is observed; requests that reach none are not")
    func upstream() async throws {
        let proxied = try Proxied { connection, _ in try connection.answerAll("hello") }
        for _ in 0..<3 { #expect(try await proxied.gateway.ask("GET /").status == 200) }
        await proxied.gateway.refresh()
        #expect(proxied.gateway.traffic.byClass[2] == 3)
        #expect(proxied.gateway.traffic.upstreamLatency.count == 3)
    }

    @Test("a client that goes before its answer counts as 499")
    func gone() async throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            connection.waitForEnd()
        }
        let client = try proxied.gateway.client()
        try client.send("GET /")
        try await Journal.wait("the request to arrive") { !proxied.upstream.requests.isEmpty }
        client.connection.reset()
        try await Journal.wait("the request to be counted") { proxied.gateway.traffic.requests > 0 }
        #expect(proxied.gateway.traffic.byClass == [0, 0, 0, 0, 1, 0])
        #expect(proxied.gateway.traffic.clientsGone == 1)
    }
}
