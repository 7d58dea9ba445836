import EventLoop
import TestNames
import Testing

@testable import Names

@Suite("NameResolver")
struct NameResolverTests {
    private func answered(
        _ question: String, order: [NameResolverConfiguration.Step] = [.last, .srv, .a, .aaaa, .cname],
        options: String = "search .", by responder: @escaping TestNameServer.Responder
    ) async throws -> (outcome: NameResolver.Outcome, questions: [String]) {
        let server = try TestNameServer(responder)
        defer { server.stop() }
        let resolver = try TestResolver([server.address], options: options) { $0.order = order }
        defer { resolver.stop() }
        return (await resolver.lookup(question), server.questions)
    }

    @Test("addresses have the caller's port, and count as long as the shortest of them")
    func addresses() async throws {
        let (outcome, questions) = try await answered("www.example") { query in
            let records = [Wire.a(query.name, ttl: 60, "192.0.2.1"), Wire.a(query.name, ttl: 20, "192.0.2.2")]
            return [Wire.answer(query, query.type == 1 ? records : [])]
        }
        let answer = try outcome.get()
        #expect(answer.endpoints.map(\.address.description) == ["192.0.2.1:80", "192.0.2.2:80"])
        #expect(answer.endpoints.allSatisfy { $0.priority == 0 && $0.weight == 1 && $0.servicePort == nil })
        #expect(answer.expiry == 1_020_000)
        #expect(questions == ["www.example 33", "www.example 1"])
    }

