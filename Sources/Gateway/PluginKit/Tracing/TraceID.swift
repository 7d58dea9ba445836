internal import Bytes

/// Names a trace: 128 bits, never all zero.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    /// Nil when both are zero.
    package init?(high: UInt64, low: UInt64) {
        if high == 0, low == 0 { return nil }
        self.high = high
        self.low = low
    }

    /// Appends its 32 digits.
    package func append(to output: inout [UInt8]) {
        SpanID.append(high, to: &output)
        SpanID.append(low, to: &output)
    }

    /// Its 32 digits.
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// Names a span within its trace: 64 bits, never all zero.
package struct SpanID: Sendable, Hashable, CustomStringConvertible {
    package let bits: UInt64

    /// Nil for zero.
    package init?(_ bits: UInt64) {
        if bits == 0 { return nil }
        self.bits = bits
    }

    /// Appends its 16 digits.
    package func append(to output: inout [UInt8]) { Self.append(bits, to: &output) }

    /// Its 16 digits.
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    static func append(_ bits: UInt64, to output: inout [UInt8]) {
        let digits = Hex.digits(bits)
        output.append(digits.span)
    }
}
