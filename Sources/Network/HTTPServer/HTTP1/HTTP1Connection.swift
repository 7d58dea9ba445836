internal import Bytes
internal import EventLoop
internal import System

/// One HTTP/1.1 connection: bytes to exchanges, answers to bytes.
///
///     head ──▶ handler ──▶ (body ──▶ handler)* ──▶ response ──▶ discarding ──▶ head …
///                                                     └──────▶ lingering ──▶ closed
final class HTTP1Connection: TCPConnectionOwner, ResumptionTarget {
    enum Phase {
        /// Between requests, or within a head.
        case head
        case wholeBody(maximum: Int)
        case streamedBody(any BodyReceiver)
        /// The handler waits: a task runs, or a resumption is held.
        case waiting
        /// The response's body comes from a source.
        case streaming(any BodySource)
        /// The answer is written; the rest of the request's body is thrown away.
        case discarding(left: Int)
        /// Everything is written; what still comes is thrown away until the client closes (RFC 9112 §9.6).
        case lingering
        case closed
    }

    let connection: TCPConnection
    /// Held until the connection closes: the server keeps its connections anyway.
    let server: HTTPServer
    var phase = Phase.head
    var exchange: Exchange
    var framing: BodyFraming?
    /// Bytes that came while they could not be looked at.
    private var unread: [UInt8] = []
    var output: [UInt8] = []
    /// Counts requests, so that a resumption of an earlier one finds nothing.
    var generation: UInt64 = 0
    /// Between `handle` and `finished`.
    var isActive = false
    var isInHandler = false
    /// The task of a waiting phase owns the exchange.
    var taskOwnsExchange = false
    private var isProcessing = false
    private var requestCount = 0
    var peerHasEnded = false
    var hasSentContinue = false
    private var deadline = UInt64.max
    private var writeDeadline = UInt64.max
    private var lastQueueSize = 0
    /// The generation whose head's time runs.
    private var headGeneration = UInt64.max
    // Of a response whose body comes from a source.
    var streamKeepsAlive = false
    var streamIsChunked = false
    var streamLeft: Int?

    /// Output beyond this is left to the client to take before another request begins.
    static let outputBound = 1 << 16

    init(_ connection: TCPConnection, server: HTTPServer, remote: SocketAddress, local: SocketAddress) {
        self.connection = connection
        self.server = server
        exchange = Exchange(loop: connection.loop, remoteAddress: remote, localAddress: local)
        deadline = connection.loop.now + server.limits.idleTimeout
    }

