internal import Bytes
internal import EventLoop
internal import HTTPServer

/// One connection to an upstream by HTTP/1.1, with one request at a time.
///
///     idle ─▶ head ─▶ body: of a length, in chunks, or to the end ─▶ idle, or closed
///                └──▶ tunnel (after 101) ─▶ closed
final class HTTP1UpstreamConnection: TCPConnectionOwner, UpstreamConnection, UpstreamCarrier {
    private enum Phase {
        case idle, head, body, untilClose, tunnel, closed
    }

    let number: Int
    /// Whether it has carried a request.
    private var isReused = false
    private let transport: UpstreamTransport
    private let connection: TCPConnection
    private let server: UpstreamServer
    private var ticket: UpstreamTicket?
    private var phase = Phase.idle
    private var head = ResponseHead()
    private var framing: BodyFraming?
    /// Bytes of a head that is not complete.
    private var unread: [UInt8] = []
    private var output: [UInt8] = []
    private var isHead = false
    private var isUpgrade = false
    /// Of the request under way.
    private var bodyIsChunked = false
    private var bodyIsComplete = true
    private var hasAnswered = false
    private var isHeld = false
    private var readDeadline = UInt64.max
    private var writeDeadline = UInt64.max
    private var lastQueue = 0
    private let limits: HTTPServerLimits

    /// More is not put into the socket's queue before the client is held back.
    private static let outputBound = 1 << 16

    init(_ transport: UpstreamTransport, number: Int, server: UpstreamServer) {
        self.transport = transport
        self.number = number
        self.server = server
        connection = transport.tcp
        var limits = HTTPServerLimits()
        limits.headerBytes = server.pool.limits.headerBytes
        self.limits = limits
    }

    func start() { transport.start(self) }

    private var loop: EventLoop { connection.loop }
    private var owner: (any UpstreamExchangeOwner)? { ticket?.owner }

    // MARK: - Requests

    func begin(_ ticket: UpstreamTicket) {
        self.ticket = ticket
        phase = .head
        hasAnswered = false
        isHeld = false
        bodyIsComplete = true
        readDeadline = .max
        let wasUsed = isReused
        isReused = true
        ticket.begin(on: self, isReused: wasUsed)
    }

