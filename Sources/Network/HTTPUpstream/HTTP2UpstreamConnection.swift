internal import Bytes
internal import EventLoop
internal import HTTP2

/// One connection to an upstream by HTTP/2, with a stream for each request.
///
///     opening ─▶ open ─▶ retired (GOAWAY, too many requests, no sign of life) ─▶ closed
final class HTTP2UpstreamConnection: TCPConnectionOwner, HTTP2SessionOwner, UpstreamConnection {
    private enum Phase {
        /// Until the upstream's settings have come: they tell that it speaks HTTP/2, and how many streams it allows.
        case opening
        case open, retired, closed
    }

    let number: Int
    let server: UpstreamServer
    let session: HTTP2Session
    private let transport: UpstreamTransport
    private let connection: TCPConnection
    private var phase = Phase.opening
    private let openDeadline: UInt64
    /// Without a request it closes then.
    private var idleDeadline = UInt64.max
    private var streams: [Int: HTTP2UpstreamStream] = [:]
    private var wasUsed = false
    /// When bytes came last.
    private(set) var heardAt: UInt64
    /// The upstream's settings have come or changed, which is told once the session is done with its bytes.
    private var hasNewSettings = false
    /// Requests that are over, which is told then too.
    private var overCount = 0
    /// Streams whose bodies may go on.
    private var refillable: [HTTP2UpstreamStream] = []
    private var output: [UInt8] = []
    private var isSettling = false
    private var isClosing = false

    /// More is not put into the socket's queue.
    private static let outputBound = 1 << 16

    init(_ transport: UpstreamTransport, number: Int, server: UpstreamServer, openUntil deadline: UInt64) {
        self.transport = transport
        self.number = number
        self.server = server
        connection = transport.tcp
        openDeadline = deadline
        heardAt = transport.tcp.loop.now
        session = HTTP2Session(.client)
        session.owner = self
    }

    var loop: EventLoop { connection.loop }
    /// As `:scheme` says it.
    var isSecure: Bool { server.target.security != nil }
    var isClosed: Bool { phase == .closed }

    func start() {
        transport.start(self)
        settle()
    }

    // MARK: - Requests

    func begin(_ ticket: UpstreamTicket) {
        idleDeadline = .max
        let stream = HTTP2UpstreamStream(ticket, on: self)
        streams[ticket.number] = stream
        let isReused = wasUsed
        wasUsed = true
        ticket.begin(on: stream, isReused: isReused)
        settle()
    }

    func rest(until deadline: UInt64) { idleDeadline = deadline }

    func refill(_ stream: HTTP2UpstreamStream) { refillable.append(stream) }

    /// The stream has gone, or was never begun.
    func streamEnded(_ stream: HTTP2UpstreamStream) {
        guard streams.removeValue(forKey: stream.ticket.number) != nil else { return }
        overCount += 1
    }

    // MARK: - What the socket tells

    func received(_ bytes: Span<UInt8>) {
        if isClosing { return }
        heardAt = loop.now
        let isFine = session.receive(bytes, at: heardAt)
        settle()
        if !isFine { close() }
    }

    func drained() { settle() }

    func ended() { connection.close() }

    func closed() {
        let wasOpening = phase == .opening
        // Requests that are tried again find another.
        retire()
        phase = .closed
        isClosing = true
        session.end()
        for stream in Array(streams.values) { stream.connectionClosed() }
        streams = [:]
        if wasOpening {
            let text = "\(server.target.address) closed the connection before HTTP/2 began"
            return server.failed(number, UpstreamError(.connect, text))
        }
        server.closed(self)
    }

    // MARK: - What the session tells

    func streamBegan(_ id: Int32) -> (any HTTP2StreamOwner)? { nil }

    func settingsChanged() { hasNewSettings = true }

    func goingAway(lastStream: Int32) { retire() }

    // MARK: - Writing

    /// After any event: writes what the session has, as long as the socket takes it, and tells the server what has
    /// changed.
    func settle() {
        if isSettling || isClosing || session.isReceiving { return }
        isSettling = true
        defer { isSettling = false }
        repeat { write() } while !isClosing && tellServer()
        if output.capacity > 1 << 18 { output = [] }
        if session.isOver { close() }
    }

    private func write() {
        while connection.queuedBytes < Self.outputBound, !connection.isClosed {
            let isEmpty = !session.output(by: &output, maximum: Self.outputBound) { transport.write($0) }
            let more = refillable
            refillable.removeAll(keepingCapacity: true)
            for stream in more { stream.refill() }
            if isEmpty, more.isEmpty { break }
        }
    }

    /// Whether something has changed.
    private func tellServer() -> Bool {
        guard hasNewSettings || overCount > 0 else { return false }
        if hasNewSettings {
            hasNewSettings = false
            if phase == .opening {
                phase = .open
                server.opened(self, capacity: session.peerStreams)
            } else if phase == .open {
                server.resized(self, capacity: session.peerStreams)
            }
        }
        while overCount > 0, !isClosing {
            overCount -= 1
            server.released(self)
        }
        return true
    }

    // MARK: - The end

    /// Takes no further request.
    func retire() {
        guard phase == .open else { return }
        phase = .retired
        server.retire(self)
    }

    /// Says good-bye and closes; there is no request.
    func cut() {
        retire()
        session.goAway(.noError)
        // Within `settle`, that ends it.
        settle()
    }

    func drain() {
        switch phase {
        case .open, .retired: streams.isEmpty ? cut() : retire()
        // Who waits for it is served before it ends.
        case .opening, .closed: break
        }
    }

    private func close() {
        if isClosing { return }
        isClosing = true
        retire()
        transport.closeAfterWriting()
    }

    // MARK: - The clock

    func sweep(_ now: UInt64) {
        if phase == .opening, now >= openDeadline {
            phase = .closed
            server.failed(
                number, UpstreamError(.connectTimeout, "\(server.target.address) did not begin HTTP/2 in time"))
            return connection.close()
        }
        for stream in Array(streams.values) { stream.sweep(now) }
        if streams.isEmpty, now >= idleDeadline { cut() }
        settle()
    }
}