    var isIdle: Bool { if case .head = phase { unread.isEmpty } else { false } }
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
        settle()
    }

    func drained() {
        lastQueueSize = 0
        if case .streaming(let source) = phase { pump(source) }
        processUnread()
        settle()
    }

    func ended() {
        peerHasEnded = true
        if case .lingering = phase { return connection.closeAfterWriting() }
        settle()
    }

    /// A client may end its side and still read the answers to what it sent; then the connection ends.
    private func endAfterPeer() {
        switch phase {
        case .head, .discarding: connection.closeAfterWriting()
        case .wholeBody, .streamedBody: connection.close()
        case .waiting, .streaming, .lingering, .closed: break
        }
    }

    func closed() {
        if case .streaming(let source) = phase { source.finished() }
        phase = .closed
        generation += 1
        unread = []
        if isActive, !taskOwnsExchange { finish(.clientGone) }
        exchange.resumption = Resumption()
        server.closed(self)
    }

    // MARK: - Reading

    /// More bytes without an end of the head break a limit.
    private var largestHead: Int { server.limits.requestLineBytes + server.limits.headerBytes + 4 }

    private var isHeadPhase: Bool { if case .head = phase { true } else { false } }

    private var canProcess: Bool {
        switch phase {
        case .head: connection.queuedBytes <= Self.outputBound
        case .wholeBody, .discarding: true
        case .streamedBody: true
        case .waiting, .streaming, .lingering, .closed: false
        }
    }

    func processUnread() {
        if isProcessing || unread.isEmpty || !canProcess { return }
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
                let outcome = HTTP1Parser.parse(bytes.extracting(at...), into: &exchange.request, limits: server.limits)
                switch outcome {
                case .incomplete:
                    if generation == headGeneration { return at }
                    headGeneration = generation
                    deadline = connection.loop.now + server.limits.headerTimeout
                    return at
                case .refused(let refusal):
                    refuse(refusal)
                    return bytes.count
                case .complete(let used):
                    at += used
                    begin(headBytes: used)
                }
            case .wholeBody, .streamedBody, .discarding:
                guard let step = framing?.next(bytes, from: at, limits: server.limits) else { return at }
                switch step {
                case .more:
                    return bytes.count
                case .content(let range):
                    at = range.upperBound
                    take(bytes.extracting(range))
                case .end(let place):
                    at = place
                    framing = nil
                    endBody()
                case .refused(let refusal):
                    refuse(refusal)
                    return bytes.count
                }
            case .waiting, .streaming: return at
            case .lingering, .closed: return bytes.count
            }
        }
    }

    private func begin(headBytes: Int) {
        requestCount += 1
        server.statistics.countRequest()
        exchange.startedAt = WallClock.milliseconds
        exchange.bytesReceived = headBytes
        exchange.bytesSent = 0
        exchange.body.removeAll(keepingCapacity: true)
        exchange.response.reset()
        exchange.resumption.target = self
        exchange.resumption.generation = generation
        hasSentContinue = false
        if exchange.request.isChunked {
            framing = .chunked
        } else if let length = exchange.request.contentLength, length > 0 {
            framing = BodyFraming(contentLength: length)
        } else {
            framing = nil
        }
        deadline = .max
        isActive = true
        isInHandler = true
        let progress = server.handler.handle(&exchange)
        isInHandler = false
        advance(progress)
    }

    private func take(_ bytes: Span<UInt8>) {
        exchange.bytesReceived += bytes.count
        deadline = connection.loop.now + server.limits.bodyTimeout
        switch phase {
        case .wholeBody(let maximum):
            guard exchange.body.count + bytes.count <= maximum else {
                return refuse(Refusal(status: 413, reason: "the body is larger than \(maximum) bytes"))
            }
            exchange.body.append(bytes)
        case .streamedBody(let receiver):
            if !receiver.received(bytes) { connection.pauseReading() }
        case .discarding(let left):
            guard left > bytes.count else { return linger() }
            phase = .discarding(left: left - bytes.count)
        default: break
        }
    }

    private func endBody() {
        switch phase {
        case .discarding: nextRequest()
        case .wholeBody, .streamedBody:
            deadline = .max
            proceed()
        default: break
        }
    }

    // MARK: - The handler

    func proceed() {
        isInHandler = true
        let progress = server.handler.proceed(&exchange)
        isInHandler = false
        advance(progress)
    }

    private func advance(_ first: Progress) {
        var progress = first
        while true {
            switch progress {
            case .answered: return respond()
            case .readBody(let maximum):
                if let length = framing?.remaining, length > maximum {
                    return refuse(Refusal(status: 413, reason: "the body is larger than \(maximum) bytes"))
                }
                if framing != nil {
                    phase = .wholeBody(maximum: maximum)
                    if let length = framing?.remaining { exchange.body.reserveCapacity(min(length, 1 << 16)) }
                    return awaitBody()
                }
            case .streamBody(let receiver):
                if framing != nil {
                    phase = .streamedBody(receiver)
                    return awaitBody()
                }
            case .waiting(let work): return run(work)
            case .suspended:
                phase = .waiting
                return
            case .streaming(let source): return respond(from: source)
            }
            // There is no body to wait for.
            isInHandler = true
            progress = server.handler.proceed(&exchange)
            isInHandler = false
        }
    }

    private func awaitBody() {
        deadline = connection.loop.now + server.limits.bodyTimeout
        if exchange.request.expectsContinue, !hasSentContinue {
            hasSentContinue = true
            output.append("HTTP/1.1 100 Continue\r\n\r\n" as StaticString)
        }
    }

    private func run(_ work: @escaping (inout Exchange) async -> Void) {
        phase = .waiting
        taskOwnsExchange = true
        connection.loop.start { [self] in
            // The task owns the exchange while it waits; whatever else happens to the connection finds an empty one.
            var own = exchange.placeholder()
            swap(&own, &exchange)
            await work(&own)
            swap(&own, &exchange)
            taskOwnsExchange = false
            if case .closed = phase { return finish(.clientGone) }
            proceed()
            processUnread()
            settle()
        }
    }

    // MARK: - ResumptionTarget

    func isWaiting(_ generation: UInt64) -> Bool {
        guard generation == self.generation, !taskOwnsExchange else { return false }
        if case .waiting = phase { return true }
        return isInHandler
    }

    func resume(_ generation: UInt64, _ change: (inout Exchange) -> Void) -> Bool {
        // Within the handler's own call the exchange is in use, and its progress is not known yet.
        precondition(!isInHandler, "a request is resumed after its handler has returned")
        guard isWaiting(generation) else { return false }
        change(&exchange)
        proceed()
        processUnread()
        settle()
        return true
    }

    func resumeBody(_ generation: UInt64) {
        guard generation == self.generation else { return }
        switch phase {
        case .streamedBody: connection.resumeReading()
        case .streaming(let source):
            pump(source)
            processUnread()
            settle()
        default: break
        }
    }

    // MARK: - The end of a request

    func finish(_ outcome: RequestOutcome) {
        guard isActive else { return }
        isActive = false
        server.handler.finished(&exchange, outcome)
    }

    /// After a response: what is left of the body goes, then the next request may come.
    func endRequest(keepsAlive: Bool) {
        finish(.sent)
        generation += 1
        guard keepsAlive else { return linger() }
        if framing != nil {
            phase = .discarding(left: server.limits.discardedBodyBytes)
            deadline = connection.loop.now + server.limits.bodyTimeout
        } else {
            nextRequest()
        }
    }

    private func nextRequest() {
        phase = .head
        framing = nil
        deadline = connection.loop.now + server.limits.idleTimeout
        // What one large request made is not kept for ever.
        if exchange.body.capacity > 1 << 17 { exchange.body = [] }
        if exchange.response.body.capacity > 1 << 17 { exchange.response.body = [] }
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
        generation += 1
        unread = []
        deadline = connection.loop.now + server.limits.lingerTimeout
        if peerHasEnded { return connection.closeAfterWriting() }
        connection.endWriting()
        connection.resumeReading()
    }

    /// Answers for the server itself, and closes.
    func refuse(_ refusal: Refusal) {
        exchange.response.reset()
        exchange.response.status = refusal.status
        if !isActive { exchange.startedAt = WallClock.milliseconds }
        isInHandler = true
        server.handler.refused(&exchange, refusal)
        isInHandler = false
        exchange.request.keepsAlive = false
        respond()
    }

    // MARK: - The server's clock

    /// Called about once a second: acts on what took too long.
    func sweep(_ now: UInt64) {
        let queued = connection.unwrittenBytes
        if queued > 0 {
            // A client that takes its time is no fault, one that takes nothing is.
            if lastQueueSize == 0 || queued < lastQueueSize { writeDeadline = now + server.limits.writeTimeout }
            lastQueueSize = queued
            if now >= writeDeadline { return cut() }
        }
        guard now >= deadline else { return }
        deadline = .max
        switch phase {
        // The last answer is still being taken: nothing else is late yet.
        case .head where queued > 0: deadline = now + server.limits.idleTimeout
        case .lingering where queued > 0: deadline = now + server.limits.lingerTimeout
        case .head where unread.isEmpty: connection.closeAfterWriting()
        case .head: refuse(Refusal(status: 408, reason: "the head of the request took too long"))
        case .wholeBody, .streamedBody: refuse(Refusal(status: 408, reason: "the body of the request took too long"))
        case .discarding, .lingering: connection.close()
        case .waiting, .streaming, .closed: break
        }
    }

    /// The server stops: an idle connection closes, one with a request is answered first.
    func drain() {
        if isIdle, !isActive { connection.closeAfterWriting() }
    }

    /// Ends the connection at once.
    func cut() { connection.close() }

    /// After any event: writes what is ready and holds the client back if it is ahead.
    private func settle() {
        flush()
        // What is unread now needs bytes that will not come.
        if peerHasEnded, canProcess { return endAfterPeer() }
        switch phase {
        case .closed, .lingering, .streamedBody: return
        default: break
        }
        if unread.count > server.limits.pipelinedBytes || connection.queuedBytes > Self.outputBound {
            connection.pauseReading()
        } else if !peerHasEnded {
            connection.resumeReading()
        }
    }

    func flush() {
        if output.isEmpty { return }
        connection.write(output.span)
        if output.capacity > 1 << 18 { output = [] } else { output.removeAll(keepingCapacity: true) }
    }
}
