import EventLoop
import Foundation
import TestNames
import TestRandom
import Testing

@testable import Names

@Suite("NameResolver and name servers that fail")
struct NameResolverFailureTests {
    private func resolver(
        _ servers: [SocketAddress], _ change: (inout NameResolverConfiguration) -> Void = { _ in }
    ) throws -> TestResolver {
        try TestResolver(servers) { configuration in
            configuration.order = [.a]
            change(&configuration)
        }
    }

    private static func good(_ query: Wire.Query, _ address: String = "192.0.2.1") -> [UInt8] {
        Wire.answer(query, [Wire.a(query.name, address)])
    }

    @Test(
        "what a server will not answer is an error that names the question and the server",
        arguments: [(UInt8(2), "failed (SERVFAIL)"), (5, "will not answer (REFUSED)"), (1, "answered with code 1")])
    func refused(code: UInt8, words: String) async throws {
        let server = try TestNameServer { [Wire.answer($0, code: code)] }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        let outcome = await resolver.lookup("x.y")
        #expect(outcome.kind == .refused)
        #expect(outcome.text == ["cannot find the address of 'x.y' (A record): \(server.address) \(words)"])
        // Nobody else could be asked: it is not asked again and again.
        #expect(server.questions == ["x.y 1"])
    }

    @Test("a server that fails for one type is asked for the others, and for that type again the next time")
    func otherType() async throws {
        let server = try TestNameServer { query in
            query.type == 33 ? [Wire.answer(query, code: 2)] : [Self.good(query)]
        }
        defer { server.stop() }
        let resolver = try resolver([server.address]) {
            $0.order = [.last, .srv, .a]
            $0.staleTTL = 0
        }
        defer { resolver.stop() }
        for _ in 0..<2 {
            #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
            resolver.advance(60_000)
        }
        #expect(server.questions == ["x.y 33", "x.y 1", "x.y 33", "x.y 1"])
    }

    @Test("the second server is asked when the first fails, refuses, is silent or is not there")
    func secondServer() async throws {
        let second = try TestNameServer { [Self.good($0)] }
        defer { second.stop() }
        for code: UInt8? in [2, 5, nil] {
            let first = try TestNameServer { query in code.map { [Wire.answer(query, code: $0)] } ?? [] }
            defer { first.stop() }
            let resolver = try resolver([first.address, second.address]) { if code == nil { $0.timeout = 200 } }
            defer { resolver.stop() }
            #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
            #expect(!first.queries.isEmpty)
        }
        let gone = try TestNameServer { _ in [] }
        gone.stop()
        let resolver = try resolver([gone.address, second.address])
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
    }

    @Test("servers that are not there are an error at once")
    func nobody() async throws {
        let gone = try [TestNameServer { _ in [] }, TestNameServer { _ in [] }]
        for server in gone { server.stop() }
        for servers in [[gone[0].address], gone.map(\.address)] {
            let resolver = try resolver(servers)
            defer { resolver.stop() }
            let outcome = await resolver.lookup("x.y")
            #expect(outcome.kind == .refused)
            let names = servers.map(\.description).joined(separator: ", ")
            let words = "\(names) cannot be reached or will not answer"
            #expect(outcome.text == ["cannot find the address of 'x.y' (A record): \(words)"])
        }
    }

    @Test("a question that is not answered is asked again, and after the last time the error says so")
    func timeout() async throws {
        let server = try TestNameServer { _ in [] }
        defer { server.stop() }
        let resolver = try resolver([server.address]) {
            $0.order = [.srv, .a]
            $0.timeout = 20
            $0.attempts = 2
        }
        defer { resolver.stop() }
        let outcome = await resolver.lookup("x.y")
        #expect(outcome.kind == .timedOut)
        #expect(outcome.text == ["cannot find the address of 'x.y' (SRV record): no answer from \(server.address)"])
        // Another type is not asked for: what is found there could be wrong.
        #expect(server.questions == ["x.y 33", "x.y 33"])
        #expect(await resolver.cached("x.y")?.kind == .timedOut)
    }

