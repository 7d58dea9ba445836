internal import EventLoop
internal import TLS

/// The way to a client: a socket, or TLS over one. An enumeration of two, so that the plain way costs nothing.
enum Transport {
    case plain(TCPConnection)
    case secure(TLSConnection)

    @inline(__always)
    var tcp: TCPConnection {
        switch self {
        case .plain(let connection): connection
        case .secure(let connection): connection.tcp
        }
    }

    func setOwner(_ owner: any TCPConnectionOwner) {
        switch self {
        case .plain(let connection): connection.owner = owner
        case .secure(let connection): connection.owner = owner
        }
    }

    @inline(__always)
    func write(_ bytes: Span<UInt8>) {
        switch self {
        case .plain(let connection): connection.write(bytes)
        case .secure(let connection): connection.write(bytes)
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

    /// Says that we send no more; the client may go on.
    func endWriting() {
        switch self {
        case .plain(let connection): connection.endWriting()
        case .secure(let connection): connection.endWriting()
        }
    }

    func closeAfterWriting() {
        switch self {
        case .plain(let connection): connection.closeAfterWriting()
        case .secure(let connection): connection.closeAfterWriting()
        }
    }
}
