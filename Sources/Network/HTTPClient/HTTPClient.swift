internal import CCurl
package import EventLoop
internal import Glibc

/// Fetches by HTTP and HTTPS on an event loop, many at a time: for the control plane. Connections are kept and shared by
/// calls whose options agree; redirects are not followed, for they would take the caller's fields elsewhere.
///
/// `@unchecked Sendable`: all but `loop` is touched on the loop's thread only, to which `fetch` goes.
package final class HTTPClient: @unchecked Sendable {
    private final class Transfer {
        let curl: CurlTransfer
        let completion: (Result<HTTPFetched, HTTPFetchError>) -> Void

        init(_ curl: CurlTransfer, _ completion: @escaping (Result<HTTPFetched, HTTPFetchError>) -> Void) {
            self.curl = curl
            self.completion = completion
        }
    }

    private let loop: EventLoop
    private let multi: OpaquePointer
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var watches: [curl_socket_t: DescriptorWatch] = [:]
    private var timer: LoopTimer?
    private var isClosed = false

    /// How many calls may be under way or wait for a connection.
    private static let mostTransfers = 1_000
    private static let mostConnections = 64
    private static let mostConnectionsToAHost = 8

    package init(loop: EventLoop) throws(HTTPFetchError) {
        // The library is made ready by the first handle.
        _ = try CurlTransfer(HTTPTransferOptions())
        guard let multi = curl_multi_init() else {
            throw HTTPFetchError(kind: .other, description: "libcurl could not be started")
        }
        self.loop = loop
        self.multi = OpaquePointer(multi)
        // The multi handle does not outlive this object.
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_set_number(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.mostConnections)
        curl_multi_set_number(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.mostConnectionsToAHost)
        curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        curl_multi_set_watch(multi) { _, socket, what, context, _ in
            HTTPClient.of(context).watch(socket, what)
            return 0
        }
        curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        curl_multi_set_timer(multi) { _, milliseconds, context in
            HTTPClient.of(context).wait(milliseconds)
            return 0
        }
    }

    deinit {
        // Only when the loop has ended, or never ran, may calls be left.
        for transfer in transfers.values { curl_multi_remove_handle(handle, transfer.curl.handle) }
        transfers = [:]
        curl_multi_cleanup(handle)
    }

    private var handle: UnsafeMutableRawPointer { UnsafeMutableRawPointer(multi) }

    private static func of(_ context: UnsafeMutableRawPointer?) -> HTTPClient {
        Unmanaged<HTTPClient>.fromOpaque(context!).takeUnretainedValue()
    }

    /// Sends a request and waits for its answer; from anywhere. Never answers when the loop has ended without `close`.
    package func fetch(_ call: HTTPCall, _ options: HTTPTransferOptions) async throws(HTTPFetchError) -> HTTPFetched {
        let result = await withCheckedContinuation { continuation in
            loop.execute { [self] in start(call, options) { continuation.resume(returning: $0) } }
        }
        return try result.get()
    }

    /// All that waits is told that the client is closed; nothing is sent any more. From anywhere.
    package func close() {
        loop.execute { [self] in
            isClosed = true
            let error = HTTPFetchError(kind: .closed, description: "the node stops")
            for transfer in Array(transfers.values) { end(transfer, .failure(error)) }
        }
    }

    // MARK: - On the loop

    private func start(
        _ call: HTTPCall, _ options: HTTPTransferOptions,
        _ completion: @escaping (Result<HTTPFetched, HTTPFetchError>) -> Void
    ) {
        if isClosed { return completion(.failure(HTTPFetchError(kind: .closed, description: "the node stops"))) }
        guard transfers.count < Self.mostTransfers else {
            let message = "\(Self.mostTransfers) calls are under way already"
            return completion(.failure(HTTPFetchError(kind: .overloaded, description: message)))
        }
        do throws(HTTPFetchError) {
            let curl = try CurlTransfer(options)
            try curl.prepare(call)
            try curl.setClose(Unmanaged.passUnretained(self).toOpaque()) { context, socket in
                HTTPClient.of(context).close(socket)
                return 0
            }
            let transfer = Transfer(curl, completion)
            transfers[curl.handle] = transfer
            let code = curl_multi_add_handle(handle, curl.handle)
            if code != CURLM_OK {
                let text = String(cString: curl_multi_strerror(code))
                end(transfer, .failure(HTTPFetchError(kind: .other, description: text)))
            }
        } catch { completion(.failure(error)) }
    }

    /// libcurl wants to know what a socket is ready for. A watch is kept until the socket closes: a connection serves
    /// many calls.
    private func watch(_ socket: curl_socket_t, _ what: Int32) {
        var events: DescriptorWatch.Events = []
        if what == CURL_POLL_IN || what == CURL_POLL_INOUT { events.insert(.readable) }
        if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { events.insert(.writable) }
        do throws(EventLoopError) {
            if let watch = watches[socket] { return try watch.change(events) }
            watches[socket] = try DescriptorWatch(loop: loop, descriptor: socket, events: events) {
                [weak self] ready in
                self?.act(socket, ready)
            }
        } catch {
            // The call then ends by its time-out.
            watches[socket] = nil
        }
    }

    private func close(_ socket: curl_socket_t) {
        watches.removeValue(forKey: socket)?.cancel()
        _ = Glibc.close(socket)
    }

    private func wait(_ milliseconds: Int) {
        timer?.cancel()
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.schedule(after: UInt64(milliseconds)) { [weak self] in
            self?.timer = nil
            self?.act(CURL_SOCKET_BAD, [])
        }
    }

    private func act(_ socket: curl_socket_t, _ ready: DescriptorWatch.Events) {
        var mask: Int32 = 0
        if ready.contains(.readable) { mask |= CURL_CSELECT_IN }
        if ready.contains(.writable) { mask |= CURL_CSELECT_OUT }
        var running: Int32 = 0
        curl_multi_socket_action(handle, socket, mask, &running)
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = transfers[easy]
            else { continue }
            let code = message.pointee.data.result
            do throws(HTTPFetchError) { end(transfer, .success(try transfer.curl.finish(code))) } catch {
                end(transfer, .failure(error))
            }
        }
    }

    private func end(_ transfer: Transfer, _ result: Result<HTTPFetched, HTTPFetchError>) {
        curl_multi_remove_handle(handle, transfer.curl.handle)
        transfers[transfer.curl.handle] = nil
        transfer.completion(result)
    }
}