    /// Waits for a request.
    func rest(until deadline: UInt64) {
        phase = .idle
        readDeadline = deadline
        writeDeadline = .max
    }

    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>) {
        isHead = request.isHead
        isUpgrade = !request.upgrade.isEmpty
        bodyIsChunked = request.body == .open
        HTTP1RequestWriter.write(request, to: &output)
        switch request.body {
        case .none: bodyIsComplete = true
        case .length(let length): bodyIsComplete = body.count == length
        case .open: bodyIsComplete = false
        }
        write(piece: body)
        readDeadline = loop.now + timeouts.read
        noteQueue()
    }

    func send(_ bytes: Span<UInt8>) -> Bool {
        if phase == .closed { return true }
        write(piece: bytes)
        if !isHeld { readDeadline = loop.now + timeouts.read }
        noteQueue()
        return connection.queuedBytes < Self.outputBound
    }

    func endBody() {
        if phase == .tunnel { return leaveTunnel() }
        if bodyIsChunked { output.append("0\r\n\r\n" as StaticString) }
        bodyIsComplete = true
        write(piece: [])
        if phase == .head { readDeadline = loop.now + timeouts.read }
    }

    private static let lineEnd: [UInt8] = [13, 10]

    private func write(piece: Span<UInt8>) {
        let isChunk = bodyIsChunked && !piece.isEmpty && phase != .tunnel
        Self.write(piece, isChunk: isChunk, behind: &output, to: transport)
    }

    private static func write(
        _ piece: Span<UInt8>, isChunk: Bool, behind output: inout [UInt8], to transport: UpstreamTransport
    ) {
        if isChunk {
            output.append(String(piece.count, radix: 16))
            output.append("\r\n" as StaticString)
            transport.write(output.span, piece, lineEnd.span)
        } else {
            transport.write(output.span, piece)
        }
        output.removeAll(keepingCapacity: true)
    }

    private func write(piece: [UInt8]) { write(piece: piece.span) }

    func resume() {
        guard isHeld else { return }
        isHeld = false
        readDeadline = loop.now + timeouts.read
        connection.resumeReading()
    }

    private var timeouts: UpstreamTimeouts { ticket?.timeouts ?? UpstreamTimeouts() }

    // MARK: - What the socket tells

    func received(_ bytes: Span<UInt8>) {
        if !isHeld { readDeadline = loop.now + timeouts.read }
        let asked = phase == .head ? owner : nil
        if phase == .head, !unread.isEmpty {
            unread.append(bytes)
            let all = unread
            unread = []
            process(all.span)
        } else {
            process(bytes)
        }
        if head.isFollowed {
            head.isFollowed = false
            asked?.upstreamPaused()
        }
    }

    private func process(_ bytes: Span<UInt8>) {
        var at = 0
        while at < bytes.count || framing?.remaining == 0 {
            switch phase {
            case .idle:
                // Nothing was asked.
                return cut()
            case .head:
                switch HTTP1ResponseParser.parse(bytes.extracting(at...), into: &head, limits: limits) {
                case .incomplete: return unread.append(bytes.extracting(at...))
                case .malformed(let reason): return fail(.malformed, reason)
                case .complete(let used):
                    at += used
                    takeHead(isLast: at == bytes.count)
                }
            case .body:
                guard let step = framing?.next(bytes, from: at, limits: limits) else { return }
                switch step {
                case .more: return
                case .refused(let refusal): return fail(.malformed, "the answer's body: \(refusal.reason)")
                case .content(let range):
                    at = range.upperBound
                    give(bytes.extracting(range))
                case .end(let place):
                    at = place
                    complete(mayKeep: at == bytes.count)
                    // More than was asked for: nobody knows what it belongs to.
                    if at < bytes.count { return cut() }
                    return
                }
            case .untilClose, .tunnel: return give(bytes.extracting(at...))
            case .closed: return
            }
        }
    }

    /// - Parameter isLast: No byte has come behind it.
    private func takeHead(isLast: Bool) {
        if head.status < 200, head.status != 101 { return }
        hasAnswered = true
        framing = nil
        var hasBody = true
        switch head.body(ofHead: isHead) {
        case .none: hasBody = false
        case .framed(let frame):
            phase = .body
            framing = frame
        case .untilClose: phase = .untilClose
        case .tunnel:
            guard isUpgrade else { return fail(.malformed, "the answer changes protocols, which nobody asked for") }
            phase = .tunnel
        }
        if hasBody {
            head.isFollowed = !isLast
            owner?.upstreamAnswered(head)
            return
        }
        // Nothing more belongs to the request, whatever its owner does now.
        let owner = detach()
        owner?.upstreamAnswered(head)
        end(owner, mayKeep: isLast)
    }

    private func give(_ bytes: Span<UInt8>) {
        guard let owner else { return }
        if !owner.upstreamSent(bytes) {
            isHeld = true
            readDeadline = .max
            connection.pauseReading()
        }
    }

    /// The answer is complete.
    private func complete(mayKeep: Bool) { end(detach(), mayKeep: mayKeep) }

    /// The request has no more to do with this connection.
    private func detach() -> (any UpstreamExchangeOwner)? {
        let owner = owner
        ticket?.owner = nil
        ticket?.carrier = nil
        ticket = nil
        return owner
    }

    private func end(_ owner: (any UpstreamExchangeOwner)?, mayKeep: Bool) {
        framing = nil
        if isHeld {
            isHeld = false
            connection.resumeReading()
        }
        let keeps = mayKeep && head.keepsAlive && bodyIsComplete && phase != .closed && !server.pool.isDraining
        phase = keeps ? .idle : phase
        owner?.upstreamEnded(FieldList())
        if !keeps { return cut() }
        server.released(self)
    }

    func drained() {
        lastQueue = 0
        writeDeadline = .max
        owner?.upstreamDrained()
    }

    func ended() {
        if phase == .untilClose, transport.endedCleanly {
            head.keepsAlive = false
            return complete(mayKeep: false)
        }
        if phase == .tunnel { return completeTunnel() }
        if phase == .idle { return cut() }
        fail(.closed, "the upstream closed the connection")
    }

    /// The client sends no more: what it has sent is written yet.
    private func leaveTunnel() {
        _ = detach()
        phase = .closed
        transport.closeAfterWriting()
    }

    private func completeTunnel() {
        let owner = detach()
        owner?.upstreamEnded(FieldList())
        cut()
    }

    func closed() {
        let wasActive = phase != .closed
        phase = .closed
        if wasActive { tell(.closed, "the connection to the upstream broke") }
        server.closed(self)
    }

    // MARK: - The end

    private func fail(_ kind: UpstreamError.Kind, _ reason: String) {
        tell(kind, reason)
        cut()
    }

    private func tell(_ kind: UpstreamError.Kind, _ reason: String) {
        guard let ticket else { return }
        self.ticket = nil
        phase = .closed
        let isStale = kind == .closed && ticket.isReused && !hasAnswered && unread.isEmpty
        ticket.fail(UpstreamError(kind, "\(server.target.address): \(reason)", isStale: isStale))
    }

    func cancel() { cut() }

    /// Ends the connection at once, without a word to the owner.
    func cut() {
        // It is given to nobody until the loop has closed it.
        if phase == .idle { server.retire(self) }
        phase = .closed
        ticket = nil
        connection.close()
    }

    func drain() { if phase == .idle { cut() } }

    // MARK: - The clock

    private func noteQueue() {
        if connection.queuedBytes > 0, writeDeadline == .max { writeDeadline = loop.now + timeouts.write }
    }

    func sweep(_ now: UInt64) {
        let queued = connection.unwrittenBytes
        if queued > 0 {
            if lastQueue == 0 || queued < lastQueue { writeDeadline = now + timeouts.write }
            lastQueue = queued
            if now >= writeDeadline { return fail(.writeTimeout, "the upstream takes nothing of the request") }
            // It cannot answer what it has not got.
            return
        }
        guard now >= readDeadline else { return }
        switch phase {
        case .idle: cut()
        // While the client takes its time with the body, the upstream is not late.
        case .head where !bodyIsComplete: readDeadline = now + timeouts.read
        case .head, .body, .untilClose: fail(.readTimeout, "the upstream sent nothing in time")
        // Neither side has sent anything.
        case .tunnel: completeTunnel()
        case .closed: break
        }
    }
}
