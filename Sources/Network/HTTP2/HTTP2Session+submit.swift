internal import CNghttp2

extension HTTP2Session {
    /// Sends the head of a response, and then the body that the stream's owner gives.
    ///
    /// - Parameter fields: `:status` first.
    package func respond(_ id: Int32, _ fields: HTTP2Fields, hasBody: Bool) {
        guard let session else { return }
        withValues(fields) { values in
            withUnsafePointer(to: Self.provider) { provider in
                nghttp2_submit_response(session, id, values.baseAddress, values.count, hasBody ? provider : nil)
            }
        }
    }

    /// Sends the head of an informational response, such as 100.
    package func inform(_ id: Int32, _ fields: HTTP2Fields) {
        guard let session else { return }
        _ = withValues(fields) { values in
            nghttp2_submit_headers(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, nil, values.baseAddress, values.count, nil)
        }
    }

    /// Begins a stream of a client; nil when the connection takes no more.
    ///
    /// - Parameter fields: `:method`, `:scheme`, `:authority` and `:path` first.
    package func request(_ fields: HTTP2Fields, hasBody: Bool, owner: any HTTP2StreamOwner) -> Int32? {
        guard let session, nghttp2_session_check_request_allowed(session) != 0 else { return nil }
        let id = withValues(fields) { values in
            withUnsafePointer(to: Self.provider) { provider in
                nghttp2_submit_request(
                    session, nil, values.baseAddress, values.count, hasBody ? provider : nil, nil)
            }
        }
        guard id > 0 else { return nil }
        hold(id, owner)
        return id
    }

    /// Ends our side with fields; to be called when `nextData` answers `endedBeforeTrailers`.
    package func sendTrailers(_ id: Int32, _ fields: HTTP2Fields) {
        guard let session else { return }
        _ = withValues(fields) { nghttp2_submit_trailer(session, id, $0.baseAddress, $0.count) }
    }

    @discardableResult
    private func withValues<Answer>(
        _ fields: HTTP2Fields, _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Answer
    ) -> Answer {
        fields.bytes.withUnsafeBufferPointer { bytes in
            values.removeAll(keepingCapacity: true)
            var start = 0
            let base = UnsafeMutablePointer(mutating: bytes.baseAddress)
            for entry in fields.entries {
                // nghttp2 copies both, and changes neither.
                values.append(
                    nghttp2_nv(
                        name: base.map { $0 + start }, value: base.map { $0 + entry.nameEnd },
                        namelen: entry.nameEnd - start, valuelen: entry.valueEnd - entry.nameEnd,
                        flags: UInt8(
                            (entry.isTransient ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE).rawValue)))
                start = entry.valueEnd
            }
            return values.withUnsafeBufferPointer(body)
        }
    }

    /// Asks the stream's owner for the next piece.
    private static var provider: nghttp2_data_provider {
        var provider = nghttp2_data_provider()
        provider.read_callback = { session, id, target, count, flags, _, _ in
            guard let raw = nghttp2_session_get_stream_user_data(session, id) else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            guard let owner = Unmanaged<Stream>.fromOpaque(raw).takeUnretainedValue().owner else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            var output = OutputSpan(
                buffer: UnsafeMutableBufferPointer(start: target, count: count), initializedCount: 0)
            let state = owner.nextData(into: &output)
            let written = output.finalize(for: UnsafeMutableBufferPointer(start: target, count: count))
            switch state {
            case .more: return written > 0 ? written : Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .pending: return written > 0 ? written : Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .ended: flags!.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
            case .endedBeforeTrailers:
                flags!.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
            case .failed: return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            return written
        }
        return provider
    }
}
