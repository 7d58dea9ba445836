internal import EventLoop
internal import TLS

/// The way to an upstream: a socket, or TLS over one.
enum UpstreamTransport {
    case plain(TCPConnection)
    case secure(TLSConnection)

    @inline(__always)
    var tcp: TCPConnection {
        switch self {
        case .plain(let connection): connection
        case .secure(let connection): connection.tcp
        }
    }

    func start(_ owner: any TCPConnectionOwner) {
        switch self {
        case .plain(let connection):
            connection.owner = owner
            connection.start()
        case .secure(let connection): connection.owner = owner
        }
    }

    @inline(__always)
    func write(_ first: Span<UInt8>, _ second: Span<UInt8>) {
        switch self {
        case .plain(let connection): connection.write(first, second)
        case .secure(let connection): connection.write(first, second)
        }
    }

    @inline(__always)
    func write(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) {
        switch self {
        case .plain(let connection): connection.write(first, second, third)
        case .secure(let connection): connection.write(first, second, third)
        }
    }

    @inline(__always)
    func write(_ bytes: Span<UInt8>) {
        switch self {
        case .plain(let connection): connection.write(bytes)
        case .secure(let connection): connection.write(bytes)
        }
    }

    func closeAfterWriting() {
        switch self {
        case .plain(let connection): connection.closeAfterWriting()
        case .secure(let connection): connection.closeAfterWriting()
        }
    }

    /// Whether the upstream said that it sends no more, rather than being cut off.
    var endedCleanly: Bool {
        switch self {
        case .plain: true
        case .secure(let connection): connection.hasEndedCleanly
        }
    }
}
