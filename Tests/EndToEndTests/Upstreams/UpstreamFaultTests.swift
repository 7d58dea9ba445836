import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// Upstreams that die, hang, dawdle and reset, at each point of a request, seen by clients of the binary.
@Suite(
    "upstreams that fail at each point",
    .enabled(if: RunningSluice.tellsResources, Comment(rawValue: RunningSluice.needsResources)))
struct UpstreamFaultTests {
    private static let retries = 2
    private static let invalid = "An invalid response was received from the upstream server"
    private static let late = "The upstream server is timing out"

    /// A node that keeps no connection without a request, so that whatever stays open is a leak.
    private static func node(_ document: GatewayDocument) async throws -> RunningSluice {
        try await RunningSluice(document, settings: ["upstream_keepalive_pool_size": "0", "event_loops": "1"])
    }

    @Test(
        "the client is told, what was perhaps done is not done again, and nothing is left behind",
        arguments: UpstreamFault.all)
    func fails(_ fault: UpstreamFault) async throws {
        var document = GatewayDocument()
        document.answer("/here", "here")
        let healing = Switch()
        let upstreams = try UpstreamFault.Ending.allCases.map { ending in
            let upstream = try fault.upstream(ending, until: healing)
            document.proxy(
                "/\(ending)", to: upstream.port, ["retries": .integer(Self.retries), "read_timeout": 300])
            return (ending, upstream)
        }
        let node = try await Self.node(document)
        #expect(try await node.ask("GET /here").status == 200)
        let before = try node.descriptors

        for (ending, upstream) in upstreams {
            for method in ["POST", "GET"] {
                let connections = upstream.connections
                if let passedOn = fault.passedOn {
                    let text = try await OwnThread.run {
                        let client = try RawClient(port: node.port)
                        try client.send("\(method) /\(ending) HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
                        return try client.readToEnd()
                    }
                    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && !text.hasSuffix("0\r\n\r\n"), "\(text)")
                    #expect(text.contains("\r\n\r\n\(passedOn)") || text.contains("\r\n\(passedOn)\r\n"), "\(text)")
                } else {
                    let answer = try await node.ask("\(method) /\(ending)", body: "x")
                    #expect(answer.status == (ending == .silence ? 504 : 502), "\(method), \(ending)")
                    #expect(answer.body.contains(ending == .silence ? Self.late : Self.invalid))
                }
                let mayRepeat = method == "GET" && ending != .silence && fault.passedOn == nil
                // The end may come before a byte of the request is sent: then any may be sent again.
                let least = mayRepeat ? 1 + Self.retries : 1
                let most = fault.readsRequest || ending == .silence ? least : 1 + Self.retries
                #expect((least...most).contains(upstream.connections - connections), "\(method), \(ending)")
            }
        }

        try await node.waitFor(descriptors: before)
        healing.turnOn()
        for (ending, _) in upstreams {
            #expect(try await node.ask("POST /\(ending)", body: "x").body == "well", "\(ending)")
        }
        #expect(await node.stop() == 0)
    }

    // MARK: - Kept connections

    @Test(
        "a kept connection that ends under a request: what may be done twice is, on another; a POST is not sent twice",
        arguments: [UpstreamFault.Ending.close, .reset])
    func stale(_ ending: UpstreamFault.Ending) async throws {
        let upstream = try ScriptedUpstream { connection, number in
            guard try connection.request() != nil else { return }
            try connection.answer("from \(number)")
            _ = try connection.request()
            if ending == .reset { connection.reset() }
        }
        var document = GatewayDocument()
        document.proxy("/s", to: upstream.port)
        let node = try await RunningSluice(document, settings: ["event_loops": "1"])

        #expect(try await node.ask("GET /s").body == "from 1")
        #expect(try await node.ask("GET /s").body == "from 2")
        #expect(try await node.ask("PUT /s", body: "x").body == "from 3")
        #expect(try await node.ask("POST /s", body: "once").status == 502)
        #expect(upstream.requests.count { $0.hasSuffix("once") } == 1)
        #expect(try await node.ask("POST /s", body: "x").body == "from 4")
        #expect(await node.stop() == 0)
    }

    @Test(
        "a kept connection that ends while nobody uses it is not used", arguments: [UpstreamFault.Ending.close, .reset])
    func endedIdle(_ ending: UpstreamFault.Ending) async throws {
        let upstream = try ScriptedUpstream { connection, number in
            _ = try connection.request()
            try connection.answer("from \(number)")
            if ending == .reset { connection.reset() }
        }
        var document = GatewayDocument()
        document.answer("/here", "here")
        document.proxy("/s", to: upstream.port)
        let node = try await RunningSluice(document, settings: ["event_loops": "1"])
        #expect(try await node.ask("GET /here").status == 200)
        let before = try node.descriptors

        for number in 1...4 {
            let answer = try await node.ask("POST /s", body: "x")
            #expect(answer.status == 200 && answer.body == "from \(number)")
            try await node.waitFor(descriptors: before)
        }
        #expect(await node.stop() == 0)
    }

    // MARK: - Slow ones

    /// An answer that comes byte by byte, each long before the time-out, and the whole long after it.
    private static let drips = [
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nbyte by byte",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\nbyte by byte\r\n0\r\n\r\n",
    ]

    @Test("an upstream that drips is waited for, as long as something comes within each time-out", arguments: drips)
    func goesOn(_ text: String) async throws {
        let upstream = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            for byte in text.unicodeScalars {
                usleep(40_000)
                try connection.send("\(byte)")
            }
        }
        var document = GatewayDocument()
        document.proxy("/s", to: upstream.port, ["read_timeout": 1_500])
        let node = try await RunningSluice(document)
        #expect(try await node.ask("GET /s").body == "byte by byte")
        #expect(await node.stop() == 0)
    }

    private static let endless = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbyte by byte, and then no more"

    @Test("one that stops dripping is given up after the time-out, in the head by 504", arguments: [20, 60])
    func stops(count: Int) async throws {
        let upstream = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            for byte in Self.endless.unicodeScalars.prefix(count) {
                usleep(5_000)
                try connection.send("\(byte)")
            }
            while try connection.read() != nil {}
        }
        var document = GatewayDocument()
        document.proxy("/s", to: upstream.port, ["read_timeout": 500])
        let node = try await RunningSluice(document)
        let text = try await OwnThread.run {
            let client = try RawClient(port: node.port)
            try client.send("GET /s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return try client.readToEnd()
        }
        #expect(text.hasPrefix(count == 20 ? "HTTP/1.1 504 " : "HTTP/1.1 200 "), "\(text)")
        #expect(count == 20 || text.hasSuffix("\r\n\r\nbyte by byte, and the"), "\(text)")
        #expect(upstream.connections == 1)
        #expect(await node.stop() == 0)
    }
}
