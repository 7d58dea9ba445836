/// What a session tells whoever has it. All calls come from within `HTTP2Session.receive` or `HTTP2Session.output`.
package protocol HTTP2SessionOwner: AnyObject {
    /// The peer begins a stream; nil refuses it. Only on a server.
    func streamBegan(_ id: Int32) -> (any HTTP2StreamOwner)?
    /// The peer has said what it allows: see `HTTP2Session.peerStreams`.
    func settingsChanged()
    /// The peer will take no stream above `lastStream` (RFC 9113 §6.8); those above are told that they were refused.
    func goingAway(lastStream: Int32)
}

/// What a session tells about one stream.
package protocol HTTP2StreamOwner: AnyObject {
    /// A field of a head or trailer, in its order; names are in lower case, pseudo-fields come first. What RFC 9113 §8
    /// forbids has been refused already.
    func field(_ name: Span<UInt8>, _ value: Span<UInt8>)
    /// The head or trailer is complete.
    func headersEnded(endsStream: Bool)
    /// A piece of the body. Its bytes count against the stream's window until `HTTP2Session.consume`.
    func data(_ bytes: Span<UInt8>)
    /// The peer's side of the stream is complete.
    func streamEnded()
    /// The stream is gone. The last call.
    func streamClosed(_ code: HTTP2ErrorCode)
    /// Writes what comes next of our side's body.
    func nextData(into output: inout OutputSpan<UInt8>) -> HTTP2DataState
}

/// What there is of our side's body after a piece.
package enum HTTP2DataState: Sendable, Equatable {
    case more
    /// Nothing now: `HTTP2Session.resume` says when.
    case pending
    /// That was all.
    case ended
    /// That was all of the body; `HTTP2Session.sendTrailers` is called at once.
    case endedBeforeTrailers
    /// The stream is reset.
    case failed
}

/// Why a stream or a connection ends (RFC 9113 §7).
package struct HTTP2ErrorCode: Sendable, Hashable, RawRepresentable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let noError = HTTP2ErrorCode(rawValue: 0)
    package static let protocolError = HTTP2ErrorCode(rawValue: 1)
    package static let internalError = HTTP2ErrorCode(rawValue: 2)
    package static let flowControlError = HTTP2ErrorCode(rawValue: 3)
    package static let settingsTimeout = HTTP2ErrorCode(rawValue: 4)
    package static let streamClosed = HTTP2ErrorCode(rawValue: 5)
    package static let frameSizeError = HTTP2ErrorCode(rawValue: 6)
    package static let refusedStream = HTTP2ErrorCode(rawValue: 7)
    package static let cancel = HTTP2ErrorCode(rawValue: 8)
    package static let compressionError = HTTP2ErrorCode(rawValue: 9)
    package static let connectError = HTTP2ErrorCode(rawValue: 10)
    package static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 11)
    package static let inadequateSecurity = HTTP2ErrorCode(rawValue: 12)
    package static let http11Required = HTTP2ErrorCode(rawValue: 13)

    /// As RFC 9113 writes it.
    package var name: String {
        let names = [
            "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
            "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
        ]
        return Int(rawValue) < names.count ? names[Int(rawValue)] : "error \(rawValue)"
    }
}
