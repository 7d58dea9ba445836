internal import Bytes
internal import EventLoop
internal import System

/// One HTTP/1.1 connection: bytes to exchanges, answers to bytes.
///
///     head ─▶ exchange ─▶ discarding ─▶ head …
///                 └─────▶ lingering ──▶ closed
final class HTTP1Connection: ExchangeDriver, TCPConnectionOwner, ServedConnection {
    enum Phase {
        /// Between requests, or within a head.
        case head
        /// A request is under way: its handler, its body, its answer.
        case exchange
        /// The answer is written; the rest of the request's body is thrown away.
        case discarding(left: Int)
        /// Everything is written; what still comes is thrown away until the client closes (RFC 9112 §9.6).
        case lingering
        case closed
    }

    let transport: Transport
    let connection: TCPConnection
    /// Held until the connection closes: the server keeps its connections anyway.
    let server: HTTPServer
    var phase = Phase.head
    private var framing: BodyFraming?
    /// Bytes that came while they could not be looked at.
    private var unread: [UInt8] = []
    var output: [UInt8] = []
    private var isProcessing = false
    private var requestCount = 0
    private var peerHasEnded = false
    private var hasSentContinue = false
    /// The body's receiver takes no more for now.
    private var isBodyHeld = false
    private var deadline = UInt64.max
    private var stall = WriteStall()
    /// The request whose head's time runs.
    private var timedHead = -1
    // Of a response whose body comes in pieces.
    var piecesKeepAlive = false
    var piecesAreChunked = false

    /// Output beyond this is left to the client to take before another request begins.
    static let outputBound = 1 << 16

    init(_ transport: Transport, server: HTTPServer, exchange: consuming Exchange) {
        self.transport = transport
        connection = transport.tcp
        self.server = server
        deadline = connection.loop.now + server.limits.idleTimeout
        super.init(handler: server.handler, exchange: exchange)
    }

    var isIdle: Bool { isHeadPhase && unread.isEmpty }
    var isAnswering: Bool { isActive }

    // MARK: - What the connection tells

    func received(_ bytes: Span<UInt8>) {
        if case .lingering = phase { return }
        if unread.isEmpty, canProcess {
            let used = process(bytes)
            if used < bytes.count { unread.append(bytes.extracting(used...)) }
        } else {
            let hasLineEnd = unread.count < 4096 || bytes.firstIndex(of: 10) != nil
            unread.append(bytes)
            // A head that comes in many small pieces is looked at again only when a line has ended.
            if canProcess, hasLineEnd || !isHeadPhase || unread.count > largestHead { processUnread() }
        }
        afterEvent()
    }

    override func drained() {
        stall.reset()
        super.drained()
        settle()
    }

    func ended() {
        peerHasEnded = true
        if case .tunnel(let tunnel) = wait { return tunnel.ended() }
        if case .lingering = phase { return connection.closeAfterWriting() }
        afterEvent()
    }

    /// A client may end its side and still read the answers to what it sent; then the connection ends.
    private func endAfterPeer() {
        switch phase {
        case .head, .discarding: transport.closeAfterWriting()
        // The rest of the body will not come.
        case .exchange: connection.close()
        case .lingering, .closed: break
        }
    }

    func closed() {
        phase = .closed
        unread = []
        abandon()
        server.closed(self)
    }

    // MARK: - Reading

    /// More bytes without an end of the head break a limit.
    private var largestHead: Int { server.limits.requestLineBytes + server.limits.headerBytes + 4 }

    private var isHeadPhase: Bool { if case .head = phase { true } else { false } }

    private var canProcess: Bool {
        switch phase {
        case .head: connection.queuedBytes <= Self.outputBound
        case .exchange: isTunnel || wantsBody && framing != nil && !isBodyHeld
        case .discarding: true
        case .lingering, .closed: false
        }
    }

    private var isTunnel: Bool { if case .tunnel = wait { !isBodyHeld } else { false } }

    private func processUnread() {
        // A body that was held back after its last piece ends without any more bytes.
        if isProcessing || unread.isEmpty && framing?.remaining != 0 || !canProcess { return }
        let bytes = unread
        unread = []
        let used = process(bytes.span)
        if used == 0, unread.isEmpty {
            unread = bytes
        } else if used < bytes.count {
            unread.append(bytes.span.extracting(used...))
        }
    }

