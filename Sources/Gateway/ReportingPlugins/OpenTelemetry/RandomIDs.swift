internal import Cryptography
internal import PluginKit

/// Makes ids of traces and spans from random bytes, taken in blocks. One for each loop.
final class RandomIDs {
    private var bytes: [UInt8] = []
    private var used = 0
    private static let block = 4_096

    func span() -> SpanID {
        // Zero is none; it comes up once in an age.
        while true { if let id = SpanID(next()) { return id } }
    }

    func trace() -> TraceID {
        while true { if let id = TraceID(high: next(), low: next()) { return id } }
    }

    private func next() -> UInt64 {
        if used + 8 > bytes.count {
            bytes = SecureRandom.bytes(Self.block)
            used = 0
        }
        var number: UInt64 = 0
        for place in used..<used + 8 { number = number << 8 | UInt64(bytes[place]) }
        used += 8
        return number
    }
}
