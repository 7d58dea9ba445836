import EventLoop
import TestNames
import Testing

@testable import Names

@Suite("DNSMessage")
struct DNSMessageTests {
    private func read(_ bytes: [UInt8]) throws -> DNSMessage { try DNSMessage(bytes.span) }

    @Test("records of each type read as they were written, in lower case and with their times")
    func records() throws {
        let query = Wire.question("WWW.Example.com", 33)
        let message = try read(
            Wire.answer(
                query,
                [
                    Wire.cname("www.example.COM", ttl: 7, "Real.example.com"), Wire.a("a.example.com", "192.0.2.1"),
                    Wire.aaaa("a.example.com", ttl: 0x7fff_ffff, last: 9),
                    Wire.srv("_x._tcp.example.com", ttl: 0x8000_0001, 1, 2, 65535, "t.example.com"),
                    Wire.srv("none.example.com", 0, 0, 0, ""), Wire.record("t.example.com", 16, ttl: 1, [1, 2, 3]),
                    Wire.record("chaos.example.com", 1, ttl: 1, class: 3, [1, 2, 3]),
                ], authority: [Wire.soa("example.com")], additional: [Wire.a("t.example.com", "192.0.2.2")]))
        #expect(message.question == "www.example.com")
        #expect(message.questionType == .srv)
        #expect(message.hasAuthority)
        #expect(message.answers.map(\.name?.count) == [15, 13, 13, 19, 16, 13, 17])
        #expect(message.answers.map(\.timeToLive) == [7, 60, 0x7fff_ffff, 0, 60, 1, 1])
        let addresses = try ["192.0.2.1", "2001:db8::9"].map { try SocketAddress(host: $0, port: 0) }
        #expect(
            message.answers.map(\.content) == [
                .alias("real.example.com"), .address(addresses[0]), .address(addresses[1]),
                .service(priority: 1, weight: 2, port: 65535, target: "t.example.com"),
                .service(priority: 0, weight: 0, port: 0, target: ""), .other, .other,
            ])
        #expect(message.additional.map(\.name) == ["t.example.com"])
    }

    @Test("names that point back are read, and what points forwards, to itself or round is refused")
    func pointers() throws {
        let query = Wire.question("www.example.com", 1)
        // The question's name is at 12, `example.com` at 16; the record's own name begins at 33.
        let back: [UInt8] = [3] + Array("ftp".utf8) + [0xc0, 16]
        let message = try read(Wire.answer(query, [Wire.record(back, 1, ttl: 5, [192, 0, 2, 1])]))
        #expect(message.answers.map(\.name) == ["ftp.example.com"])
        for name: [UInt8] in [[0xc0, 33], [0xc0, 34], [1, 97, 0xc0, 33], [0xc0, 60], [0xff, 0xff]] {
            #expect(throws: DNSFormatError.self) {
                try read(Wire.answer(query, [Wire.record(name, 1, ttl: 5, [192, 0, 2, 1])]))
            }
        }
        // Two names that point to each other: the first to what is only behind it.
        let first = Wire.record([0xc0, 49], 1, ttl: 5, [192, 0, 2, 1])
        let second = Wire.record([0xc0, 33], 1, ttl: 5, [192, 0, 2, 1])
        #expect(throws: DNSFormatError("a name points forwards or to itself")) {
            try read(Wire.answer(query, [first, second]))
        }
    }

    @Test("a long chain of pointers ends, at the limit of a name's length")
    func pointerChain() throws {
        let query = Wire.question("x", 1)
        // Each name is one letter before the last name: after 127 of them it is too long.
        var records: [[UInt8]] = []
        var place = 12
        var start = 12 + 3 + 4
        for _ in 0..<200 {
            let record = Wire.record([1, 97, 0xc0 | UInt8(place >> 8), UInt8(place & 0xff)], 16, ttl: 0, [])
            records.append(record)
            place = start
            start += record.count
        }
        #expect(throws: DNSFormatError("a name is longer than 255 bytes")) { try read(Wire.answer(query, records)) }
        let message = try read(Wire.answer(query, Array(records.prefix(126))))
        #expect(message.answers.last?.name?.utf8.count == 253)
    }

    @Test(
        "what breaks the format is refused",
        arguments: [
            ("no header", 11, [:]), ("a question", nil, [2: 0x01]), ("another operation", nil, [2: 0x91]),
            ("cut by the server", nil, [2: 0x83]), ("no question", nil, [5: 0]), ("two questions", nil, [5: 2]),
            ("a record too many", nil, [7: 2]), ("more records than there can be", nil, [6: 0xff, 7: 0xff]),
            ("no last byte", -1, [:]),
        ] as [(String, Int?, [Int: UInt8])])
    func malformed(what: String, length: Int?, changes: [Int: UInt8]) throws {
        var bytes = Wire.answer(Wire.question("a.b", 1), [Wire.a("a.b", "192.0.2.1")])
        _ = try read(bytes)
        for (place, byte) in changes { bytes[place] = byte }
        if let length { bytes = Array(bytes.prefix(length < 0 ? bytes.count + length : length)) }
        #expect(throws: DNSFormatError.self) { try read(bytes) }
    }

    @Test(
        "records whose length is wrong are refused",
        arguments: [
            Wire.record("a.b", 1, ttl: 1, [1, 2, 3]), Wire.record("a.b", 1, ttl: 1, [1, 2, 3, 4, 5]),
            Wire.record("a.b", 1, ttl: 1, [UInt8](repeating: 0, count: 16)),
            Wire.record("a.b", 28, ttl: 1, [1, 2, 3, 4]), Wire.record("a.b", 28, ttl: 1, []),
            Wire.record("a.b", 5, ttl: 1, []), Wire.record("a.b", 5, ttl: 1, [1, 97, 0, 0]),
            Wire.record("a.b", 5, ttl: 1, [1, 97]), Wire.record("a.b", 33, ttl: 1, [0, 1, 0, 1, 0]),
            Wire.record("a.b", 33, ttl: 1, [0, 1, 0, 1, 0, 1]),
            Wire.record("a.b", 33, ttl: 1, [0, 1, 0, 1, 0, 1, 0, 0]),
            Wire.record("a.b", 5, ttl: 1, [0x40, 0]), Wire.record("a.b", 5, ttl: 1, [0x80, 0]),
        ])
    func lengths(record: [UInt8]) {
        // Zeros behind it, that it may not read as its own.
        let more = [UInt8](repeating: 0, count: 40)
        #expect(throws: DNSFormatError.self) { try read(Wire.answer(Wire.question("a.b", 1), [record]) + more) }
    }

    @Test("names that are none of a host lead nowhere, and match nothing")
    func oddNames() throws {
        let query = Wire.question("a.b", 1)
        for odd: [UInt8] in [[3, 97, 46, 98, 0], [1, 0, 0], [2, 97, 32, 0], [2, 0xc3, 0xa9, 0]] {
            let message = try read(
                Wire.answer(query, [Wire.record(odd, 1, ttl: 1, [1, 2, 3, 4]), Wire.record("a.b", 5, ttl: 1, odd)]))
            #expect(message.answers.map(\.name) == [nil, "a.b"])
            #expect(try message.select("a.b", .a, maximumAliases: 8) == DNSMessage.Selection(name: "a.b"))
        }
    }

    @Test("aliases are followed to the records, whatever their order, with the least time of all")
    func aliases() throws {
        let message = try read(
            Wire.answer(
                Wire.question("a.x", 1),
                [
                    Wire.a("c.x", ttl: 30, "192.0.2.1"), Wire.cname("b.x", ttl: 5, "c.x"), Wire.a("d.x", "192.0.2.9"),
                    Wire.cname("a.x", ttl: 50, "b.x"), Wire.a("c.x", ttl: 40, "192.0.2.2"),
                ]))
        let found = try message.select("a.x", .a, maximumAliases: 8)
        #expect(found.name == "c.x" && found.aliases == 2 && found.timeToLive == 5)
        #expect(found.records.count == 2)
        #expect(try message.select("b.x", .a, maximumAliases: 1).records.count == 2)
        #expect(throws: DNSFormatError.self) { try message.select("a.x", .a, maximumAliases: 1) }
        let unfinished = try message.select("a.x", .aaaa, maximumAliases: 8)
        #expect(unfinished.name == "c.x" && unfinished.records.isEmpty)
    }

    @Test("aliases that go round end")
    func aliasLoop() throws {
        let message = try read(
            Wire.answer(Wire.question("a.x", 1), [Wire.cname("a.x", "b.x"), Wire.cname("b.x", "a.x")]))
        #expect(throws: DNSFormatError("there are more than 8 aliases one after another")) {
            try message.select("a.x", .a, maximumAliases: 8)
        }
    }
}
