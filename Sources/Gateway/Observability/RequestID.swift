internal import Bytes

/// Names one request in logs, headers and answers: 128 random bits, written as 32 hexadecimal digits.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package static let none = RequestID(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Its 32 digits.
    package var digits: InlineArray<32, UInt8> {
        let (first, second) = (Hex.digits(high), Hex.digits(low))
        return InlineArray { place in place < 16 ? first[place] : second[place - 16] }
    }

    /// The same for all that see the request, and evenly spread: for choosing a part of all requests.
    package var sample: UInt64 { low }

    package var description: String {
        let digits = digits
        return digits.span.string
    }

    /// Makes ids: unique, not secret. One for each loop; SplitMix64 over a random start.
    package struct Generator {
        private var state: UInt64
        private let prefix: UInt64

        package init() {
            var random = SystemRandomNumberGenerator()
            state = random.next()
            prefix = random.next()
        }

        package mutating func next() -> RequestID { RequestID(high: word() ^ prefix, low: word()) }

        private mutating func word() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
            return value ^ value >> 31
        }
    }
}
