import Bytes
import Testing

@testable import DataPlane

@Suite("the ring of hashes")
struct HashRingTests {
    private static let keys: [UInt64] = (0..<20_000).map { StableHash.hash(Array("key \($0)".utf8).span) }

    private static func ring(_ peers: [(identity: String, weight: Int)], slots: Int = 10_000) -> [String] {
        let ring = HashRing(slots: slots, peers: peers)
        return keys.map { key in ring.find(key) { _ in true }.map { peers[$0].identity } ?? "-" }
    }

    private static func named(_ numbers: Range<Int>) -> [(identity: String, weight: Int)] {
        numbers.map { ("10.0.0.\($0):80", 100) }
    }

    @Test("the hash is the same for ever")
    func stable() {
        #expect(StableHash.hash([UInt8]().span) == 0xc381_7c01_6ba4_ff30)
        #expect(StableHash.hash(Array("alice".utf8).span) == 1_874_745_765_387_981_941)
    }

    @Test("keys spread by weight")
    func spread() {
        let owners = Self.ring([("a:1", 100), ("b:1", 100), ("c:1", 200), ("d:1", 0), ("e:1", 1)])
        let shares = Dictionary(grouping: owners) { $0 }.mapValues { Double($0.count) / Double(owners.count) }
        #expect(abs((shares["a:1"] ?? 0) - 0.25) < 0.05 && abs((shares["b:1"] ?? 0) - 0.25) < 0.05)
        #expect(abs((shares["c:1"] ?? 0) - 0.5) < 0.07)
        #expect(shares["d:1"] == nil && (shares["e:1"] ?? 0) < 0.02)
    }

    @Test("a peer that comes takes its share and moves nothing else", arguments: [2, 5, 20, 61])
    func adding(count: Int) {
        let (before, after) = (Self.ring(Self.named(0..<count)), Self.ring(Self.named(0..<count + 1)))
        let newcomer = "10.0.0.\(count):80"
        let moved = zip(before, after).filter { $0 != $1 }
        let toOthers = moved.count { $1 != newcomer }
        #expect(Double(moved.count) < 1.5 * Double(Self.keys.count) / Double(count + 1))
        #expect(toOthers == 0 && after.contains(newcomer))
    }

    @Test("a peer that goes gives its keys away and moves nothing else", arguments: [3, 10])
    func removing(count: Int) {
        let peers = Self.named(0..<count)
        let (before, after) = (Self.ring(peers), Self.ring(peers.filter { $0.identity != "10.0.0.1:80" }))
        let moved = zip(before, after).filter { $0 != $1 && $0 != "10.0.0.1:80" }
        #expect(moved.isEmpty)
    }

    @Test("a weight that changes moves few keys")
    func reweighing() {
        var peers = Self.named(0..<10)
        let before = Self.ring(peers)
        peers[3].weight = 50
        let moved = zip(before, Self.ring(peers)).count { $0 != $1 }
        #expect(moved > 0 && moved * 100 < Self.keys.count * 12)
    }

    @Test("peers that have to share few slots move few keys")
    func growing() {
        let (before, after) = (Self.ring(Self.named(0..<66), slots: 1000), Self.ring(Self.named(0..<67), slots: 1000))
        #expect(zip(before, after).count { $0 != $1 } * 100 < Self.keys.count * 12)
    }

    @Test("a peer that is down loses its own keys only, which spread over the others")
    func down() {
        let peers = Self.named(0..<5)
        let ring = HashRing(slots: 10_000, peers: peers)
        var heirs: Set<Int> = []
        for key in Self.keys {
            let owner = ring.find(key) { _ in true }
            let other = ring.find(key) { $0 != 2 }
            if owner == 2 { heirs.insert(other ?? -1) } else { #expect(other == owner) }
        }
        #expect(heirs == [0, 1, 3, 4])
        #expect(ring.find(7) { _ in false } == nil)
    }

    @Test("however few slots there are, everybody has some", arguments: [(10, 1), (10, 30), (1000, 400), (1000, 1500)])
    func small(slots: Int, count: Int) {
        let peers = (0..<count).map { (identity: "10.0.\($0 / 250).\($0 % 250):80", weight: 1) }
        let ring = HashRing(slots: slots, peers: peers)
        var seen: Set<Int> = []
        // Every point is where its peer's hash is.
        for peer in peers {
            let point = StableHash.mix(StableHash.hash(Array(peer.identity.utf8).span))
            if let owner = ring.find(point, where: { _ in true }) { seen.insert(owner) }
        }
        #expect(seen.count == count)
    }

    @Test("nobody: nothing is found")
    func empty() {
        #expect(HashRing(slots: 1000, peers: []).find(1) { _ in true } == nil)
        #expect(HashRing(slots: 1000, peers: [("a:1", 0)]).find(1) { _ in true } == nil)
    }
}
