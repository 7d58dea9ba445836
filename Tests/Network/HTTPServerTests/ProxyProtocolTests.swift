import EventLoop
import Testing

@testable import HTTPServer

@Suite("PROXY headers")
struct ProxyProtocolTests {
    /// What a header begins with in version 2.
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

    private static func binary(
        version: UInt8 = 2, command: UInt8 = 1, family: UInt8, _ block: [UInt8], length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? block.count
        return signature + [version << 4 | command, family, UInt8(length >> 8), UInt8(length & 255)] + block
    }

    private static let version4: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 4, 210, 0, 80]
    private static let version6: [UInt8] =
        [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 15) + [1]
        + [4, 210, 0, 80]

    /// Headers that are complete, and the client that each names.
    private static let good: [([UInt8], String?)] = [
        (Array("PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n".utf8), "192.0.2.1:1234"),
        (Array("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n".utf8), "[2001:db8::1]:65535"),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), nil),
        (binary(family: 0x11, version4), "192.0.2.1:1234"),
        (binary(family: 0x21, version6), "[2001:db8::1]:1234"),
        (binary(family: 0x11, version4 + [3, 0, 1, 9]), "192.0.2.1:1234"),
        (binary(command: 0, family: 0, []), nil),
        (binary(command: 0, family: 0x11, version4), nil),
        (binary(family: 0x31, [UInt8](repeating: 97, count: 216)), nil),
        (binary(family: 0, []), nil),
    ]

    @Test("name the client, wherever they are cut, and end where they end", arguments: good.indices)
    func complete(number: Int) throws {
        let (header, client) = Self.good[number]
        let bytes = header + Array("GET / HTTP/1.1\r\n".utf8)
        for count in 0..<header.count {
            #expect(ProxyProtocol.parse(bytes.span.extracting(0..<count)) == .incomplete, "\(count)")
        }
        for count in [header.count, bytes.count] {
            guard case .complete(let end, let found) = ProxyProtocol.parse(bytes.span.extracting(0..<count)) else {
                Issue.record("not complete")
                return
            }
            #expect(end == header.count && found?.description == client)
        }
    }

    @Test(
        "are refused when malformed",
        arguments: [
            Array("GET / HTTP/1.1\r\n".utf8),
            Array("proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8),
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n".utf8),
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n".utf8),
            Array("PROXY TCP4 2001:db8::1 ::1 1 2\r\n".utf8),
            Array("PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n".utf8),
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n".utf8),
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n".utf8),
            Array("PROXY TCP4 localhost 192.0.2.2 1 2\r\n".utf8),
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\rX".utf8),
            Array("PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8),
            Array(("PROXY UNKNOWN " + String(repeating: "x", count: 200)).utf8),
            binary(version: 1, family: 0x11, version4), binary(version: 3, family: 0x11, version4),
            binary(command: 2, family: 0x11, version4), binary(family: 0x11, Array(version4.dropLast())),
            binary(family: 0x21, version4), binary(family: 0x11, [], length: 5000),
        ])
    func malformed(header: [UInt8]) {
        guard case .malformed = ProxyProtocol.parse(header.span) else {
            Issue.record("taken for \(ProxyProtocol.parse(header.span))")
            return
        }
    }
}
