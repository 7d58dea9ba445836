import EventLoop
import GatewayModel
import Testing

@testable import DataPlane

@Suite("choosing a peer")
struct PeerChooserTests {
    private static let three: KeyValuePairs = ["10.0.0.1:80": 100, "10.0.0.2:80": 100, "10.0.0.3:80": 100]

    private static func mark(_ upstream: Upstream, _ host: String, isHealthy: Bool) throws {
        let target = try #require(TargetAddress("\(host):80"))
        #expect(upstream.mark(target, address: nil, isHealthy: isHealthy) == 1)
    }

    // MARK: - Round-robin

    @Test(
        "round-robin: each gets its share, evenly spread",
        arguments: [
            (["10.0.0.1:80": 100, "10.0.0.2:80": 100], "12121212"),
            (["10.0.0.1:80": 3, "10.0.0.2:80": 1], "11211121"),
            (["10.0.0.1:80": 5, "10.0.0.2:80": 1, "10.0.0.3:80": 1], "1121311112131"),
            (["10.0.0.1:80": 0, "10.0.0.2:80": 1, "10.0.0.3:80": 1], "232323"), (["10.0.0.9:80": 65_535], "999"),
            (["10.0.0.1:80": 0], "--"), ([:], "--"),
        ] as [(KeyValuePairs<String, Int>, String)])
    func inTurn(targets: KeyValuePairs<String, Int>, wanted: String) throws {
        let chooser = PeerChooser(try Balanced.upstream("", targets))
        #expect(chooser.sequence(wanted.count) == wanted)
    }

    @Test("round-robin: large weights keep their shares to the last request")
    func shares() throws {
        let chooser = PeerChooser(
            try Balanced.upstream("", ["10.0.0.1:80": 65_535, "10.0.0.2:80": 32_768, "10.0.0.3:80": 1]))
        let all = chooser.sequence(98_304)
        #expect(all.count { $0 == "1" } == 65_535 && all.count { $0 == "2" } == 32_768 && all.count { $0 == "3" } == 1)
    }

    @Test("loops begin at different peers")
    func offsets() throws {
        let upstream = try Balanced.upstream("", Self.three)
        #expect((0..<4).map { PeerChooser(upstream, offset: $0).sequence(3) } == ["123", "231", "312", "123"])
    }

