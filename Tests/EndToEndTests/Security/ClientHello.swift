import TestBrokers
import TestClient

/// The first message of a TLS client, as bytes: it may offer what no library would.
struct ClientHello {
    /// The newest version that it speaks, up to TLS 1.2 (0x0303).
    var version: UInt16 = 0x0303
    var suites: [UInt16]
    var compressions: [UInt8] = [0]

    private var bytes: [UInt8] {
        var body = Self.two(version) + [UInt8](repeating: 0x5a, count: 32) + [0]
        body += Self.counted(suites.flatMap(Self.two))
        body += [UInt8(compressions.count)] + compressions
        // Groups, point formats, signatures, and that renegotiation is known (RFC 5746).
        body += Self.counted(
            [0, 10] + Self.counted(Self.counted([0x00, 0x1d, 0x00, 0x17, 0x00, 0x18])) + [0, 11] + Self.counted([1, 0])
                + [0, 13] + Self.counted(Self.counted([4, 3, 8, 4, 4, 1, 2, 3, 2, 1])) + [0xff, 1] + Self.counted([0]))
        let message = [1, 0] + Self.two(UInt16(body.count)) + body
        return [0x16, 3, 1] + Self.counted(message)
    }

    private static func two(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }
    private static func counted(_ bytes: [UInt8]) -> [UInt8] { two(UInt16(bytes.count)) + bytes }

    enum Answer: Equatable {
        /// The number of an alert (RFC 8446 §6).
        case alert(UInt8)
        case hello(suite: UInt16, compression: UInt8)
    }

    /// Sends it, and reads the first message of the answer. Blocks.
    func ask(_ port: UInt16) throws -> Answer {
        let client = try RawClient(port: port)
        try client.send(bytes)
        var answer: [UInt8] = []
        // Header, version, random, an id of at most 32 bytes, suite and compression.
        while answer.count < 7 || answer[0] == 0x16 && answer.count < 5 + 4 + 2 + 32 + 1 + 32 + 3 {
            guard let more = try client.readBytes(within: RunningSluice.answerLimit), !more.isEmpty else {
                throw TestEnvironmentError("the connection ended after \(answer)")
            }
            answer += more
        }
        if answer[0] == 0x15 { return .alert(answer[6]) }
        guard answer[0] == 0x16, answer[5] == 2 else { throw TestEnvironmentError("no TLS: \(answer.prefix(40))") }
        let suite = 5 + 4 + 2 + 32 + 1 + Int(answer[43])
        return .hello(suite: UInt16(answer[suite]) << 8 | UInt16(answer[suite + 1]), compression: answer[suite + 2])
    }
}
