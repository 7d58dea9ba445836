internal import CNghttp2

extension HTTP2Session {
    private static func of(_ context: UnsafeMutableRawPointer?) -> HTTP2Session {
        Unmanaged<HTTP2Session>.fromOpaque(context!).takeUnretainedValue()
    }

    /// A stream, found by what nghttp2 holds for it: it is gone from there (`on_stream_close`) before it is used again.
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
                // The code comes first: the failure's own would be INTERNAL_ERROR, after which nobody tries again.
                nghttp2_submit_rst_stream(
                    session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, HTTP2ErrorCode.refusedStream.rawValue)
                return Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            own.hold(id, owner)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, nameCount, value, valueCount, _, _ in
            guard let owner = HTTP2Session.stream(session, frame!.pointee.hd.stream_id)?.owner else { return 0 }
            owner.field(
                UnsafeBufferPointer(start: name, count: nameCount).span,
                UnsafeBufferPointer(start: value, count: valueCount).span)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, context in
            let head = frame!.pointee.hd
            let endsStream = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
            switch nghttp2_frame_type(UInt32(head.type)) {
            case NGHTTP2_HEADERS:
                HTTP2Session.stream(session, head.stream_id)?.owner?.headersEnded(endsStream: endsStream)
            case NGHTTP2_DATA where endsStream:
                HTTP2Session.stream(session, head.stream_id)?.owner?.streamEnded()
            case NGHTTP2_DATA where head.flags & UInt8(NGHTTP2_FLAG_PADDED.rawValue) != 0:
                let own = HTTP2Session.of(context)
                if head.length == frame!.pointee.data.padlen { return own.countEmptyFrame() }
                own.allowFrames(for: head)
            case NGHTTP2_SETTINGS where head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0:
                let own = HTTP2Session.of(context)
                own.hasPeerSettings = true
                own.owner?.settingsChanged()
            case NGHTTP2_GOAWAY:
                HTTP2Session.of(context).owner?.goingAway(lastStream: frame!.pointee.goaway.last_stream_id)
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, head, context in
            let own = HTTP2Session.of(context)
            switch nghttp2_frame_type(UInt32(head!.pointee.type)) {
            case NGHTTP2_HEADERS: own.allowFrames(for: head!.pointee)
            case NGHTTP2_DATA:
                let flags = head!.pointee.flags
                // How much of it is padding shows at its end.
                if flags & UInt8(NGHTTP2_FLAG_PADDED.rawValue) != 0 { break }
                if head!.pointee.length == 0, flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) == 0 {
                    return own.countEmptyFrame()
                }
                own.allowFrames(for: head!.pointee)
            // nghttp2 counts both.
            case NGHTTP2_RST_STREAM, NGHTTP2_CONTINUATION: break
            default: return own.countEmptyFrame()
            }
            return 0
        }
        // Only frames that somebody unpacks are told to begin; unknown ones are then left alone.
        nghttp2_session_callbacks_set_unpack_extension_callback(callbacks) { _, _, _, _ in
            Int32(NGHTTP2_ERR_CANCEL.rawValue)
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
            switch nghttp2_frame_type(UInt32(frame!.pointee.hd.type)) {
            case NGHTTP2_DATA, NGHTTP2_HEADERS: HTTP2Session.of(context).allowFrames(for: frame!.pointee.hd)
            case NGHTTP2_RST_STREAM:
                HTTP2Session.of(context).countReset(HTTP2ErrorCode(rawValue: frame!.pointee.rst_stream.error_code))
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session, _, id, data, count, context in
            // One stream that is held back must not hold back the others.
            nghttp2_session_consume_connection(session, count)
            guard let owner = HTTP2Session.stream(session, id)?.owner else {
                nghttp2_session_consume_stream(session, id, count)
                return 0
            }
            owner.data(UnsafeBufferPointer(start: data, count: count).span)
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