    @Test("the second try of a question that was lost gets the answer")
    func retry() async throws {
        let seen = Counter()
        let server = try TestNameServer { query in seen.next() == 1 ? [] : [Self.good(query)] }
        defer { server.stop() }
        let resolver = try resolver([server.address]) {
            $0.timeout = 50
            $0.attempts = 8
        }
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
        #expect(server.queries.count >= 2)
    }

    @Test("a lookup ends after its own time, however long the tries would take, and late answers harm nobody")
    func deadline() async throws {
        let gate = Gate()
        let server = try TestNameServer { query in
            gate.pass()
            return [Self.good(query)]
        }
        defer { server.stop() }
        let resolver = try resolver([server.address]) { $0.lookupTimeout = 20 }
        defer { resolver.stop() }
        let outcome = await resolver.lookup("x.y")
        #expect(outcome.kind == .timedOut)
        #expect(outcome.text == ["cannot find the address of 'x.y': it took longer than 20 ms"])
        gate.open()
        try await resolver.idle()
        #expect(await resolver.cached("x.y")?.kind == .timedOut)
    }

    @Test("an answer that does not fit a datagram is fetched by TCP")
    func truncated() async throws {
        let server = try TestNameServer { query in
            if !query.isTCP { return [Wire.answer(query, isCut: true)] }
            return [Wire.answer(query, (0..<200).map { Wire.a(query.name, "192.0.2.\($0)") })]
        }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        #expect(try await resolver.lookup("x.y").get().endpoints.count == 200)
        #expect(server.queries.map(\.isTCP) == [false, true])
    }

    @Test("a server that cuts its answers by TCP as well, or hangs up, is an error")
    func badStream() async throws {
        let cut = try TestNameServer { [Wire.answer($0, isCut: true)] }
        defer { cut.stop() }
        let resolver = try resolver([cut.address])
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y").kind == .malformed)
        // What it sends by TCP is no message: c-ares waits for one.
        let silent = try TestNameServer { $0.isTCP ? [[0]] : [Wire.answer($0, isCut: true)] }
        defer { silent.stop() }
        let other = try self.resolver([silent.address]) {
            $0.timeout = 50
            $0.attempts = 1
        }
        defer { other.stop() }
        #expect(await other.lookup("x.y").kind == .timedOut)
    }

    @Test("answers with another number, to another question, or too short count nothing; the right one after them does")
    func forged() async throws {
        let server = try TestNameServer { query in
            var wrongNumber = Self.good(query, "192.0.2.66")
            wrongNumber[0] ^= 0xff
            let otherName = Wire.question("z.y", 1, id: UInt16(query.bytes[0]) << 8 | UInt16(query.bytes[1]))
            var otherType = query.bytes
            otherType[otherType.count - 3] = 28
            return [
                [], [1, 2, 3], wrongNumber, Self.good(otherName, "192.0.2.66"),
                Wire.answer(Wire.Query(otherType, isTCP: false)!, [Wire.aaaa(query.name, last: 66)]), Self.good(query),
            ]
        }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
        #expect(server.queries.count == 1)
    }

    @Test(
        "answers that break the format are an error that says how",
        arguments: [
            ("a name points forwards or to itself", Wire.record([0xc0, 21], 1, ttl: 1, [1, 2, 3, 4])),
            ("an address has the wrong length", Wire.record("x.y", 1, ttl: 1, [1, 2, 3])),
            ("the answer is cut short", Array(Wire.a("x.y", "192.0.2.1").dropLast())),
            ("there are more than 8 aliases one after another", Wire.cname("x.y", "x.y")),
            ("a name has a label of an unknown kind", Wire.record([0x80, 0], 1, ttl: 1, [1, 2, 3, 4])),
        ])
    func hostile(words: String, record: [UInt8]) async throws {
        let server = try TestNameServer { [Wire.answer($0, [record])] }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        let outcome = await resolver.lookup("x.y")
        #expect(outcome.kind == .malformed)
        #expect(outcome.text == ["cannot find the address of 'x.y' (A record): \(words)"])
    }

