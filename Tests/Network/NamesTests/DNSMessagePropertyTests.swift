import EventLoop
import TestNames
import TestRandom
import Testing

@testable import Names

/// Whatever comes from the network is read or refused, and what is read keeps its promises.
@Suite("DNSMessage on any bytes")
struct DNSMessagePropertyTests {
    private static let names = ["a.x", "b.x", "c.x", "www.example.com", "_http._tcp.example.com", ""]

    private func message(_ numbers: inout SeededGenerator) -> [UInt8] {
        var name: String { Self.names.randomElement(using: &numbers) ?? "" }
        func records() -> [[UInt8]] {
            (0..<Int.random(in: 0...5, using: &numbers)).map { _ in
                let ttl = UInt32.random(in: 0...UInt32.max, using: &numbers)
                switch Int.random(in: 0..<6, using: &numbers) {
                case 0: return Wire.a(name, ttl: ttl, "192.0.2.1")
                case 1: return Wire.aaaa(name, ttl: ttl, last: 7)
                case 2: return Wire.cname(name, ttl: ttl, name)
                case 3: return Wire.srv(name, ttl: ttl, 1, 2, 3, name)
                case 4: return Wire.soa(name)
                default: return Wire.record([0xc0, 12], 16, ttl: ttl, [UInt8](repeating: 1, count: 9))
                }
            }
        }
        return Wire.answer(
            Wire.question(name, 1), records(), authority: records(), additional: records())
    }

    /// Whether the bytes are read; a promise that what was read breaks is added to `broken`.
    private func check(_ bytes: [UInt8], _ broken: inout Set<String>) -> Bool {
        guard let message = try? DNSMessage(bytes.span) else { return false }
        func require(_ holds: Bool, _ what: String) { if !holds { broken.insert("\(what): \(bytes)") } }
        require(message.answers.count + message.additional.count <= bytes.count / 11, "records out of nothing")
        for record in message.answers + message.additional {
            require(record.timeToLive <= 0x7fff_ffff, "a time is too long")
            for name in [record.name, record.target] {
                guard let name else { continue }
                require(name.utf8.count <= 253, "a name is too long")
                require(
                    name.utf8.allSatisfy { HostName.isAllowed($0) || $0 == UInt8(ascii: ".") }, "a name is no host's")
            }
        }
        for name in Self.names {
            for type: RecordType in [.a, .aaaa, .srv] {
                guard let found = try? message.select(name, type, maximumAliases: 8) else { continue }
                require(found.aliases <= 8, "too many aliases")
                require(found.records.allSatisfy { $0.type == type && $0.name == found.name }, "other records")
            }
        }
        return true
    }

    @Test("bytes without any order are refused or read", arguments: 0..<4)
    func noise(seed: UInt64) {
        var broken: Set<String> = []
        var numbers = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &numbers)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            // Most would fail at the header already.
            if bytes.count > 12, Bool.random(using: &numbers) {
                bytes.replaceSubrange(
                    2..<12, with: [0x81, 0x80, 0, 1, 0, bytes[7] & 3, 0, bytes[9] & 3, 0, bytes[11] & 3])
            }
            _ = check(bytes, &broken)
        }
        #expect(broken == [])
    }

    @Test("messages that were changed, cut or lengthened are refused or read", arguments: 0..<4)
    func mutations(seed: UInt64) {
        var numbers = SeededGenerator(seed: 1000 + seed)
        var (read, refused, good) = (0, 0, 0)
        var broken: Set<String> = []
        for _ in 0..<1000 {
            var bytes = message(&numbers)
            if check(bytes, &broken) { good += 1 }
            for _ in 0..<Int.random(in: 1...2, using: &numbers) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<6, using: &numbers) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                case 1: bytes[place] = [0, 1, 63, 64, 0xc0, 0xff].randomElement(using: &numbers) ?? 0
                case 2: bytes.removeSubrange(place...)
                case 3: bytes.remove(at: place)
                case 4: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                default:
                    let pointer = Int.random(in: 0..<min(bytes.count, 0x4000), using: &numbers)
                    bytes.insert(contentsOf: [0xc0 | UInt8(pointer >> 8), UInt8(pointer & 0xff)], at: place)
                }
            }
            if check(bytes, &broken) { read += 1 } else { refused += 1 }
        }
        #expect(broken == [])
        #expect(good == 1000)
        // Both happen, or the test looks at one side only.
        #expect(read > 50 && refused > 50)
    }

    @Test("every beginning of a message is refused, none reads past its end")
    func beginnings() {
        var numbers = SeededGenerator(seed: 77)
        var broken: Set<String> = []
        for _ in 0..<30 {
            let bytes = message(&numbers)
            #expect(!(0..<bytes.count).contains { check(Array(bytes[..<$0]), &broken) })
        }
        #expect(broken == [])
    }
}

extension DNSRecord {
    fileprivate var target: String? {
        switch content {
        case .alias(let name), .service(_, _, _, let name): name
        case .address, .startOfAuthority, .other: nil
        }
    }
}
