/// A frame as it goes over the wire (RFC 9113 §4.1), right or wrong.
struct Frame {
    var kind: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings = Frame(kind: 4)
    static let ping = Frame(kind: 6, payload: [UInt8](repeating: 1, count: 8))

    /// A request for `/` of `x` by GET, with what HPACK's static table has.
    static func request(_ stream: UInt32, endsStream: Bool = true) -> Frame {
        Frame(kind: 1, flags: endsStream ? 5 : 4, stream: stream, payload: [0x82, 0x84, 0x86, 0x41, 0x01, 0x78])
    }

    static func data(_ stream: UInt32, _ payload: [UInt8], endsStream: Bool = false) -> Frame {
        Frame(kind: 0, flags: endsStream ? 1 : 0, stream: stream, payload: payload)
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame {
        Frame(kind: 8, stream: stream, payload: bytes(increment))
    }

    static func bytes(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    var bytes: [UInt8] {
        let count = UInt32(payload.count)
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), kind, flags] + Self.bytes(stream)
            + payload
    }

    /// Takes frames out of what a session has sent.
    static func parse(_ bytes: [UInt8]) -> [Frame] {
        var rest = bytes[...]
        if rest.starts(with: preface) { rest = rest.dropFirst(preface.count) }
        var frames: [Frame] = []
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            let stream = head[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            frames.append(
                Frame(
                    kind: head[3], flags: head[4], stream: stream, payload: Array(rest.dropFirst(9).prefix(count))))
            rest = rest.dropFirst(9 + count)
        }
        return frames
    }

    /// Of a GOAWAY or RST_STREAM.
    var errorCode: UInt32? {
        guard kind == 7 && payload.count >= 8 || kind == 3 && payload.count == 4 else { return nil }
        return payload[(kind == 7 ? 4 : 0)...].prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
