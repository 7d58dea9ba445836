internal import Bytes
internal import EventLoop
internal import HTTP2
internal import System

/// One HTTP/2 connection: its session, its socket, and a stream for each request.
final class HTTP2Connection: TCPConnectionOwner, HTTP2SessionOwner, ServedConnection {
    let server: HTTPServer
    let session: HTTP2Session
    private let transport: Transport
    private let connection: TCPConnection
    private let loop: EventLoop
    private let facts: ConnectionFacts
    private var streams: [HTTP2Stream] = []
    /// Streams that are over, with their buffers: used again while requests come, let go when none do.
    private var spareStreams: [HTTP2Stream] = []
    /// Streams whose givers may give more.
    private var refillable: [HTTP2Stream] = []
    /// Streams that were answered before their bodies were complete, as long as they are at this generation.
    private var answeredEarly: [(stream: HTTP2Stream, generation: UInt64)] = []
    private var output: [UInt8] = []
    private var fields = HTTP2Fields()
    private var requestCount = 0
    private var deadline: UInt64
    private var stall = WriteStall()
    private var isPumping = false
    private var isClosing = false

    /// More is not put into the socket's queue.
    private static let outputBound = 1 << 16

    init(_ transport: Transport, server: HTTPServer, exchange: borrowing Exchange) {
        self.transport = transport
        self.server = server
        connection = transport.tcp
        loop = connection.loop
        facts = exchange.connection
        session = HTTP2Session(.server, server.limits.http2)
        deadline = loop.now + server.limits.idleTimeout
        session.owner = self
    }

    /// Sends what the connection begins with.
    func start() { settle() }

    var isIdle: Bool { streams.isEmpty }
    var isAnswering: Bool { !streams.isEmpty }

    // MARK: - What the socket tells

    func received(_ bytes: Span<UInt8>) {
        if isClosing { return }
        let isFine = session.receive(bytes, at: loop.now)
        settle()
        if !isFine { close() }
    }

    func drained() {
        stall.reset()
        settle()
    }

    /// A client that sends no more cannot open windows either.
    func ended() { connection.close() }

    func closed() {
        isClosing = true
        session.end()
        server.closed(self)
    }

    // MARK: - What the session tells

    func streamBegan(_ id: Int32) -> (any HTTP2StreamOwner)? {
        if isClosing || server.isDraining { return nil }
        let stream =
            spareStreams.popLast() ?? HTTP2Stream(on: self, exchange: Exchange(loop: loop, connection: facts))
        stream.begin(id, place: streams.count)
        streams.append(stream)
        deadline = .max
        return stream
    }

    func settingsChanged() {}
    func goingAway(lastStream: Int32) {}

    // MARK: - What streams ask for

    func requestBegan() {
        requestCount += 1
        server.statistics.countRequest()
        if requestCount == server.limits.requestsPerConnection { session.drain() }
    }

    func streamClosed(_ stream: HTTP2Stream, isReusable: Bool) {
        let last = streams.removeLast()
        if last !== stream {
            streams[stream.place] = last
            last.place = stream.place
        }
        if isReusable { spareStreams.append(stream) }
        if streams.isEmpty { deadline = loop.now + server.limits.idleTimeout }
    }

    func refill(_ stream: HTTP2Stream) { refillable.append(stream) }

    func resetAfterAnswer(_ stream: HTTP2Stream) { answeredEarly.append((stream, stream.generation)) }

    func sendContinue(_ stream: HTTP2Stream) {
        fields.removeAll()
        fields.append(":status", "100")
        session.inform(stream.id, fields)
    }

    /// - Parameter length: Of the body; nil: not told.
    func sendHead(of stream: HTTP2Stream, length: Int?, hasBody: Bool) {
        fields.removeAll()
        fields.append(":status", decimal: min(max(stream.exchange.response.status, 100), 999))
        var hasDate = false
        for index in stream.exchange.response.list.fields.indices {
            let field = stream.exchange.response.list.fields[index]
            let name = stream.exchange.response.list.bytes.span.extracting(field.name)
            if Self.isOfConnection(name) { continue }
            if name.count == 4, name.equalsIgnoringCase("date") { hasDate = true }
            fields.append(name, stream.exchange.response.list.bytes.span.extracting(field.value))
        }
        if !hasDate {
            let date = server.date(at: stream.exchange.startedAt)
            fields.append("date", date.span)
        }
        // Clients of gRPC take nothing behind an answer's head for its trailers, which have no length.
        let isWholeGRPC = length == 0 && stream.exchange.response.hasField("grpc-status")
        if let length, !isWholeGRPC, !HTTP1Connection.isBodyless(stream.exchange.response.status) {
            fields.append("content-length", decimal: length)
        }
        session.respond(stream.id, fields, hasBody: hasBody)
    }

    func sendTrailers(of stream: HTTP2Stream) {
        fields.removeAll()
        for index in stream.exchange.response.trailers.fields.indices {
            let field = stream.exchange.response.trailers.fields[index]
            fields.append(
                stream.exchange.response.trailers.bytes.span.extracting(field.name),
                stream.exchange.response.trailers.bytes.span.extracting(field.value))
        }
        session.sendTrailers(stream.id, fields)
    }

    /// Fields that belong to a connection of HTTP/1 (RFC 9113 §8.2.2), and the length, which the server tells.
    private static func isOfConnection(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 14: name.equalsIgnoringCase("content-length")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
        default: false
        }
    }

    // MARK: - Writing

    /// After any event: writes what the session has, as long as the socket takes it.
    func settle() {
        if isPumping || isClosing || session.isReceiving { return }
        isPumping = true
        defer { isPumping = false }
        while connection.queuedBytes < Self.outputBound, !connection.isClosed {
            let isEmpty = !session.output(by: &output, maximum: Self.outputBound) { transport.write($0) }
            let more = refillable
            refillable.removeAll(keepingCapacity: true)
            for stream in more { stream.refill() }
            stopUploads()
            if isEmpty, more.isEmpty { break }
        }
        if output.capacity > 1 << 18 { output = [] }
        if session.isOver { close() }
    }

    private func stopUploads() {
        guard !answeredEarly.isEmpty else { return }
        answeredEarly.removeAll { stream, generation in
            if stream.generation != generation { return true }
            guard stream.isAnswered else { return false }
            session.reset(stream.id, .noError)
            return true
        }
    }

    private func close() {
        if isClosing { return }
        isClosing = true
        transport.closeAfterWriting()
    }

    // MARK: - ServedConnection

    func sweep(_ now: UInt64) {
        if stall.isOver(connection.unwrittenBytes, now: now, limit: server.limits.writeTimeout) { return cut() }
        for stream in streams { stream.sweep(now) }
        if streams.isEmpty { spareStreams = [] }
        if now >= deadline {
            deadline = .max
            session.goAway(.noError)
        }
        settle()
    }

    func drain() {
        session.drain()
        if streams.isEmpty { session.goAway(.noError) }
        settle()
    }

    func cut() { connection.close() }
}
