internal import Bytes
internal import EventLoop
internal import HTTP2

/// One request of an HTTP/2 connection and its answer; when they are over, perhaps another.
final class HTTP2Stream: ExchangeDriver, HTTP2StreamOwner {
    private(set) var id: Int32 = 0
    /// Where it stands among the connection's streams.
    var place = 0
    private unowned let connection: HTTP2Connection
    /// Why the request is refused, once its head is complete.
    private var refusal: Refusal?
    private var headIsComplete = false
    private var headBytes = 0
    private var hasOpenBody = false
    private var isBodyHeld = false
    /// Bytes of the body that were handed on and not yet counted as taken.
    private var untaken = 0
    /// Bytes of the answer's body that wait for the client's window.
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var isComplete = false
    private(set) var isGone = true
    private var deadline = UInt64.max
    private var stall = WriteStall()
    private var wantsMore = false

    /// More than this is not taken from whoever gives the answer's body.
    private static let outputBound = 1 << 16

    init(on connection: HTTP2Connection, exchange: consuming Exchange) {
        self.connection = connection
        super.init(handler: connection.server.handler, exchange: exchange)
    }

    /// A request begins.
    func begin(_ id: Int32, place: Int) {
        self.id = id
        self.place = place
        deadline = loop.now + limits.headerTimeout
        isGone = false
    }

    /// More of a buffer is not kept for the next request.
    private static let keptBytes = 1 << 14

    /// Whether nobody has anything of the request any more, and it was none of the largest.
    private var isReusable: Bool {
        !isInHandler && !isActive && outgoing.capacity <= Self.keptBytes && exchange.body.capacity <= Self.keptBytes
            && exchange.response.body.capacity <= Self.keptBytes
    }

    /// What the next request finds.
    private func reset() {
        exchange.reset()
        refusal = nil
        headIsComplete = false
        headBytes = 0
        hasOpenBody = false
        isBodyHeld = false
        untaken = 0
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
        isComplete = false
        stall = WriteStall()
        wantsMore = false
    }

    private var limits: HTTPServerLimits { connection.server.limits }

    // MARK: - What the session tells

    func field(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        // Trailers of requests end here.
        if headIsComplete { return }
        headBytes += name.count + value.count
        if refusal == nil { refusal = exchange.request.take(name, value, limits: limits) }
    }

    func headersEnded(endsStream: Bool) {
        if headIsComplete { return endsStream ? streamEnded() : () }
        headIsComplete = true
        deadline = .max
        hasOpenBody = !endsStream
        connection.requestBegan()
        let late = refusal ?? exchange.request.finishHTTP2(endsStream: endsStream)
        if let late { return refuse(late) }
        start(headBytes: headBytes)
    }

    func data(_ bytes: Span<UInt8>) {
        guard wantsBody else { return connection.session.consume(id, bytes.count) }
        deadline = loop.now + limits.bodyTimeout
        takeBody(bytes)
        if isBodyHeld { untaken += bytes.count } else { connection.session.consume(id, bytes.count) }
    }

    func streamEnded() {
        guard hasOpenBody else { return }
        hasOpenBody = false
        deadline = .max
        endBody()
    }

    func streamClosed(_ code: HTTP2ErrorCode) {
        isGone = true
        abandon()
        let isReusable = isReusable
        if isReusable { reset() } else { outgoing = [] }
        connection.streamClosed(self, isReusable: isReusable)
    }

    func nextData(into output: inout OutputSpan<UInt8>) -> HTTP2DataState {
        let count = min(output.freeCapacity, outgoing.count - sent)
        output.append(copying: outgoing, sent..<sent + count)
        sent += count
        if count > 0 { stall.reset() }
        guard sent == outgoing.count else { return .more }
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
        if !isComplete {
            wantsMore = true
            connection.refill(self)
            return .pending
        }
        guard hasTrailers else { return .ended }
        connection.sendTrailers(of: self)
        return .endedBeforeTrailers
    }

