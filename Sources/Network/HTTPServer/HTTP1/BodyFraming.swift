internal import Bytes

/// Where a request's body ends, and which of the bytes that come are its content (RFC 9112 §6 and §7.1).
package struct BodyFraming {
    package enum Step: Equatable {
        /// These bytes are content; go on after them.
        case content(Range<Int>)
        /// All bytes were used and the body goes on.
        case more
        /// The body ended before this place.
        case end(Int)
        case refused(Refusal)
    }

    private enum State {
        case length(Int)
        case chunkSize(value: Int, digits: Int)
        case chunkExtension(value: Int, ChunkQuote)
        case chunkSizeLF(Int)
        case chunk(Int)
        case chunkCR
        case chunkLF
        /// At the start of a trailer line.
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLF
        case lastLF
        case done
    }

    /// Where in a quoted string of an extension (RFC 9110 §5.6.4).
    private enum ChunkQuote {
        case outside, inside, escaped
    }

    private var state: State
    private var lineBytes = 0
    private var trailerBytes = 0

    package init(contentLength: Int) { state = contentLength > 0 ? .length(contentLength) : .done }

    private init() { state = .chunkSize(value: 0, digits: 0) }
    package static var chunked: BodyFraming { BodyFraming() }

    /// Bytes of content that are known to come; nil for a chunked body.
    package var remaining: Int? {
        switch state {
        case .length(let count): count
        case .done: 0
        default: nil
        }
    }

    /// Looks at the bytes from `place` on; to be called again after content, until `more` or `end`.
    package mutating func next(_ bytes: Span<UInt8>, from place: Int, limits: HTTPServerLimits) -> Step {
        var at = place
        while at < bytes.count {
            let byte = bytes[at]
            switch state {
            case .length(let left):
                let count = min(left, bytes.count - at)
                state = left == count ? .done : .length(left - count)
                return .content(at..<at + count)
            case .chunk(let left):
                let count = min(left, bytes.count - at)
                state = left == count ? .chunkCR : .chunk(left - count)
                return .content(at..<at + count)
            case .done: return .end(at)
            case .lastLF:
                guard byte == 10 else { return bad("the trailer does not end with CR LF") }
                state = .done
                return .end(at + 1)
            default:
                if let refusal = step(byte, limits) { return .refused(refusal) }
                at += 1
            }
        }
        if case .done = state { return .end(at) }
        return .more
    }

    private func bad(_ reason: String) -> Step { .refused(Refusal(status: 400, reason: reason)) }

    /// One byte of the lines between chunks.
    private mutating func step(_ byte: UInt8, _ limits: HTTPServerLimits) -> Refusal? {
        func refusal(_ reason: String) -> Refusal { Refusal(status: 400, reason: reason) }
        switch state {
        case .chunkSize(let value, let digits):
            if let digit = hexValue(byte) {
                // Fifteen digits fit an Int; leading zeros count too.
                guard digits < 15 else { return refusal("a chunk is too large") }
                state = .chunkSize(value: value << 4 | digit, digits: digits + 1)
                return nil
            }
            guard digits > 0 else { return refusal("a chunk's size is malformed") }
            lineBytes = digits
            switch byte {
            case 13: state = .chunkSizeLF(value)
            case 0x3b: state = .chunkExtension(value: value, .outside)
            default: return refusal("a chunk's size is malformed")
            }
        case .chunkExtension(let value, let quote):
            lineBytes += 1
            guard lineBytes <= limits.chunkLineBytes else { return refusal("a chunk's extension is too long") }
            switch (byte, quote) {
            case (13, .outside): state = .chunkSizeLF(value)
            case (0..<0x20, _) where byte != 9, (0x7f..., _): return refusal("a chunk's extension is malformed")
            case (_, .escaped), (0x22, .outside): state = .chunkExtension(value: value, .inside)
            case (0x22, .inside): state = .chunkExtension(value: value, .outside)
            case (0x5c, .inside): state = .chunkExtension(value: value, .escaped)
            default: break
            }
        case .chunkSizeLF(let value):
            guard byte == 10 else { return refusal("a chunk's size does not end with CR LF") }
            state = value == 0 ? .trailerStart : .chunk(value)
        case .chunkCR:
            guard byte == 13 else { return refusal("a chunk is longer than its size") }
            state = .chunkLF
        case .chunkLF:
            guard byte == 10 else { return refusal("a chunk does not end with CR LF") }
            state = .chunkSize(value: 0, digits: 0)
        case .trailerStart:
            if byte == 13 {
                state = .lastLF
            } else {
                guard HTTP1Parser.isToken(byte) else { return refusal("a trailer field is malformed") }
                state = .trailerName
            }
        case .trailerName:
            if byte == 0x3a {
                state = .trailerValue
            } else if !HTTP1Parser.isToken(byte) {
                return refusal("a trailer field is malformed")
            }
        case .trailerValue:
            if byte == 13 {
                state = .trailerLF
            } else if byte < 0x20 && byte != 9 || byte == 0x7f {
                return refusal("a trailer field is malformed")
            }
        case .trailerLF:
            guard byte == 10 else { return refusal("a trailer field does not end with CR LF") }
            state = .trailerStart
        case .length, .chunk, .done, .lastLF: break
        }
        switch state {
        case .trailerName, .trailerValue, .trailerLF:
            trailerBytes += 1
            if trailerBytes > limits.trailerBytes { return Refusal(status: 431, reason: "the trailer is too large") }
        default: break
        }
        return nil
    }

    private func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }
}