    /// Takes requests out of the bytes, as far as they go; how many were used.
    private func process(_ bytes: Span<UInt8>) -> Int {
        isProcessing = true
        defer { isProcessing = false }
        var at = 0
        while true {
            switch phase {
            case .head:
                // Many small requests make a large output before anything else is written.
                if output.count > Self.outputBound { flush() }
                if at == bytes.count || !canProcess { return at }
                finishNow()
                let outcome = HTTP1Parser.parse(bytes.extracting(at...), into: &exchange.request, limits: server.limits)
                switch outcome {
                case .incomplete:
                    if requestCount == timedHead { return at }
                    timedHead = requestCount
                    deadline = loop.now + server.limits.headerTimeout
                    return at
                case .refused(let refusal):
                    refuse(refusal)
                    return bytes.count
                case .complete(let used):
                    at += used
                    begin(headBytes: used)
                }
            case .exchange:
                if case .tunnel(let tunnel) = wait {
                    if at < bytes.count, !tunnel.received(bytes.extracting(at...)) { holdBody(true) }
                    return bytes.count
                }
                guard canProcess else { return at }
                guard let place = processBody(bytes, from: at) else { return bytes.count }
                at = place
            case .discarding:
                guard let place = processBody(bytes, from: at) else { return bytes.count }
                at = place
            case .lingering, .closed: return bytes.count
            }
        }
    }

    /// Takes a step of the body; the place after it, or nil when all bytes are used and more is needed.
    private func processBody(_ bytes: Span<UInt8>, from at: Int) -> Int? {
        guard let step = framing?.next(bytes, from: at, limits: server.limits) else { return at }
        switch step {
        case .more: return nil
        case .content(let range):
            take(bytes.extracting(range))
            return range.upperBound
        case .end(let place):
            framing = nil
            if case .discarding = phase {
                nextRequest()
            } else {
                deadline = .max
                endBody()
            }
            return place
        case .refused(let refusal):
            refuse(refusal)
            return bytes.count
        }
    }

    private func begin(headBytes: Int) {
        requestCount += 1
        server.statistics.countRequest()
        hasSentContinue = false
        isBodyHeld = false
        if exchange.request.isChunked {
            framing = .chunked
        } else if let length = exchange.request.contentLength, length > 0 {
            framing = BodyFraming(contentLength: length)
        } else {
            framing = nil
        }
        deadline = .max
        phase = .exchange
        start(headBytes: headBytes)
    }

    private func take(_ bytes: Span<UInt8>) {
        deadline = loop.now + server.limits.bodyTimeout
        if case .discarding(let left) = phase {
            guard left > bytes.count else { return linger() }
            phase = .discarding(left: left - bytes.count)
        } else {
            takeBody(bytes)
        }
    }

    // MARK: - ExchangeDriver

    override var finishesLate: Bool { true }

    override func finished() {
        // What one large request made is not kept for ever.
        if exchange.body.capacity > 1 << 17 { exchange.body = [] }
        if exchange.response.body.capacity > 1 << 17 { exchange.response.body = [] }
    }

    override var hasBodyLeft: Bool { framing != nil }
    override var bodyLeft: Int? { framing?.remaining }

    override func awaitBody() {
        deadline = loop.now + server.limits.bodyTimeout
        if exchange.request.expectsContinue, !hasSentContinue {
            hasSentContinue = true
            output.append("HTTP/1.1 100 Continue\r\n\r\n" as StaticString)
        }
    }

    override func holdBody(_ isHeld: Bool) {
        isBodyHeld = isHeld
        if isHeld {
            // The client is not late while it is held back.
            deadline = .max
            connection.pauseReading()
        } else {
            if framing != nil { deadline = loop.now + server.limits.bodyTimeout }
            settle()
        }
    }

    override func settle() {
        processUnread()
        afterEvent()
    }

    override func respond() { writeResponse() }
    override func respondHead(length: Int?) -> Bool { writeHead(length: length) }
    override func writePiece(_ bytes: Span<UInt8>) { write(piece: bytes) }
    override var canWrite: Bool { connection.queuedBytes < Self.outputBound && !connection.isClosed }
    override func endPieces() { writeLastPiece() }