    /// A queue that never runs empty must not keep what has left it.
    private func dropSent() {
        guard sent >= Self.outputBound else { return }
        outgoing.removeFirst(sent)
        sent = 0
    }

    private var hasTrailers: Bool { !exchange.response.trailers.fields.isEmpty }

    /// After the session has sent what there was: whoever gives the body may give more.
    func refill() {
        guard wantsMore, !isGone else { return }
        wantsMore = false
        drained()
    }

    // MARK: - ExchangeDriver

    override var hasBodyLeft: Bool { hasOpenBody }

    override var bodyLeft: Int? {
        hasOpenBody ? exchange.request.contentLength.map { max(0, $0 + headBytes - exchange.bytesReceived) } : 0
    }

    override func awaitBody() {
        deadline = loop.now + limits.bodyTimeout
        if exchange.request.expectsContinue {
            exchange.request.expectsContinue = false
            connection.sendContinue(self)
        }
    }

    override func holdBody(_ isHeld: Bool) {
        isBodyHeld = isHeld
        deadline = isHeld || !hasOpenBody ? .max : loop.now + limits.bodyTimeout
        guard !isHeld else { return }
        connection.session.consume(id, untaken)
        untaken = 0
        settle()
    }

    override func respond() {
        let isBodyless = HTTP1Connection.isBodyless(exchange.response.status) || exchange.request.isHead
        let count = exchange.response.body.count
        isComplete = true
        connection.sendHead(of: self, length: count, hasBody: !isBodyless && count > 0)
        if !isBodyless, count > 0 {
            swap(&outgoing, &exchange.response.body)
            exchange.bytesSent += count
        }
        finishAnswer()
    }

    override func respondHead(length: Int?) -> Bool {
        let isHead = exchange.request.isHead
        let isBodyless = HTTP1Connection.isBodyless(exchange.response.status)
        connection.sendHead(of: self, length: isBodyless ? nil : length, hasBody: !isHead && !isBodyless)
        guard isHead else { return true }
        isComplete = true
        finishAnswer()
        return false
    }

    override func writePiece(_ bytes: Span<UInt8>) {
        if isGone { return }
        dropSent()
        outgoing.append(bytes)
        connection.session.resume(id)
        // While they talk to each other, a client that listens is not late with its body.
        if hasOpenBody, deadline != .max { deadline = loop.now + limits.bodyTimeout }
        // What somebody else's connection brings must not wait for this one's next event.
        settle()
    }

    override var canWrite: Bool { !isGone && outgoing.count - sent < Self.outputBound }

    override func endPieces() {
        isComplete = true
        connection.session.resume(id)
        finishAnswer()
    }

    private func finishAnswer() {
        deadline = .max
        finishExchange()
        // The rest of the body is not wanted (RFC 9113 §8.1).
        if hasOpenBody { connection.resetAfterAnswer(self) }
    }

    override func cutAnswer() {
        connection.session.reset(id, .internalError)
        settle()
    }

    override func respondTunnel() { cutAnswer() }

    override func endTunnel() {}

    override func settle() { connection.settle() }

    // MARK: - The server's clock

    func sweep(_ now: UInt64) {
        if stall.isOver(outgoing.count - sent, now: now, limit: limits.writeTimeout) {
            return connection.session.reset(id, .cancel)
        }
        guard now >= deadline else { return }
        deadline = .max
        // In the midst of a head nothing else can be said.
        guard headIsComplete else { return connection.cut() }
        switch wait {
        case .wholeBody, .pieces, .relay: refuse(Refusal(status: 408, reason: "the body of the request took too long"))
        case .relayedAnswer: cutAnswer()
        case .nothing, .task, .decision, .source, .tunnel: break
        }
    }

    /// Whether its answer has all been given to the session.
    var isAnswered: Bool { isComplete && outgoing.isEmpty }
}