    @Test("whatever bytes follow the question, the lookup ends, and so does the next")
    func noise() async throws {
        let server = try TestNameServer { query in
            if query.name == "good.y" { return [Self.good(query)] }
            // The same for the same question, in whatever order they come.
            var random = SeededGenerator(
                seed: query.name.utf8.reduce(UInt64(query.type)) { $0 &* 31 &+ UInt64($1) })
            let count = Int.random(in: 0...300, using: &random)
            var answer = Wire.answer(query) + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            answer[7] = UInt8.random(in: 0...3, using: &random)
            answer[9] = UInt8.random(in: 0...1, using: &random)
            answer[11] = UInt8.random(in: 0...1, using: &random)
            return [answer]
        }
        defer { server.stop() }
        let resolver = try resolver([server.address]) { $0.order = [.srv, .aaaa, .a] }
        defer { resolver.stop() }
        let names = (0..<100).map { "n\($0).y" }
        #expect(await resolver.lookup(names).count == 100)
        #expect(await resolver.lookup("good.y").text == ["192.0.2.1:80"])
    }

    @Test("a server that dies is noticed at once, and asked again when it is back")
    func dies() async throws {
        let server = try TestNameServer { [Self.good($0)] }
        let resolver = try resolver([server.address]) { $0.staleTTL = 0 }
        defer { resolver.stop() }
        #expect(await resolver.lookup("a.y").text == ["192.0.2.1:80"])
        server.stop()
        #expect(await resolver.lookup("b.y").kind == .refused)
        let back = try TestNameServer(port: UInt16(server.address.port)) { [Self.good($0)] }
        defer { back.stop() }
        resolver.advance(1000)
        #expect(await resolver.lookup("b.y").text == ["192.0.2.1:80"])
    }

    @Test("whoever waits when the resolver closes is told, and whoever asks after")
    func close() async throws {
        let server = try TestNameServer { _ in [] }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        let outcomes = await resolver.lookup(["a.y", "a.y", "b.y"]) {
            resolver.begin {
                $0.close()
                $0.close()
            }
        }
        #expect(outcomes.map(\.kind) == [.closed, .closed, .closed])
        #expect(await resolver.lookup("a.y").kind == .closed)
        #expect(await resolver.lookup("127.0.0.1").text == ["127.0.0.1:80"])
    }

    @Test("a resolver may be closed from within an answer")
    func closeWithin() async throws {
        let server = try TestNameServer { $0.name == "b.y" ? [] : [Self.good($0)] }
        defer { server.stop() }
        let resolver = try resolver([server.address])
        defer { resolver.stop() }
        let texts = await withCheckedContinuation { done in
            resolver.begin { resolver in
                var texts: [NameError.Kind?] = []
                resolver.lookup("b.y", port: 80) { texts.append($0.kind) }
                resolver.lookup("a.y", port: 80) {
                    texts.append($0.kind)
                    resolver.close()
                    done.resume(returning: texts)
                }
            }
        }
        #expect(texts == [nil, .closed])
        #expect(await resolver.lookup("c.y").kind == .closed)
    }

    @Test(
        "a loop that ends, or a resolver that is let go, in the middle of lookups leaves nothing behind and tells nobody",
        arguments: [true, false])
    func loopEnds(first: Bool) async throws {
        final class Held: Sendable {}
        weak var held: Held?
        weak var gone: NameResolver?
        let server = try TestNameServer { $0.isTCP || $0.name == "udp.y" ? [] : [Wire.answer($0, isCut: true)] }
        defer { server.stop() }
        var told = 0
        do {
            let loop = try EventLoop()
            var configuration = NameResolverConfiguration()
            configuration.servers = [server.address]
            configuration.order = [.srv, .a]
            var resolver: NameResolver? = try NameResolver(loop: loop, configuration: configuration)
            gone = resolver
            let token = Held()
            held = token
            for name in ["udp.y", "tcp.y", "udp.y"] {
                resolver?.lookup(name, port: 80) { [token] _ in
                    told += 1
                    _ = token
                }
            }
            if !first { resolver = nil }
            // The third question comes by TCP, which is then open.
            loop.schedule(after: 1, repeating: 1) { if server.queries.count == (first ? 3 : 2) { loop.stop() } }
            loop.schedule(after: 20_000) { loop.stop() }
            loop.run()
            #expect(server.queries.count == (first ? 3 : 2))
            resolver = nil
        }
        #expect(told == 0)
        #expect(held == nil)
        #expect(gone == nil)
    }
}