    @Test("the order says which types are asked for, and the first that has records counts")
    func order() async throws {
        let both: TestNameServer.Responder = { query in
            switch query.type {
            case 1: [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
            case 28: [Wire.answer(query, [Wire.aaaa(query.name, last: 1)])]
            default: [Wire.answer(query)]
            }
        }
        let six = try await answered("x.y", order: [.aaaa, .a], by: both)
        #expect(six.outcome.text == ["[2001:db8::1]:80"])
        #expect(six.questions == ["x.y 28"])
        let four = try await answered("x.y", order: [.cname, .srv, .a], by: both)
        #expect(four.outcome.text == ["192.0.2.1:80"])
        #expect(four.questions == ["x.y 33", "x.y 1"])
    }

    @Test("services come by priority, with their own ports and weights, and the addresses of their hosts")
    func services() async throws {
        let (outcome, questions) = try await answered("_x._tcp.example") { query in
            switch (query.name, query.type) {
            case ("_x._tcp.example", 33):
                [
                    Wire.answer(
                        query,
                        [
                            Wire.srv(query.name, ttl: 30, 20, 0, 8001, "far.example"),
                            Wire.srv(query.name, ttl: 30, 10, 5, 8002, "near.example"),
                            Wire.srv(query.name, ttl: 30, 10, 60, 8003, "six.example"),
                            Wire.srv(query.name, ttl: 30, 10, 1, 0, "near.example"),
                            Wire.srv(query.name, ttl: 30, 10, 1, 8004, "10.0.0.9"),
                            Wire.srv(query.name, ttl: 30, 30, 1, 8005, "gone.example"),
                        ])
                ]
            case ("far.example", 1): [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
            case ("near.example", 1):
                [Wire.answer(query, [Wire.a(query.name, ttl: 9, "192.0.2.2"), Wire.a(query.name, "192.0.2.3")])]
            case ("six.example", 28): [Wire.answer(query, [Wire.aaaa(query.name, last: 4)])]
            case ("gone.example", _): [Wire.answer(query, code: 3)]
            default: [Wire.answer(query)]
            }
        }
        let answer = try outcome.get()
        #expect(
            answer.endpoints.map { "\($0.priority) \($0.weight) \($0.address)" } == [
                "10 5 192.0.2.2:8002", "10 5 192.0.2.3:8002", "10 60 [2001:db8::4]:8003", "10 1 192.0.2.2:80",
                "10 1 192.0.2.3:80", "10 1 10.0.0.9:8004", "20 0 192.0.2.1:8001",
            ])
        #expect(answer.endpoints.map(\.servicePort) == [8002, 8002, 8003, nil, nil, 8004, 8001])
        #expect(
            answer.endpoints.map(\.serviceHost) == [
                "near.example", "near.example", "six.example", "near.example", "near.example", "10.0.0.9",
                "far.example",
            ])
        #expect(answer.expiry == 1_009_000)
        // Each host once, and never as a service again.
        #expect(
            questions.sorted() == [
                "_x._tcp.example 33", "far.example 1", "gone.example 1", "gone.example 28", "near.example 1",
                "six.example 1", "six.example 28",
            ])
    }

    @Test("addresses that come along with services spare the questions, for this answer alone")
    func additional() async throws {
        let server = try TestNameServer { query in
            if query.name == "host.example" { return [Wire.answer(query, [Wire.a(query.name, "192.0.2.99")])] }
            return [
                Wire.answer(
                    query, [Wire.srv(query.name, ttl: 30, 0, 0, 8001, "host.example")],
                    additional: [Wire.a("host.example", ttl: 12, "192.0.2.1"), Wire.aaaa("host.example", last: 1)])
            ]
        }
        defer { server.stop() }
        let resolver = try TestResolver([server.address])
        defer { resolver.stop() }
        let answer = try await resolver.lookup("svc.example").get()
        #expect(answer.endpoints.map(\.address.description) == ["192.0.2.1:8001"])
        #expect(answer.expiry == 1_012_000)
        #expect(server.questions == ["svc.example 33"])
        // Who answers for one name does not answer for another.
        #expect(await resolver.cached("host.example") == nil)
    }

    @Test("a service that names nobody, only itself, or hosts without addresses leads on or says why")
    func emptyServices() async throws {
        for target in ["", "svc.example"] {
            let (outcome, questions) = try await answered("svc.example") { query in
                let records = [Wire.srv(query.name, 0, 0, 8001, target)]
                return [Wire.answer(query, query.type == 33 ? records : [Wire.a(query.name, "192.0.2.1")])]
            }
            #expect(outcome.text == ["192.0.2.1:80"])
            #expect(questions == ["svc.example 33", "svc.example 1"])
        }
        let (outcome, _) = try await answered("svc.example") { query in
            let records = [Wire.srv(query.name, 0, 0, 8001, "gone.example")]
            return [Wire.answer(query, code: query.type == 33 ? 0 : 3, query.type == 33 ? records : [])]
        }
        #expect(outcome.kind == .notFound)
        #expect(outcome.text[0].contains("'svc.example' (SRV record): its host 'gone.example.':"))
    }

    @Test("aliases are followed in the answer, or by questions where the server does not follow them")
    func aliases() async throws {
        let together = try await answered("a.example", order: [.a]) { query in
            [Wire.answer(query, [Wire.cname("a.example", ttl: 7, "b.example"), Wire.a("b.example", "192.0.2.1")])]
        }
        #expect(together.outcome.text == ["192.0.2.1:80"])
        #expect(try together.outcome.get().expiry == 1_007_000)
        let alone = try await answered("a.example", order: [.a]) { query in
            switch query.name {
            case "a.example": [Wire.answer(query, [Wire.cname(query.name, ttl: 9, "b.example")])]
            case "b.example": [Wire.answer(query, [Wire.cname(query.name, ttl: 5, "c.example")])]
            default: [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
            }
        }
        #expect(alone.outcome.text == ["192.0.2.1:80"])
        #expect(try alone.outcome.get().expiry == 1_005_000)
        #expect(alone.questions == ["a.example 1", "b.example 1", "c.example 1"])
        // The server has looked at the end of the aliases: to ask again would be in vain.
        let nothing = try await answered("a.example", order: [.srv, .a]) { query in
            [Wire.answer(query, [Wire.cname(query.name, "b.example")], authority: [Wire.soa("example")])]
        }
        #expect(nothing.outcome.kind == .notFound)
        #expect(nothing.questions == ["a.example 33", "a.example 1"])
    }

    @Test("aliases without an end are an error after eight")
    func aliasesWithoutEnd() async throws {
        let growing = try await answered("0.example", order: [.a]) { query in
            let number = Int(query.name.prefix { $0 != "." }) ?? 0
            return [Wire.answer(query, [Wire.cname(query.name, "\(number + 1).example")])]
        }
        #expect(growing.outcome.kind == .malformed)
        #expect(growing.questions.count == 8)
        let round = try await answered("a.example", order: [.a]) { query in
            [Wire.answer(query, [Wire.cname("a.example", "b.example"), Wire.cname("b.example", "a.example")])]
        }
        #expect(round.outcome.kind == .malformed)
        #expect(round.questions.count == 1)
    }

    @Test("numbers, localhost and names of the hosts file are answered at once, and nobody is asked")
    func local() async throws {
        let server = try TestNameServer { query in [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])] }
        defer { server.stop() }
        let resolver = try TestResolver(
            [server.address], hosts: "10.0.0.1 known.example\n::5 known.example six.example")
        defer { resolver.stop() }
        let names = [
            ("10.1.2.3", "10.1.2.3:80"), ("2001:db8::1", "[2001:db8::1]:80"), ("[::1]", "[::1]:80"),
            ("localhost", "127.0.0.1:80"), ("LocalHost.", "127.0.0.1:80"), ("db.localhost", "127.0.0.1:80"),
            ("known.example", "10.0.0.1:80"), ("KNOWN.example.", "10.0.0.1:80"), ("six.example", "[::5]:80"),
        ]
        for (name, address) in names {
            #expect(await resolver.cached(name)?.text == [address], "\(name)")
            #expect(await resolver.lookup(name).text == [address], "\(name)")
        }
        resolver.advance(1 << 40)
        #expect(await resolver.cached("known.example", port: 443)?.text == ["10.0.0.1:443"])
        #expect(server.questions == [])
    }

    @Test("names in capitals and names with a dot at the end are asked for as they are")
    func spelling() async throws {
        let server = try TestNameServer { query in
            [Wire.answer(query, query.type == 1 ? [Wire.a("WWW.example", "192.0.2.1")] : [])]
        }
        defer { server.stop() }
        let resolver = try TestResolver([server.address])
        defer { resolver.stop() }
        #expect(await resolver.lookup("Www.EXAMPLE").text == ["192.0.2.1:80"])
        #expect(await resolver.cached("www.example")?.text == ["192.0.2.1:80"])
        #expect(await resolver.cached("wWW.example")?.text == ["192.0.2.1:80"])
        #expect(await resolver.cached("www.example.") == nil)
        #expect(await resolver.lookup("www.example.").text == ["192.0.2.1:80"])
        #expect(server.questions == ["www.example 33", "www.example 1", "www.example 33", "www.example 1"])
    }

    @Test("what is no name, or no port, is an error at once, and nobody is asked")
    func invalid() async throws {
        let server = try TestNameServer { query in [Wire.answer(query)] }
        defer { server.stop() }
        let resolver = try TestResolver([server.address])
        defer { resolver.stop() }
        let label = String(repeating: "a", count: 64)
        for name in [
            "", "a..b", "bücher.example", "10.0.0.256", "\(label).example", String(repeating: "a.", count: 200),
        ] {
            #expect(await resolver.cached(name)?.kind == .invalid, "\(name)")
            #expect(await resolver.lookup(name).kind == .invalid, "\(name)")
        }
        #expect(await resolver.lookup("www.example", port: 65536).kind == .invalid)
        #expect(await resolver.lookup("www.example", port: -1).kind == .invalid)
        #expect(server.questions == [])
    }

    @Test("short names are tried in the search domains first, long ones last, and each type by all names")
    func search() async throws {
        let found = "www.two.example"
        let responder: TestNameServer.Responder = { query in
            query.name == found && query.type == 1
                ? [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])] : [Wire.answer(query, code: 3)]
        }
        let options = "search one.example two.example\noptions ndots:2"
        let short = try await answered("www", order: [.srv, .a], options: options, by: responder)
        #expect(short.outcome.text == ["192.0.2.1:80"])
        #expect(
            short.questions == [
                "www.one.example 33", "www.two.example 33", "www 33", "www.one.example 1", "www.two.example 1",
            ])
        let long = try await answered("a.b.c", order: [.a], options: options, by: responder)
        #expect(long.outcome.kind == .notFound)
        #expect(long.questions == ["a.b.c 1", "a.b.c.one.example 1", "a.b.c.two.example 1"])
        let full = try await answered("www.", order: [.a], options: options, by: responder)
        #expect(full.questions == ["www 1"])
    }

    @Test("the type that led to an answer is the first to be asked for the next time")
    func last() async throws {
        let server = try TestNameServer { query in
            [Wire.answer(query, query.type == 1 ? [Wire.a(query.name, ttl: 1, "192.0.2.1")] : [])]
        }
        defer { server.stop() }
        let resolver = try TestResolver([server.address]) { $0.staleTTL = 0 }
        defer { resolver.stop() }
        for _ in 0..<2 {
            #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
            resolver.advance(1000)
        }
        #expect(server.questions == ["x.y 33", "x.y 1", "x.y 1"])
    }

    @Test("a name server that is asked by IPv6 answers as well")
    func overIPv6() async throws {
        let server = try TestNameServer(host: "::1") { query in
            [Wire.answer(query, query.type == 28 ? [Wire.aaaa(query.name, last: 1)] : [])]
        }
        defer { server.stop() }
        let resolver = try TestResolver([server.address])
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y", port: 443).text == ["[2001:db8::1]:443"])
    }
}
