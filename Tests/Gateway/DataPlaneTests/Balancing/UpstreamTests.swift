import EventLoop
import GatewayModel
import Synchronization
import Testing

@testable import DataPlane
@testable import Names

@Suite("what runs of an upstream")
struct UpstreamTests {
    private static let name = TargetAddress("name.test:8080")

    private static func shown(_ upstream: Upstream) -> [String] {
        upstream.table.peers.map { "\($0.address) \($0.weight)" }
    }

    private static func endpoint(
        _ host: String, _ port: Int, priority: UInt16, weight: UInt16, _ service: String
    ) throws -> NameAnswer.Endpoint {
        NameAnswer.Endpoint(
            address: try SocketAddress(host: host, port: port), priority: priority, weight: weight,
            servicePort: UInt16(port), serviceHost: service)
    }

    @Test("targets that are addresses are there at once, of either version")
    func addresses() throws {
        let upstream = try Balanced.upstream("", ["10.0.0.2:81": 5, "[2001:db8::1]:82": 6, "10.0.0.1": 7])
        #expect(
            Self.shown(upstream) == [
                "10.0.0.1:8000 7", "10.0.0.2:81 5", "[2001:0db8:0000:0000:0000:0000:0000:0001]:82 6",
            ])
    }

    @Test("a name's addresses each have the target's weight; who stays keeps its health")
    func names() throws {
        let name = try #require(Self.name)
        let upstream = try Balanced.upstream("", ["name.test:8080": 7])
        #expect(Self.shown(upstream) == [] && upstream.version == 0)
        upstream.found(try Balanced.endpoints(["10.0.0.2", "10.0.0.1"], port: 8080), of: name)
        #expect(Set(Self.shown(upstream)) == ["10.0.0.1:8080 7", "10.0.0.2:8080 7"] && upstream.version == 1)
        let stays = try #require(upstream.table.peers.first { $0.address.host == "10.0.0.2" }).health
        stays.set(isHealthy: false)
        upstream.found(try Balanced.endpoints(["10.0.0.2", "10.0.0.3"], port: 8080), of: name)
        #expect(upstream.table.peers.map { $0.health === stays } == [true, false] && upstream.version == 2)
        upstream.found(.none, of: name)
        #expect(Self.shown(upstream) == [] && upstream.version == 3)
        // It was away: what was known of it is forgotten.
        upstream.found(try Balanced.endpoints(["10.0.0.2"], port: 8080), of: name)
        #expect(upstream.table.peers.first?.health.isAvailable == true)
    }

    @Test("an answer in another order changes nothing")
    func order() throws {
        let upstream = try Balanced.upstream("", ["name.test:8080": 7])
        for hosts in [["10.0.0.1", "10.0.0.2"], ["10.0.0.2", "10.0.0.1"], ["10.0.0.2", "10.0.0.1", "10.0.0.2"]] {
            let answer = NameAnswer(
                endpoints: try hosts.map { .init(address: try SocketAddress(host: $0, port: 8080)) }, expiry: 0)
            upstream.found(TargetAddresses(answer), of: try #require(Self.name))
        }
        #expect(upstream.version == 1 && upstream.table.peers.count == 2)
    }

    @Test("services: the first priority, with the records' ports and weights")
    func services() throws {
        let answer = NameAnswer(
            endpoints: [
                try Self.endpoint("10.0.0.3", 83, priority: 2, weight: 9, "c.test"),
                try Self.endpoint("10.0.0.1", 81, priority: 1, weight: 60, "a.test"),
                try Self.endpoint("10.0.0.2", 82, priority: 1, weight: 0, "b.test"),
            ], expiry: 0)
        let name = try #require(Self.name)
        for (fields, hosts) in [
            ("", ["name.test", "name.test"]), (#","use_srv_name":true"#, ["a.test", "b.test"]),
            (#","use_srv_name":true,"host_header":"own.test""#, ["own.test", "own.test"]),
        ] {
            let upstream = try Balanced.upstream(fields, ["name.test:8080": 7])
            upstream.found(TargetAddresses(answer), of: name)
            #expect(Self.shown(upstream) == ["10.0.0.1:81 60", "10.0.0.2:82 1"])
            #expect(upstream.table.peers.map(\.hostName) == hosts)
        }
        let unused = try Balanced.upstream("", ["name.test:8080": 0])
        unused.found(TargetAddresses(answer), of: name)
        #expect(Self.shown(unused) == ["10.0.0.1:81 0", "10.0.0.2:82 0"])
    }

    @Test("Host: what is configured, with the target's port unless it has one or needs none")
    func hosts() throws {
        func authorities(_ fields: String, _ target: String) throws -> [String] {
            let upstream = try Balanced.upstream(fields, [target: 1])
            let peer = try #require(upstream.table.peers.first)
            return [false, true].map { String(decoding: peer.authority(isSecure: $0), as: UTF8.self) }
                + [peer.serverName]
        }
        #expect(try authorities("", "10.0.0.1:80") == ["10.0.0.1", "10.0.0.1:80", "10.0.0.1"])
        #expect(try authorities("", "10.0.0.1:443") == ["10.0.0.1:443", "10.0.0.1", "10.0.0.1"])
        #expect(try authorities(#","host_header":"a.test""#, "10.0.0.1:81") == ["a.test:81", "a.test:81", "a.test"])
        #expect(try authorities(#","host_header":"a.test:9""#, "10.0.0.1:81") == ["a.test:9", "a.test:9", "a.test"])
        let address = "[0000:0000:0000:0000:0000:0000:0000:0001]"
        #expect(try authorities("", "[::1]:80") == [address, "\(address):80", String(address.dropFirst().dropLast())])
    }

    // MARK: - Changes of the entities

    @Test("a target more: the others keep their health, names are not unknown again")
    func moreTargets() throws {
        let checks = Balanced.passive(#""http_failures":1"#)
        let first = try Balanced.upstream(checks, ["10.0.0.1:80": 1, "name.test:8080": 1])
        first.found(try Balanced.endpoints(["10.0.0.9"], port: 8080), of: try #require(Self.name))
        for peer in first.table.peers { peer.health.set(isHealthy: false) }
        let second = try Balanced.upstream(
            checks + #","algorithm":"latency""#, ["10.0.0.1:80": 2, "name.test:8080": 2, "10.0.0.2:80": 2],
            after: first)
        #expect(Self.shown(second) == ["10.0.0.1:80 2", "10.0.0.2:80 2", "10.0.0.9:8080 2"])
        #expect(second.table.peers.map(\.health.isAvailable) == [false, true, false])
        let other = try Balanced.upstream(
            Balanced.passive(#""http_failures":2"#), ["10.0.0.1:80": 1], after: second)
        #expect(other.table.peers.map(\.health.isAvailable) == [true])
    }

    // MARK: - Waiting

    @Test("who waits for the names is told once, when the last is known")
    func waiting() async throws {
        let upstream = try Balanced.upstream("", ["a.test:1": 1, "b.test:1": 1])
        let status = Task { await upstream.status() }
        let names = try ["a.test:1", "b.test:1"].map { try #require(TargetAddress($0)) }
        upstream.found(try Balanced.endpoints(["10.0.0.1"], port: 1), of: names[0])
        upstream.found(.none, of: names[1])
        let targets = await status.value.targets
        #expect(targets.map(\.addresses.count) == [1, 0] && targets.map(\.record) == ["A", "unknown"])
        // At once.
        let again = await upstream.status()
        #expect(again.targets.count == 2 && !again.isChecked && again.isHealthy)
    }

    @Test("marks: all addresses of a target, or one")
    func marks() throws {
        let name = try #require(Self.name)
        let upstream = try Balanced.upstream("", ["name.test:8080": 1, "10.0.0.1:8080": 1])
        upstream.found(try Balanced.endpoints(["10.0.0.1", "10.0.0.2"], port: 8080), of: name)
        func states() -> [Bool] { upstream.table.peers.map(\.health.isAvailable) }
        #expect(upstream.mark(name, address: TargetAddress("10.0.0.2:8080"), isHealthy: false) == 1)
        #expect(states() == [true, true, false])
        #expect(upstream.mark(name, address: nil, isHealthy: false) == 2)
        #expect(states() == [true, false, false])
        #expect(upstream.mark(name, address: TargetAddress("10.0.0.3:8080"), isHealthy: true) == 0)
        #expect(upstream.mark(name, address: TargetAddress("10.0.0.2:8081"), isHealthy: true) == 0)
        #expect(upstream.mark(try #require(TargetAddress("gone.test:1")), address: nil, isHealthy: true) == 0)
        #expect(states() == [true, false, false])
    }
}
