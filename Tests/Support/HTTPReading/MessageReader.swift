internal import Bytes
package import HTTPServer

/// Takes requests out of bytes without a socket: the server's parser and framing, used as its connection uses them.
package struct MessageReader: ~Copyable {
    /// What was read so far.
    package struct Reading: Sendable, Equatable {
        package var requests: [ReadRequest] = []
        /// Why nothing more is read.
        package var refusal: Refusal?
        /// The last request is not whole yet.
        package var isWithinRequest = false
    }

    package private(set) var reading = Reading()
    private var unread: [UInt8] = []
    private var head = RequestHead()
    private var framing: BodyFraming?
    private var body: [UInt8] = []
    private let limits: HTTPServerLimits

    package init(limits: HTTPServerLimits = HTTPServerLimits()) { self.limits = limits }

    /// Reads bytes that come in these pieces.
    package static func read(
        _ pieces: [ArraySlice<UInt8>], limits: HTTPServerLimits = HTTPServerLimits()
    ) -> Reading {
        var reader = MessageReader(limits: limits)
        for piece in pieces { reader.receive(piece.span) }
        return reader.reading
    }

    /// Goes on with these bytes, as far as they go.
    package mutating func receive(_ bytes: Span<UInt8>) {
        if reading.refusal != nil { return }
        if unread.isEmpty {
            let used = process(bytes)
            unread.append(bytes.extracting(used...))
        } else {
            unread.append(bytes)
            let all = unread
            let used = process(all.span)
            if used > 0 { unread.removeFirst(used) }
        }
        reading.isWithinRequest = reading.refusal == nil && (framing != nil || !unread.isEmpty)
    }

    /// How many of the bytes were used.
    private mutating func process(_ bytes: Span<UInt8>) -> Int {
        var at = 0
        while at < bytes.count || framing != nil {
            if framing == nil {
                switch HTTP1Parser.parse(bytes.extracting(at...), into: &head, limits: limits) {
                case .incomplete: return at
                case .refused(let refusal): return refuse(refusal, bytes)
                case .complete(let used):
                    at += used
                    if head.isChunked {
                        framing = .chunked
                    } else if let length = head.contentLength, length > 0 {
                        framing = BodyFraming(contentLength: length)
                    } else {
                        endRequest()
                    }
                }
            }
            guard let step = framing?.next(bytes, from: at, limits: limits) else { continue }
            switch step {
            case .more: return bytes.count
            case .refused(let refusal): return refuse(refusal, bytes)
            case .content(let range):
                body.append(bytes.extracting(range))
                at = range.upperBound
            case .end(let place):
                at = place
                framing = nil
                endRequest()
            }
        }
        return at
    }

    private mutating func refuse(_ refusal: Refusal, _ bytes: Span<UInt8>) -> Int {
        reading.refusal = refusal
        return bytes.count
    }

    private mutating func endRequest() {
        reading.requests.append(ReadRequest(head, body: body))
        body = []
    }
}
