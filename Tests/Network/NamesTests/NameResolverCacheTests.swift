import EventLoop
import Foundation
import TestNames
import Testing

@testable import Names

@Suite("NameResolver's cache")
struct NameResolverCacheTests {
    /// A server whose answers are numbered, by A records.
    private final class Counting: Sendable {
        let server: TestNameServer

        /// - Parameter code: For the answer of that number.
        init(ttl: UInt32 = 10, code: @escaping @Sendable (Int) -> UInt8 = { _ in 0 }) throws {
            let counter = Counter()
            server = try TestNameServer { query in
                let number = counter.next()
                let code = code(number)
                return [
                    Wire.answer(query, code: code, code == 0 ? [Wire.a(query.name, ttl: ttl, "192.0.2.\(number)")] : [])
                ]
            }
        }
    }

    private func resolver(
        _ server: TestNameServer, _ change: (inout NameResolverConfiguration) -> Void = { _ in }
    ) throws -> TestResolver {
        try TestResolver([server.address]) { configuration in
            configuration.order = [.a]
            change(&configuration)
        }
    }

    @Test("an answer counts until its time is over, for every port, without a question")
    func expiry() async throws {
        let counting = try Counting()
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server) { $0.staleTTL = 0 }
        defer { resolver.stop() }
        #expect(await resolver.cached("x.y") == nil)
        #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
        resolver.advance(9999)
        #expect(await resolver.cached("x.y")?.text == ["192.0.2.1:80"])
        #expect(await resolver.cached("x.y", port: 443)?.text == ["192.0.2.1:443"])
        #expect(await resolver.lookup("x.y").text == ["192.0.2.1:80"])
        resolver.advance(1)
        #expect(await resolver.cached("x.y") == nil)
        #expect(await resolver.lookup("x.y").text == ["192.0.2.2:80"])
        #expect(counting.server.queries.count == 2)
    }

    @Test("the settings' time counts instead of the records', and no record's longer than a week")
    func times() async throws {
        let counting = try Counting(ttl: 0x7fff_ffff)
        defer { counting.server.stop() }
        let short = try resolver(counting.server) { $0.validTTL = 5 }
        defer { short.stop() }
        #expect(try await short.lookup("x.y").get().expiry == short.now + 5)
        let week = try resolver(counting.server)
        defer { week.stop() }
        #expect(try await week.lookup("x.y").get().expiry == week.now + 604_800_000)
    }

    @Test("an answer past its time is given while one question renews it")
    func stale() async throws {
        let counting = try Counting()
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server) { $0.staleTTL = 1000 }
        defer { resolver.stop() }
        _ = await resolver.lookup("x.y")
        resolver.advance(10_999)
        let outcomes = await resolver.lookup(Array(repeating: "x.y", count: 50))
        #expect(outcomes.allSatisfy { $0.text == ["192.0.2.1:80"] })
        try await renewed(resolver, "192.0.2.2:80")
        #expect(counting.server.queries.count == 2)
        resolver.advance(11_000)
        #expect(await resolver.cached("x.y") == nil)
        #expect(await resolver.lookup("x.y").text == ["192.0.2.3:80"])
    }

    /// Waits until the answer is this: whatever the loop does before is done when it has answered once more.
    private func renewed(_ resolver: TestResolver, _ address: String) async throws {
        let limit = Date(timeIntervalSinceNow: 20)
        while await resolver.cached("x.y")?.text != [address] {
            try #require(Date() < limit, "the answer was not renewed")
            await Task.yield()
        }
    }

    @Test("while name servers fail, an old answer is kept, and nothing is asked again before its time")
    func staleThroughFailure() async throws {
        let counting = try Counting { number in number == 1 || number > 3 ? 0 : 2 }
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server) {
            $0.staleTTL = 100_000
            $0.errorTTL = 500
        }
        defer { resolver.stop() }
        _ = await resolver.lookup("x.y")
        resolver.advance(10_000)
        for expected in 2...3 {
            #expect(await resolver.cached("x.y")?.text == ["192.0.2.1:80"])
            try counting.server.wait(for: expected)
            // The failure is known to the loop when nothing is under way any more.
            try await resolver.idle()
            for _ in 0..<20 { #expect(await resolver.cached("x.y")?.text == ["192.0.2.1:80"]) }
            #expect(counting.server.queries.count == expected)
            resolver.advance(500)
        }
        try await renewed(resolver, "192.0.2.4:80")
    }

    @Test("a name that is gone takes its old answer with it")
    func gone() async throws {
        let counting = try Counting { number in number == 1 ? 0 : 3 }
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server)
        defer { resolver.stop() }
        _ = await resolver.lookup("x.y")
        resolver.advance(10_000)
        #expect(await resolver.cached("x.y")?.text == ["192.0.2.1:80"])
        try counting.server.wait(for: 2)
        try await resolver.idle()
        #expect(await resolver.cached("x.y")?.kind == .notFound)
    }

    @Test(
        "that there is nothing, and that something failed, is remembered for its own time",
        arguments: [(UInt8(3), NameError.Kind.notFound, UInt64(30_000)), (2, .refused, 1000), (5, .refused, 1000)])
    func failures(code: UInt8, kind: NameError.Kind, time: UInt64) async throws {
        let counting = try Counting { _ in code }
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server)
        defer { resolver.stop() }
        #expect(await resolver.lookup("x.y").kind == kind)
        resolver.advance(time - 1)
        #expect(await resolver.cached("x.y")?.kind == kind)
        #expect(counting.server.queries.count == 1)
        resolver.advance(1)
        #expect(await resolver.cached("x.y") == nil)
        #expect(await resolver.lookup("x.y").kind == kind)
        #expect(counting.server.queries.count == 2)
    }

    @Test("an answer without records is not found, too")
    func empty() async throws {
        let server = try TestNameServer { query in [Wire.answer(query, authority: [Wire.soa("y")])] }
        defer { server.stop() }
        let resolver = try resolver(server)
        defer { resolver.stop() }
        let outcome = await resolver.lookup("x.y")
        #expect(outcome.kind == .notFound)
        #expect(outcome.text == ["cannot find the address of 'x.y': there is no such name, or it has no address"])
    }

    @Test("many who wait for one name cause one question and get one answer")
    func waiters() async throws {
        let gate = Gate()
        let server = try TestNameServer { query in
            gate.pass()
            return [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
        }
        defer { server.stop() }
        let resolver = try resolver(server)
        defer { resolver.stop() }
        let outcomes = await resolver.lookup(Array(repeating: "x.y", count: 1000)) { gate.open() }
        #expect(outcomes.allSatisfy { $0.text == ["192.0.2.1:80"] })
        #expect(server.queries.count == 1)
    }

    @Test("one more who waits than may is told so at once")
    func tooManyWaiters() async throws {
        let gate = Gate()
        let server = try TestNameServer { query in
            gate.pass()
            return [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
        }
        defer { server.stop() }
        let resolver = try resolver(server) { $0.maximumWaiters = 10 }
        defer { resolver.stop() }
        let outcomes = await resolver.lookup(Array(repeating: "x.y", count: 11)) { gate.open() }
        #expect(outcomes[0].text == ["cannot find the address of 'x.y': 10 callers wait for it already"])
        #expect(outcomes[0].kind == .overloaded)
        #expect(outcomes.dropFirst().allSatisfy { $0.text == ["192.0.2.1:80"] })
        // It says nothing of the name.
        #expect(await resolver.cached("x.y")?.text == ["192.0.2.1:80"])
    }

    @Test("one more name than may be looked up at one time is refused at once")
    func tooManyLookups() async throws {
        let gate = Gate()
        let server = try TestNameServer { query in
            gate.pass()
            return [Wire.answer(query, [Wire.a(query.name, "192.0.2.1")])]
        }
        defer { server.stop() }
        let resolver = try resolver(server) { $0.maximumLookups = 3 }
        defer { resolver.stop() }
        let outcomes = await resolver.lookup(["a.y", "b.y", "c.y", "d.y"]) { gate.open() }
        #expect(outcomes.map(\.kind) == [.overloaded, nil, nil, nil])
        #expect(outcomes[0].text[0].contains("'d.y'"))
        #expect(await resolver.lookup("d.y").text == ["192.0.2.1:80"])
    }

    @Test("with no sharing each lookup asks for itself")
    func noSync() async throws {
        let counting = try Counting()
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server) { $0.noSync = true }
        defer { resolver.stop() }
        let outcomes = await resolver.lookup(Array(repeating: "x.y", count: 5))
        #expect(Set(outcomes.map(\.text)).count == 5)
        #expect(counting.server.queries.count == 5)
        #expect(await resolver.cached("x.y") != nil)
    }

    @Test("of more names than are kept the one that was not used for longest is asked for again")
    func bound() async throws {
        let counting = try Counting()
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server) { $0.cacheSize = 2 }
        defer { resolver.stop() }
        for name in ["a.y", "b.y", "a.y", "c.y"] { _ = await resolver.lookup(name) }
        #expect(counting.server.questions == ["a.y 1", "b.y 1", "c.y 1"])
        #expect(await resolver.cached("b.y") == nil)
        #expect(await resolver.cached("a.y") != nil)
    }

    @Test("a lookup from within an answer is fine, and finds the answer")
    func reentrant() async throws {
        let counting = try Counting()
        defer { counting.server.stop() }
        let resolver = try resolver(counting.server)
        defer { resolver.stop() }
        let texts = await withCheckedContinuation { done in
            resolver.begin { resolver in
                resolver.lookup("x.y", port: 80) { first in
                    resolver.lookup("x.y", port: 81) { second in
                        resolver.lookup("z.y", port: 80) { third in
                            done.resume(returning: [first.text, second.text, third.text])
                        }
                    }
                }
            }
        }
        #expect(texts == [["192.0.2.1:80"], ["192.0.2.1:81"], ["192.0.2.2:80"]])
    }
}
