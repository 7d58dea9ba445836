internal import CLibuv

/// A connection that is being made. Belongs to its loop.
package final class TCPConnectAttempt {
    private let address: SocketAddress
    private var connection: TCPConnection?
    private var timer: LoopTimer?
    private var completion: ((Result<TCPConnection, EventLoopError>) -> Void)?

    fileprivate init(
        loop: EventLoop, to address: SocketAddress, timeout: UInt64,
        completion: @escaping (Result<TCPConnection, EventLoopError>) -> Void
    ) {
        self.address = address
        self.completion = completion
        let connection = TCPConnection(loop: loop)
        self.connection = connection
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        // Kept by libuv until it has answered, which it also does when the connection or the loop ends.
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let result = address.withSystemAddress { system, _ in
            uv_tcp_connect(request, connection.handle, system) { request, status in
                let attempt = Unmanaged<TCPConnectAttempt>.fromOpaque(request!.pointee.data).takeRetainedValue()
                request!.deallocate()
                if status != UV_ECANCELED.rawValue { attempt.finish(status) }
            }
        }
        if result < 0 {
            Unmanaged<TCPConnectAttempt>.fromOpaque(request.pointee.data).release()
            request.deallocate()
        }
        // What fails at once is told as late as what fails later.
        timer = loop.schedule(after: result < 0 ? 0 : timeout) { [self] in
            finish(result < 0 ? result : UV_ETIMEDOUT.rawValue)
        }
    }

    private func finish(_ code: Int32) {
        guard let completion, let connection else { return }
        forget()
        if code < 0 {
            connection.close()
            completion(.failure(EventLoopError("connect to \(address)", code: code)))
        } else {
            completion(.success(connection))
        }
    }

    private func forget() {
        timer?.cancel()
        timer = nil
        completion = nil
        connection = nil
    }

    /// Gives up: nobody is told. Does nothing to an attempt that has ended.
    package func cancel() {
        let connection = connection
        forget()
        connection?.close()
    }
}

extension TCPConnection {
    /// Connects to `address`. To be called on the loop.
    ///
    /// - Parameters:
    ///   - timeout: Milliseconds.
    ///   - completion: Called once and never before this returns, unless the attempt is cancelled or the loop ends: with
    ///     a connection that is then like an accepted one (set its owner, start it or close it), or with the cause.
    @discardableResult
    package static func connect(
        loop: EventLoop, to address: SocketAddress, timeout: UInt64,
        completion: @escaping (Result<TCPConnection, EventLoopError>) -> Void
    ) -> TCPConnectAttempt {
        TCPConnectAttempt(loop: loop, to: address, timeout: timeout, completion: completion)
    }
}
