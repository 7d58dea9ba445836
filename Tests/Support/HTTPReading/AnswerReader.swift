internal import Bytes
package import HTTPServer
internal import HTTPUpstream

/// Takes an upstream's answer to one request out of bytes without a socket: the parser and framing, used as the
/// connection to an upstream uses them.
package struct AnswerReader: ~Copyable {
    package struct Reading: Sendable, Equatable {
        package enum State: Sendable, Equatable {
            /// More must come.
            case waiting
            /// More may come: the connection's end is the answer's.
            case untilClose
            case complete(keepsConnection: Bool)
            case tunnel
            case malformed(String)
        }

        package var state = State.waiting
        /// Of heads before the answer's own.
        package var informational: [Int] = []
        /// 0 until the answer's head is there.
        package var status = 0
        /// Each as `Name: value`.
        package var fields: [String] = []
        package var body: [UInt8] = []
        /// Bytes behind the answer.
        package var rest = 0
    }

    package private(set) var reading = Reading()
    private let isHead: Bool
    private let limits: HTTPServerLimits
    private var unread: [UInt8] = []
    private var head = ResponseHead()
    private var framing: BodyFraming?

    package init(isHead: Bool = false, limits: HTTPServerLimits = HTTPServerLimits()) {
        self.isHead = isHead
        self.limits = limits
    }

    /// Reads bytes that come in these pieces.
    package static func read(
        _ pieces: [ArraySlice<UInt8>], isHead: Bool = false, limits: HTTPServerLimits = HTTPServerLimits()
    ) -> Reading {
        var reader = AnswerReader(isHead: isHead, limits: limits)
        for piece in pieces { reader.receive(piece.span) }
        return reader.reading
    }

    package mutating func receive(_ bytes: Span<UInt8>) {
        unread.append(bytes)
        let all = unread
        let used = process(all.span)
        unread.removeFirst(used)
    }

    /// How many of the bytes were used.
    private mutating func process(_ bytes: Span<UInt8>) -> Int {
        var at = 0
        while true {
            switch reading.state {
            case .malformed: return bytes.count
            case .complete:
                reading.rest += bytes.count - at
                return bytes.count
            case .untilClose, .tunnel:
                reading.body.append(bytes.extracting(at...))
                return bytes.count
            case .waiting: break
            }
            if framing == nil {
                if at == bytes.count { return at }
                switch HTTP1ResponseParser.parse(bytes.extracting(at...), into: &head, limits: limits) {
                case .incomplete: return at
                case .malformed(let reason): reading.state = .malformed(reason)
                case .complete(let used):
                    at += used
                    takeHead()
                }
                continue
            }
            guard let step = framing?.next(bytes, from: at, limits: limits) else { continue }
            switch step {
            case .more: return bytes.count
            case .refused(let refusal): reading.state = .malformed(refusal.reason)
            case .content(let range):
                reading.body.append(bytes.extracting(range))
                at = range.upperBound
            case .end(let place):
                at = place
                reading.state = .complete(keepsConnection: head.keepsAlive)
            }
        }
    }

    private mutating func takeHead() {
        if head.status < 200, head.status != 101 { return reading.informational.append(head.status) }
        reading.status = head.status
        for index in 0..<head.fields.count {
            reading.fields.append("\(head.fields.name(index).string): \(head.fields.value(index).string)")
        }
        switch head.body(ofHead: isHead) {
        case .none: reading.state = .complete(keepsConnection: head.keepsAlive)
        case .framed(let frame): framing = frame
        case .untilClose: reading.state = .untilClose
        case .tunnel: reading.state = .tunnel
        }
    }
}
