internal import CNghttp2

/// One HTTP/2 connection's protocol (RFC 9113, by nghttp2): bytes in, events out, and bytes to send on request. Belongs to
/// its loop.
package final class HTTP2Session {
    package enum Role: Sendable {
        case server, client
    }

    /// Set before the first byte is received; kept until `end`. A weak reference would make every use of the owner
    /// slower: its counts would move out of the object.
    package var owner: (any HTTP2SessionOwner)?
    var session: OpaquePointer?
    /// Reused for each head that is sent.
    var values: [nghttp2_nv] = []
    /// Whether the caller is within a call of an owner from `receive`.
    package private(set) var isReceiving = false
    /// Whether the peer has sent its first settings.
    package internal(set) var hasPeerSettings = false
    /// Frames that carry nothing, and streams that we had to reset for the peer's faults: what of them it may still send.
    var emptyFrames: FrameAllowance
    private var faults: FrameAllowance
    /// Of the bytes that are received.
    private var now: UInt64 = 0

    package init(_ role: Role, _ configuration: HTTP2Configuration = HTTP2Configuration()) {
        emptyFrames = FrameAllowance(
            burst: configuration.emptyFrameBurst, perSecond: configuration.emptyFramesPerSecond)
        faults = FrameAllowance(
            burst: Int(clamping: configuration.resetBurst), perSecond: Int(clamping: configuration.resetsPerSecond))
        var options: OpaquePointer?
        nghttp2_option_new(&options)
        defer { nghttp2_option_del(options) }
        // Windows open again when bytes are taken, not when they have come.
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_stream_reset_rate_limit(
            options, configuration.resetBurst, configuration.resetsPerSecond)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_peer_max_concurrent_streams(options, 100)
        // Unknown frames are counted.
        for type in UInt8(10)...255 { nghttp2_option_set_user_recv_extension_type(options, type) }
        let own = Unmanaged.passUnretained(self).toOpaque()
        let made =
            role == .server
            ? nghttp2_session_server_new2(&session, Self.callbacks, own, options)
            : nghttp2_session_client_new2(&session, Self.callbacks, own, options)
        precondition(made == 0, "no memory for an HTTP/2 session")
        var settings = [
            Self.setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, role == .server ? configuration.streams : 0),
            Self.setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, configuration.streamWindow),
            Self.setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, configuration.headerListBytes),
        ]
        if role == .client { settings.append(Self.setting(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)) }
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: configuration.connectionWindow))
    }

    deinit { end() }

    private static func setting(_ name: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(name.rawValue), value: UInt32(clamping: value))
    }

    /// Forgets all streams and the owner: each stream's owner is told that it is gone. No call may follow.
    package func end() {
        guard let session else { return }
        self.session = nil
        // nghttp2 says nothing about streams that are open when it goes.
        while let stream = streams.last { release(stream, .cancel) }
        spareStreams = []
        owner = nil
        nghttp2_session_del(session)
    }

    // MARK: - Bytes

    /// Takes bytes from the peer. False: the connection cannot go on; what `output` still has says why.
    ///
    /// - Parameter now: Milliseconds of the loop's clock.
    package func receive(_ bytes: Span<UInt8>, at now: UInt64) -> Bool {
        guard let session else { return false }
        self.now = now
        isReceiving = true
        defer { isReceiving = false }
        let used = bytes.withUnsafeBytes { bytes in
            nghttp2_session_mem_recv(
                session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        if used == bytes.count { return true }
        switch nghttp2_error(Int32(used)) {
        case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS, NGHTTP2_ERR_CALLBACK_FAILURE:
            goAway(.enhanceYourCalm)
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC: goAway(.protocolError)
        default: goAway(.internalError)
        }
        return false
    }

    /// What a callback answers to such a frame: with too many the connection ends.
    func countEmptyFrame() -> Int32 {
        emptyFrames.take(at: now) ? 0 : Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }

    /// A frame that carries something went one way: windows and pings about it may go the other.
    func allowFrames(for head: nghttp2_frame_hd) { emptyFrames.add(4 + Int(head.length) / 1024) }

    /// A stream was reset by us. Streams that we must reset cost as much as those that the peer resets itself.
    func countReset(_ code: HTTP2ErrorCode) {
        switch code {
        case .noError, .cancel, .internalError: return
        default: if !faults.take(at: now) { goAway(.enhanceYourCalm) }
        }
    }

    /// Appends bytes for the peer, up to about `maximum`. Not to be called from an owner's call.
    package func output(into bytes: inout [UInt8], maximum: Int) {
        guard let session, !isReceiving else { return }
        let start = bytes.count
        while bytes.count - start < maximum {
            var piece: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &piece)
            guard count > 0, let piece else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: piece, count: count))
        }
    }

    /// Sends bytes for the peer, up to about `maximum`, by a buffer that is used again. False: there are none.
    package func output(by buffer: inout [UInt8], maximum: Int, _ send: (Span<UInt8>) -> Void) -> Bool {
        buffer.removeAll(keepingCapacity: true)
        output(into: &buffer, maximum: maximum)
        if buffer.isEmpty { return false }
        send(buffer.span)
        return true
    }

    /// Whether there is something to send now.
    package var wantsWrite: Bool { session.map { nghttp2_session_want_write($0) != 0 } ?? false }

    /// Whether the connection has nothing more to say in either direction.
    package var isOver: Bool {
        guard let session else { return true }
        return nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    // MARK: - Streams

    /// A stream with its owner, as nghttp2 holds it. Used again for another stream when this one is gone.
    final class Stream {
        fileprivate(set) var owner: (any HTTP2StreamOwner)?
        /// Where it stands in `streams`.
        fileprivate var place = 0
    }

    private var streams: [Stream] = []
    private var spareStreams: [Stream] = []

    /// Streams that have an owner.
    package var streamCount: Int { streams.count }

    /// The owner is told of the stream from now on.
    func hold(_ id: Int32, _ owner: any HTTP2StreamOwner) {
        let stream = spareStreams.popLast() ?? Stream()
        stream.owner = owner
        stream.place = streams.count
        streams.append(stream)
        nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
    }

    func release(_ stream: Stream, _ code: HTTP2ErrorCode) {
        guard let owner = stream.owner else { return }
        stream.owner = nil
        let last = streams.removeLast()
        if last !== stream {
            streams[stream.place] = last
            last.place = stream.place
        }
        owner.streamClosed(code)
        if streams.isEmpty { spareStreams = [] } else { spareStreams.append(stream) }
    }

    /// Streams that the peer lets us have open at a time, as it has said last.
    package var peerStreams: Int {
        guard let session else { return 0 }
        return Int(nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    /// Bytes of a stream's body were taken: the peer may send as many more.
    package func consume(_ id: Int32, _ count: Int) {
        guard let session, count > 0 else { return }
        nghttp2_session_consume_stream(session, id, count)
    }

    /// What was pending has come.
    package func resume(_ id: Int32) {
        guard let session else { return }
        nghttp2_session_resume_data(session, id)
    }

    package func reset(_ id: Int32, _ code: HTTP2ErrorCode) {
        guard let session else { return }
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    }

    // MARK: - The connection

    /// Tells the peer to begin no more streams; those that are open go on.
    package func drain() {
        guard let session else { return }
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session),
            HTTP2ErrorCode.noError.rawValue, nil, 0)
    }

    /// Ends the connection for a fault of the peer.
    package func goAway(_ code: HTTP2ErrorCode) {
        guard let session else { return }
        nghttp2_session_terminate_session(session, code.rawValue)
    }

    /// Asks whether the peer is there; the answer counts as bytes that came.
    package func ping() {
        guard let session else { return }
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }
}