    override func cutAnswer() {
        // The client may know how far it came.
        flush()
        phase = .closed
        cut()
    }

    override func respondTunnel() {
        framing = nil
        isBodyHeld = false
        writeTunnelHead()
    }

    override func endTunnel() {
        flush()
        transport.closeAfterWriting()
    }

    // MARK: - The end of a request

    /// After a response: what is left of the body goes, then the next request may come.
    func endRequest(keepsAlive: Bool) {
        finishExchange()
        guard keepsAlive else { return linger() }
        if framing != nil {
            phase = .discarding(left: server.limits.discardedBodyBytes)
            deadline = loop.now + server.limits.bodyTimeout
        } else {
            nextRequest()
        }
    }

    private func nextRequest() {
        phase = .head
        framing = nil
        deadline = loop.now + server.limits.idleTimeout
    }

    /// Whether this connection may carry a request after the one that is being answered.
    var mayKeepAlive: Bool {
        guard exchange.request.keepsAlive, !server.isDraining, requestCount < server.limits.requestsPerConnection
        else { return false }
        guard let framing else { return true }
        // A client that waits for 100 sends its body or not, after a final answer: nobody can tell.
        if exchange.request.expectsContinue, !hasSentContinue { return false }
        return (framing.remaining ?? 0) <= server.limits.discardedBodyBytes
    }

    /// Ends our side once all is written and waits a moment for the client's, so that it can read the answer.
    func linger() {
        flush()
        if case .closed = phase { return }
        phase = .lingering
        unread = []
        deadline = loop.now + server.limits.lingerTimeout
        if peerHasEnded { return transport.closeAfterWriting() }
        transport.endWriting()
        connection.resumeReading()
    }

    // MARK: - The server's clock

    /// Called about once a second: acts on what took too long.
    func sweep(_ now: UInt64) {
        let queued = connection.unwrittenBytes
        if stall.isOver(queued, now: now, limit: server.limits.writeTimeout) { return cut() }
        guard now >= deadline else { return }
        deadline = .max
        switch phase {
        // The last answer is still being taken: nothing else is late yet.
        case .head where queued > 0: deadline = now + server.limits.idleTimeout
        case .lingering where queued > 0: deadline = now + server.limits.lingerTimeout
        case .head where unread.isEmpty: transport.closeAfterWriting()
        case .head: refuse(Refusal(status: 408, reason: "the head of the request took too long"))
        case .exchange: lateBody()
        case .discarding, .lingering: connection.close()
        case .closed: break
        }
    }

    private func lateBody() {
        switch wait {
        case .wholeBody, .pieces, .relay: refuse(Refusal(status: 408, reason: "the body of the request took too long"))
        // The answer has begun: there is no other way to say it.
        case .relayedAnswer: cut()
        case .nothing, .task, .decision, .source, .tunnel: break
        }
    }

    /// The server stops: an idle connection closes, one with a request is answered first.
    func drain() {
        if isIdle, !isActive { transport.closeAfterWriting() }
    }

    /// Ends the connection at once.
    func cut() { connection.close() }

    /// After any event: writes what is ready and holds the client back if it is ahead.
    private func afterEvent() {
        flush()
        if case .tunnel = wait { return isBodyHeld ? () : connection.resumeReading() }
        // What is unread now needs bytes that will not come.
        if peerHasEnded, canProcess { return endAfterPeer() }
        switch phase {
        case .closed, .lingering: return
        case .exchange where isBodyHeld: return
        case .head, .exchange, .discarding: break
        }
        if unread.count > server.limits.pipelinedBytes || connection.queuedBytes > Self.outputBound {
            connection.pauseReading()
        } else if !peerHasEnded {
            connection.resumeReading()
        }
    }

    func flush() { Self.flush(&output, to: transport) }

    private static func flush(_ output: inout [UInt8], to transport: Transport) {
        if output.isEmpty { return }
        transport.write(output.span)
        if output.capacity > 1 << 18 { output = [] } else { output.removeAll(keepingCapacity: true) }
    }
}