    @Test("who is down gets nothing; who comes back takes turns again")
    func down() throws {
        let upstream = try Balanced.upstream("", Self.three)
        let chooser = PeerChooser(upstream)
        #expect(chooser.sequence(3) == "123")
        try Self.mark(upstream, "10.0.0.2", isHealthy: false)
        #expect(chooser.sequence(4) == "1313")
        try Self.mark(upstream, "10.0.0.1", isHealthy: false)
        try Self.mark(upstream, "10.0.0.3", isHealthy: false)
        #expect(chooser.sequence(2) == "--")
        for host in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] { try Self.mark(upstream, host, isHealthy: true) }
        #expect(Set(chooser.sequence(3)) == ["1", "2", "3"])
    }

    // MARK: - Tries

    @Test(
        "a peer that was tried is chosen only when no others are left",
        arguments: ["round-robin", "least-connections", "latency", "consistent-hashing"])
    func tries(algorithm: String) throws {
        let hash = algorithm == "consistent-hashing" ? #","hash_on":"ip""# : ""
        let upstream = try Balanced.upstream(#","algorithm":"\#(algorithm)"\#(hash)"#, Self.three)
        let chooser = PeerChooser(upstream)
        for key in 0..<50 {
            var tried: [Peer] = []
            for _ in 0..<3 {
                let peer = try #require(
                    chooser.choose(hash: StableHash.mix(UInt64(key)), tried: tried, now: 0))
                #expect(!tried.contains { $0 === peer })
                tried.append(peer)
            }
            #expect(chooser.choose(hash: 1, tried: tried, now: 0) != nil)
        }
    }

    @Test("a peer that was tried is known in a new table")
    func triedBefore() throws {
        let upstream = try Balanced.upstream("", ["10.0.0.1:80": 1, "name.test:80": 1])
        let chooser = PeerChooser(upstream)
        let first = try #require(chooser.choose(hash: nil, tried: [], now: 0))
        let name = try #require(TargetAddress("name.test:80"))
        upstream.found(try Balanced.endpoints(["10.0.0.2"]), of: name)
        #expect(chooser.sequence(3, tried: [first]) == "222")
    }

    // MARK: - The threshold

    @Test(
        "an upstream of which not more than the threshold is available gets no requests",
        arguments: [
            (0.0, 2, true), (0, 3, false), (50, 1, true), (50, 2, false), (66, 1, true), (67, 1, false), (99, 0, true),
            (100, 0, false),
        ])
    func threshold(percent: Double, down: Int, isThere: Bool) throws {
        let upstream = try Balanced.upstream(
            Balanced.passive(#""http_failures":1"#, threshold: percent),
            ["10.0.0.1:80": 100, "10.0.0.2:80": 100, "10.0.0.3:80": 100, "10.0.0.4:80": 0])
        for number in 0..<down { try Self.mark(upstream, "10.0.0.\(number + 1)", isHealthy: false) }
        let chooser = PeerChooser(upstream)
        #expect((chooser.choose(hash: nil, tried: [], now: 0) != nil) == isThere)
    }

    // MARK: - Least connections

    @Test("least connections: the one with the fewest for its weight; equals take turns")
    func leastConnections() throws {
        let upstream = try Balanced.upstream(#","algorithm":"least-connections""#, Self.three)
        let chooser = PeerChooser(upstream)
        #expect(Set(chooser.sequence(3)) == ["1", "2", "3"])
        let peers = upstream.table.peers
        peers[0].health.begin()
        peers[2].health.begin()
        peers[2].health.begin()
        #expect(chooser.sequence(3) == "222")
        peers[1].health.begin()
        peers[1].health.begin()
        #expect(chooser.sequence(3) == "111")
        peers[2].health.end()
        peers[2].health.end()
        #expect(chooser.sequence(3) == "333")
    }

    @Test("least connections: held requests spread by weight")
    func weightedConnections() throws {
        let upstream = try Balanced.upstream(
            #","algorithm":"least-connections""#, ["10.0.0.1:80": 100, "10.0.0.2:80": 300, "10.0.0.3:80": 0])
        let chooser = PeerChooser(upstream)
        var counts = [0, 0, 0]
        for _ in 0..<400 {
            let peer = try #require(chooser.choose(hash: nil, tried: [], now: 0))
            peer.health.begin()
            counts[try #require(Int(String(peer.address.host.suffix(1)))) - 1] += 1
        }
        #expect(counts == [100, 300, 0])
    }

    // MARK: - Latency

    @Test("latency: the fastest, but nobody is forgotten")
    func latency() throws {
        let upstream = try Balanced.upstream(#","algorithm":"latency""#, Self.three)
        let chooser = PeerChooser(upstream)
        let peers = upstream.table.peers
        // Nobody was measured: each in turn.
        #expect(Set(chooser.sequence(3)) == ["1", "2", "3"])
        peers[0].health.noteLatency(30, at: 1000)
        peers[1].health.noteLatency(20, at: 1000)
        // The one that was not gets a request, and while that is under way no other.
        #expect(chooser.sequence(2, now: 1000) == "33")
        peers[2].health.begin()
        #expect(chooser.sequence(2, now: 1000) == "22")
        peers[2].health.noteLatency(10, at: 1000)
        peers[2].health.end()
        #expect(chooser.sequence(2, now: 1000) == "33")
        // Requests that are awaited count too.
        peers[2].health.begin()
        peers[2].health.begin()
        #expect(chooser.sequence(1, now: 1000) == "2")
        peers[2].health.end()
        peers[2].health.end()
        // With time, a slow one gets another chance.
        for moment in stride(from: UInt64(2000), through: 40_000, by: 1000) {
            peers[2].health.noteLatency(10, at: moment)
        }
        #expect(chooser.sequence(1, now: 40_000) != "3")
    }

    // MARK: - Consistent hashing

    @Test("consistent hashing: a key stays where it is; what has no key takes turns")
    func hashing() throws {
        let upstream = try Balanced.upstream(#","algorithm":"consistent-hashing","hash_on":"ip""#, Self.three)
        let (one, other) = (PeerChooser(upstream), PeerChooser(upstream, offset: 1))
        for key in 0..<100 {
            let hash = StableHash.mix(UInt64(key))
            let choices = one.sequence(2, hash: hash) + other.sequence(2, hash: hash)
            #expect(Set(choices).count == 1)
        }
        #expect(one.sequence(3) == "123")
    }

    @Test("consistent hashing: a key's peer that is down is stood in for, and gets the key back")
    func hashingDown() throws {
        let upstream = try Balanced.upstream(#","algorithm":"consistent-hashing","hash_on":"ip""#, Self.three)
        let chooser = PeerChooser(upstream)
        let owner = try #require(chooser.choose(hash: 4711, tried: [], now: 0))
        owner.health.set(isHealthy: false)
        let heir = try #require(chooser.choose(hash: 4711, tried: [], now: 0))
        #expect(heir !== owner)
        owner.health.set(isHealthy: true)
        #expect(chooser.choose(hash: 4711, tried: [], now: 0) === owner)
    }
}
