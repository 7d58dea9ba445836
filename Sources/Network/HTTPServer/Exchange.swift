package import EventLoop
internal import System

/// One request and its answer. It has one owner at a time: the connection, or the task a waiting phase runs in; that it
/// cannot be copied lets the compiler keep this true.
package struct Exchange: ~Copyable {
    package enum Scheme: Sendable, Equatable {
        case http, https
    }

    package var request = RequestHead()
    /// The whole body, once it was asked for and read.
    package var body: [UInt8] = []
    package var response = Response()
    /// What the handler keeps with a connection: left alone between its requests.
    package var attachment: AnyObject?
    package let loop: EventLoop
    package let connection: ConnectionFacts
    /// Whose request it is: who has connected, unless the handler believes what that one says of somebody else.
    package var clientAddress: SocketAddress
    /// Milliseconds since 1970 when the request's head had come.
    package internal(set) var startedAt: Int64 = 0
    /// Nanoseconds since 1970 when it was over; 0 until then.
    package internal(set) var endedAt: Int64 = 0
    /// Bytes of the request that were read: head and body.
    package internal(set) var bytesReceived = 0
    /// Bytes of the response that were written: head and body.
    package internal(set) var bytesSent = 0
    /// How to go on with this request after `Progress.suspended`.
    package internal(set) var resumption = Resumption()

    package init(loop: EventLoop, connection: ConnectionFacts) {
        self.loop = loop
        self.connection = connection
        clientAddress = connection.remoteAddress
    }

    package var localAddress: SocketAddress { connection.localAddress }
    package var scheme: Scheme { connection.tls == nil ? .http : .https }
    package var tls: TLSFacts? { connection.tls }

    /// Milliseconds since the head had come, until the end if that is over.
    package var elapsedMilliseconds: Int {
        Int(max(0, (endedAt == 0 ? WallClock.milliseconds : endedAt / 1_000_000) - startedAt))
    }

    /// An exchange that stands in while a task owns the real one.
    func placeholder() -> Exchange { Exchange(loop: loop, connection: connection) }

    mutating func reset() {
        request.reset()
        clientAddress = connection.remoteAddress
        body.removeAll(keepingCapacity: true)
        response.reset()
        startedAt = 0
        endedAt = 0
        bytesReceived = 0
        bytesSent = 0
    }
}
