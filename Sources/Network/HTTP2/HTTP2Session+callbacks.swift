internal import CNghttp2

extension HTTP2Session {
    private static func of(_ context: UnsafeMutableRawPointer?) -> HTTP2Session {
        Unmanaged<HTTP2Session>.fromOpaque(context!).takeUnretainedValue()
    }

    /// The owner of a stream, found by what nghttp2 holds for it.
    private static func stream(_ session: OpaquePointer?, _ id: Int32) -> Stream? {
        nghttp2_session_get_stream_user_data(session, id).map {
            Unmanaged<Stream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Made once: nghttp2 copies what it is given.
    ///
    /// `nonisolated(unsafe)`: never changed after.
    nonisolated(unsafe) static let callbacks: OpaquePointer = {
        var made: OpaquePointer?
        nghttp2_session_callbacks_new(&made)
        guard let callbacks = made else { preconditionFailure("no memory") }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { session, frame, context in
            let id = frame!.pointee.hd.stream_id
            guard frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
            let own = HTTP2Session.of(context)
            guard let owner = own.owner?.streamBegan(id) else {
                return Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            let stream = Stream(id: id, owner: owner)
            own.hold(stream)
            nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, nameCount, value, valueCount, _, _ in
            guard let stream = HTTP2Session.stream(session, frame!.pointee.hd.stream_id) else { return 0 }
            stream.owner.field(
                UnsafeBufferPointer(start: name, count: nameCount).span,
                UnsafeBufferPointer(start: value, count: valueCount).span)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, context in
            let head = frame!.pointee.hd
            let endsStream = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
            switch nghttp2_frame_type(UInt32(head.type)) {
            case NGHTTP2_HEADERS:
                HTTP2Session.stream(session, head.stream_id)?.owner.headersEnded(endsStream: endsStream)
            case NGHTTP2_DATA where endsStream:
                HTTP2Session.stream(session, head.stream_id)?.owner.streamEnded()
            case NGHTTP2_GOAWAY:
                HTTP2Session.of(context).owner?.goingAway(lastStream: frame!.pointee.goaway.last_stream_id)
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session, _, id, data, count, context in
            // One stream that is held back must not hold back the others.
            nghttp2_session_consume_connection(session, count)
            guard let stream = HTTP2Session.stream(session, id) else {
                nghttp2_session_consume_stream(session, id, count)
                return 0
            }
            stream.owner.data(UnsafeBufferPointer(start: data, count: count).span)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, code, context in
            if let stream = HTTP2Session.stream(session, id) {
                HTTP2Session.of(context).release(stream, HTTP2ErrorCode(rawValue: code))
            }
            return 0
        }
        return callbacks
    }()
}
