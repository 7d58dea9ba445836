import HTTPServer
import TestBrokers
import TestClient
import TestGateway
import Testing

@testable import DataPlane

/// What an upstream by HTTP/2 may do, and what becomes of the requests.
@Suite(
    "upstreams by HTTP/2", .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct HTTP2UpstreamTests {
    private func gateway(_ upstream: ScriptedHTTP2, service: String = "") throws -> TestGateway {
        try TestGateway(
            #"""
            {"services":[{"name":"s","protocol":"grpc","host":"127.0.0.1","port":\#(upstream.port)\#(service)}],
            "routes":[{"name":"all","paths":["/"],"strip_path":false,"service":{"name":"s"}}]}
            """#, plugins: [])
    }

    @Test("a request by HTTP/1.1 to a service for gRPC arrives by HTTP/2, and the answer comes back")
    func fromHTTP1() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, RequestReceived):
                    print(sorted(k + ': ' + v for k, v in event.headers if k[0] == ':' or k in ('x-mine', 'content-length', 'connection')))
                if isinstance(event, DataReceived):
                    print(event.data)
                if isinstance(event, StreamEnded):
                    connection.send_headers(event.stream_id, [(':status', '201'), ('x-own', 'yes'), ('content-length', '2')])
                    connection.send_data(event.stream_id, b'ok', end_stream=True)
            """#)
        let gateway = try gateway(upstream)
        let answer = try await gateway.ask("POST /a?b=c\nX-Mine: 1\nConnection: x-other\nX-Other: 1", body: "hello")
        #expect(answer.status == 201 && answer.body == "ok" && answer["X-Own"] == "yes")
        #expect(answer["Content-Length"] == "2")
        let authority = "127.0.0.1:\(upstream.port)"
        #expect(
            upstream.lines == [
                "[':authority: \(authority)', ':method: POST', ':path: /a?b=c', ':scheme: http', 'content-length: 5', 'x-mine: 1']",
                "b'hello'",
            ])
    }

    @Test("a request that the upstream has refused is tried again, whatever its method")
    func refused() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            seen = 0
            def event(connection, number, event, send):
                global seen
                if isinstance(event, StreamEnded):
                    seen += 1
                    if seen < 3:
                        connection.reset_stream(event.stream_id, ErrorCodes.REFUSED_STREAM)
                    else:
                        answer(connection, event.stream_id, b'try %d' % seen)
            """#)
        let answer = try await gateway(upstream).ask("POST /", body: "hello")
        #expect(answer.status == 200 && answer.body == "try 3")
    }

    @Test("a request that the upstream gives up for another reason is not, and is told as 502")
    func reset() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamEnded):
                    print('asked', flush=True)
                    connection.reset_stream(event.stream_id, ErrorCodes.INTERNAL_ERROR)
            """#)
        let answer = try await gateway(upstream).ask("POST /", body: "hello")
        #expect(answer.status == 502 && answer.body.contains("An invalid response was received"))
        #expect(upstream.lines.filter { $0 == "asked" }.count == 1)
    }

    @Test("requests above GOAWAY's last stream go to another connection; those below end where they are")
    func goAway() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            held = []
            def event(connection, number, event, send):
                if not isinstance(event, StreamEnded): return
                if number > 1: return answer(connection, event.stream_id, b'second')
                held.append(event.stream_id)
                if len(held) == 1: print('one', flush=True)
                if len(held) == 2:
                    # GOAWAY with the first stream as the last one, which h2 does not write by itself.
                    import hyperframe.frame
                    frame = hyperframe.frame.GoAwayFrame(0, last_stream_id=held[0])
                    connection._data_to_send += frame.serialize()
                    answer(connection, held[0], b'first')
            """#)
        let gateway = try gateway(upstream)
        async let first = gateway.ask("POST /", body: "a")
        try await upstream.waitFor("one")
        async let second = gateway.ask("POST /", body: "b")
        #expect(try await first.body == "first")
        #expect(try await second.body == "second")
        try await upstream.waitFor("connection 1 over")
    }

    @Test("no more requests at a time are sent than the upstream allows, and the others get connections of their own")
    func allowance() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            settings = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 2}
            held, most = [], {}
            lock = threading.Lock()
            def event(connection, number, event, send):
                if not isinstance(event, StreamEnded): return
                with lock:
                    held.append((connection, event.stream_id, send))
                    most[number] = most.get(number, 0) + 1
                    if len(held) < 6: return
                    for one, stream, flush in held:
                        answer(one, stream, b'x')
                        flush()
                    print(sorted(most.values()), flush=True)
            """#)
        let gateway = try gateway(upstream)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 { group.addTask { try await gateway.ask("POST /", body: "a").status } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(upstream.lines.contains("[2, 2, 2]"))
    }

    @Test("hints before the answer are passed over, and trailers are taken")
    func hints() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamEnded):
                    connection.send_headers(event.stream_id, [(':status', '103'), ('link', 'a')])
                    answer(connection, event.stream_id, b'body')
            """#)
        let answer = try await gateway(upstream).ask("GET /")
        #expect(answer.status == 200 && answer.body == "body" && answer["Link"] == nil)
    }

    @Test("the answer to HEAD keeps the length of what it stands for")
    func head() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, RequestReceived):
                    fields = [(':status', '200'), ('content-length', '12345')]
                    connection.send_headers(event.stream_id, fields, end_stream=True)
            """#)
        let client = try gateway(upstream).client()
        for _ in 1...2 {
            let answer = try client.ask("HEAD /")
            #expect(answer.status == 200 && answer["Content-Length"] == "12345" && answer.body.isEmpty)
        }
    }

    @Test("a large body waits for the upstream's window, and goes on with it")
    func window() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            size = 0
            def event(connection, number, event, send):
                global size
                if isinstance(event, DataReceived):
                    size += len(event.data)
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if isinstance(event, StreamEnded):
                    answer(connection, event.stream_id, b'%d' % size)
            """#)
        let body = String(repeating: "x", count: 1_000_000)
        #expect(try await gateway(upstream).ask("POST /", body: body).body == "1000000")
    }

    @Test("an upstream that opens no window is given up after the write time-out, one that is silent after the read's")
    func timeouts() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamReset):
                    print('reset', int(event.error_code), flush=True)
            """#)
        let writing = try gateway(upstream, service: #","write_timeout":300,"retries":0"#)
        let body = String(repeating: "x", count: 1_000_000)
        #expect(try await writing.ask("POST /", body: body).status == 504)
        let reading = try gateway(upstream, service: #","read_timeout":300,"retries":0"#)
        #expect(try await reading.ask("GET /").status == 504)
        try await upstream.waitFor("connection 2 over")
        // Both were silent as a whole, and closed.
        #expect(upstream.lines == ["reset 8", "connection 1 over", "reset 8", "connection 2 over"])
    }

    @Test("a server that speaks no HTTP/2, or nothing at all, is no upstream by it")
    func otherProtocols() async throws {
        let old = try ScriptedUpstream { connection, _ in
            _ = try connection.read()
            try connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        let silent = try ScriptedUpstream { connection, _ in connection.waitForEnd() }
        let document = { (port: Int) in
            #"""
            {"services":[{"name":"s","protocol":"grpc","host":"127.0.0.1","port":\#(port),"connect_timeout":300,
            "retries":1}],"routes":[{"name":"all","paths":["/"],"service":{"name":"s"}}]}
            """#
        }
        let gateway = try TestGateway(document(old.port), plugins: [])
        #expect(try await gateway.ask("GET /").status == 502)
        #expect(old.connections == 2)
        try gateway.install(document(silent.port))
        #expect(try await gateway.ask("GET /").status == 504)
    }

    @Test("the end of a connection ends its requests, and only what may be done twice is tried again")
    func broken() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if not isinstance(event, StreamEnded): return
                if number == 1: send(True)
                elif number == 2: answer(connection, event.stream_id, b'again')
                else: send(True)
            """#)
        let gateway = try gateway(upstream)
        #expect(try await gateway.ask("GET /").body == "again")
        let other = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamEnded): send(True)
            """#)
        #expect(try await self.gateway(other).ask("POST /", body: "x").status == 502)
    }

    @Test("an answer that breaks off is cut for the client too")
    func brokenAnswer() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamEnded):
                    connection.send_headers(event.stream_id, [(':status', '200')])
                    connection.send_data(event.stream_id, b'part')
                    connection.reset_stream(event.stream_id, ErrorCodes.INTERNAL_ERROR)
            """#)
        let gateway = try gateway(upstream)
        await #expect(throws: (any Error).self) { try await gateway.ask("GET /") }
    }

    @Test("header fields beyond the bound are no answer")
    func largeHead() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamEnded):
                    fields = [(':status', '200')] + [('x-%d' % i, 'y' * 8000) for i in range(12)]
                    connection.send_headers(event.stream_id, fields, end_stream=True)
            """#)
        #expect(try await gateway(upstream).ask("GET /").status == 502)
    }

    @Test("a connection that ends within an answer cuts it, and the next request gets another")
    func lost() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if not isinstance(event, StreamEnded): return
                if number > 1: return answer(connection, event.stream_id, b'again')
                connection.send_headers(event.stream_id, [(':status', '200'), ('content-length', '9')])
                connection.send_data(event.stream_id, b'part')
                send(True)
            """#)
        let gateway = try gateway(upstream)
        let text = try await OwnThread.run {
            let client = try RawClient(port: gateway.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try client.readToEnd()
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\npart"), "\(text)")
        #expect(try await gateway.ask("POST /", body: "x").body == "again")
    }

    @Test("a connection whose upstream says good-bye between two requests is not used for the next")
    func goAwayBetween() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if not isinstance(event, StreamEnded): return
                answer(connection, event.stream_id, b'from %d' % number)
                connection.close_connection()
            """#)
        let client = try gateway(upstream).client()
        for number in 1...3 {
            #expect(try client.ask("POST /", body: "x").body == "from \(number)")
            try await upstream.waitFor("connection \(number) over")
        }
    }

    @Test("a client that leaves takes its stream along, and the connection goes on", arguments: [true, false])
    func clientGone(isWithinAnswer: Bool) async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            def event(connection, number, event, send):
                if isinstance(event, StreamReset): print('reset', int(event.error_code), flush=True)
                if not isinstance(event, RequestReceived): return
                path = dict(event.headers)[':path']
                if path == '/next': return answer(connection, event.stream_id, b'from %d' % number)
                if path == '/begins':
                    connection.send_headers(event.stream_id, [(':status', '200'), ('content-length', '9')])
                    connection.send_data(event.stream_id, b'part')
                print('asked', flush=True)
            """#)
        let gateway = try gateway(upstream)
        let client = try RawClient(port: gateway.port)
        try client.send("GET /\(isWithinAnswer ? "begins" : "waits") HTTP/1.1\r\nHost: x\r\n\r\n")
        try await upstream.waitFor("asked")
        if isWithinAnswer { _ = try await OwnThread.run { try client.readUntil("part") } }
        client.reset()
        // CANCEL (RFC 9113 §7).
        try await upstream.waitFor("reset 8")
        #expect(try await gateway.ask("GET /next").body == "from 1")
    }
}
