internal import Bytes
internal import EventLoop
internal import System

/// Drives exchanges through their handler, one after another: what a connection of HTTP/1 and a stream of HTTP/2 have in
/// common. Subclasses bring the bytes.
///
///     begin ─▶ handler ─▶ body: whole, in pieces, relayed ─▶ handler ─▶ answer: whole, from a source, relayed ─▶ end
///                └───────▶ a task, or somebody's decision ──────┘
class ExchangeDriver: ResumptionTarget, LateWork {
    /// What an exchange waits for.
    enum Wait {
        /// Nothing: there is no exchange, or its handler runs.
        case nothing
        case wholeBody(maximum: Int)
        case pieces(any BodyReceiver)
        /// The task of a waiting phase, which owns the exchange.
        case task
        /// Whoever holds the resumption.
        case decision
        /// The relay's answer, while the relay gets the body.
        case relay(any Relay)
        /// The rest of an answer's body.
        case source(any BodySource)
        case relayedAnswer(any Relay)
        /// The end of a tunnel.
        case tunnel(any Tunnel)
    }

    let handler: any RequestHandler
    let loop: EventLoop
    var exchange: Exchange
    var wait = Wait.nothing
    /// Counts requests, so that a resumption of an earlier one finds nothing.
    private(set) var generation: UInt64 = 0
    /// Between `handle` and `finished`.
    private(set) var isActive = false
    private(set) var isInHandler = false
    /// The answer is written; the handler will be told when the loop has served the others.
    private var isUnfinished = false
    private var isLate = false
    /// Of an answer whose body comes in pieces: bytes that are still to come, if that is known.
    private var answerLeft: Int?

    init(handler: any RequestHandler, exchange: consuming Exchange) {
        self.handler = handler
        loop = exchange.loop
        self.exchange = exchange
    }

    // MARK: - For subclasses

    /// Whether bytes of the request's body are still to come.
    var hasBodyLeft: Bool { preconditionFailure("a subclass says") }
    /// How many, if that is known.
    var bodyLeft: Int? { preconditionFailure("a subclass says") }
    /// The body is wanted from now on.
    func awaitBody() { preconditionFailure("a subclass says") }
    /// Its receiver takes no more for now, or takes more again.
    func holdBody(_ isHeld: Bool) { preconditionFailure("a subclass says") }
    /// Writes the response, whole.
    func respond() { preconditionFailure("a subclass says") }
    /// Writes the head of a response whose body comes in pieces.
    ///
    /// - Parameter length: nil when nobody knows.
    /// - Returns: Whether a body follows: not for HEAD.
    func respondHead(length: Int?) -> Bool { preconditionFailure("a subclass says") }
    /// Writes a piece of the body.
    func writePiece(_ bytes: Span<UInt8>) { preconditionFailure("a subclass says") }
    /// The client takes more.
    var canWrite: Bool { preconditionFailure("a subclass says") }
    /// The body is complete: ends the response.
    func endPieces() { preconditionFailure("a subclass says") }
    /// Cuts the response.
    func cutAnswer() { preconditionFailure("a subclass says") }
    /// Writes the head of a response after which bytes pass both ways.
    func respondTunnel() { preconditionFailure("a subclass says") }
    /// Ends our side of a tunnel.
    func endTunnel() { preconditionFailure("a subclass says") }
    /// Whether the exchange stays as it is for a while after its answer: the handler is then told late of the end.
    var finishesLate: Bool { false }
    /// The handler knows of the end.
    func finished() {}
    /// After an event from outside: writes what is ready, reads what waits.
    func settle() { preconditionFailure("a subclass says") }

    // MARK: - The handler

    /// Begins an exchange whose request head is there.
    func start(headBytes: Int) {
        exchange.startedAt = WallClock.milliseconds
        exchange.endedAt = 0
        exchange.bytesReceived = headBytes
        exchange.bytesSent = 0
        exchange.body.removeAll(keepingCapacity: true)
        exchange.response.reset()
        exchange.resumption.target = self
        exchange.resumption.generation = generation
        isActive = true
        advance(handle { $0.handle(&$1) })
    }

    private func proceed() { advance(handle { $0.proceed(&$1) }) }

    @inline(__always)
    private func handle(_ call: (any RequestHandler, inout Exchange) -> Progress) -> Progress {
        wait = .nothing
        isInHandler = true
        defer { isInHandler = false }
        return call(handler, &exchange)
    }

    private func advance(_ first: Progress) {
        var progress = first
        while true {
            switch progress {
            case .answered: return respond()
            case .readBody(let maximum):
                if let left = bodyLeft, left > maximum { return refuse(Self.tooLarge(maximum)) }
                if hasBodyLeft {
                    wait = .wholeBody(maximum: maximum)
                    if let left = bodyLeft { exchange.body.reserveCapacity(min(left, 1 << 16)) }
                    return awaitBody()
                }
            case .streamBody(let receiver):
                if hasBodyLeft {
                    wait = .pieces(receiver)
                    return awaitBody()
                }
            case .waiting(let work): return run(work)
            case .suspended:
                wait = .decision
                return
            case .streaming(let source):
                if !beginPieces(source.contentLength) { return source.finished() }
                wait = .source(source)
                return pump(source)
            case .relaying(let relay):
                // It may be the one that has just answered: it goes on to read that answer.
                self.relay = nil
                wait = .relay(relay)
                if hasBodyLeft { awaitBody() }
                return
            case .relayed(let length):
                guard let relay else { preconditionFailure("an answer is relayed by the relay that has the request") }
                if beginPieces(length) {
                    self.relay = nil
                    wait = .relayedAnswer(relay)
                }
                return
            case .tunnelled(let tunnel):
                self.relay = nil
                wait = .tunnel(tunnel)
                return respondTunnel()
            }
            // There is no body to wait for.
            progress = handle { $0.proceed(&$1) }
        }
    }

    private static func tooLarge(_ maximum: Int) -> Refusal {
        Refusal(status: 413, reason: "the body is larger than \(maximum) bytes")
    }

    private func run(_ work: @escaping (inout Exchange) async -> Void) {
        wait = .task
        loop.start { [self] in
            // The task owns the exchange while it waits; whatever else happens finds an empty one.
            var own = exchange.placeholder()
            swap(&own, &exchange)
            await work(&own)
            swap(&own, &exchange)
            // The client went meanwhile.
            if case .task = wait {} else { return finish(.clientGone) }
            proceed()
            settle()
        }
    }

    /// Answers for the server itself.
    func refuse(_ refusal: Refusal) {
        letGo()
        finishNow()
        exchange.response.reset()
        exchange.response.status = refusal.status
        if !isActive {
            exchange.startedAt = WallClock.milliseconds
            exchange.endedAt = 0
        }
        isInHandler = true
        handler.refused(&exchange, refusal)
        isInHandler = false
        exchange.request.keepsAlive = false
        respond()
    }

    // MARK: - The body

    /// Whether bytes of the body can be taken now.
    var wantsBody: Bool {
        switch wait {
        case .wholeBody, .pieces, .relay, .relayedAnswer: true
        case .nothing, .task, .decision, .source, .tunnel: false
        }
    }

    /// Takes a piece of the body. The request may be refused for it.
    func takeBody(_ bytes: Span<UInt8>) {
        exchange.bytesReceived += bytes.count
        switch wait {
        case .wholeBody(let maximum):
            guard exchange.body.count + bytes.count <= maximum else { return refuse(Self.tooLarge(maximum)) }
            exchange.body.append(bytes)
        case .pieces(let receiver): if !receiver.received(bytes) { holdBody(true) }
        case .relay(let relay), .relayedAnswer(let relay): if !relay.received(bytes) { holdBody(true) }
        case .nothing, .task, .decision, .source, .tunnel: break
        }
    }

    /// The body is complete.
    func endBody() {
        switch wait {
        case .wholeBody, .pieces: proceed()
        case .relay(let relay), .relayedAnswer(let relay): relay.bodyEnded()
        case .nothing, .task, .decision, .source, .tunnel: break
        }
    }

    // MARK: - Answers in pieces

    private func beginPieces(_ length: Int?) -> Bool {
        answerLeft = length
        return respondHead(length: length)
    }

    /// Gives the client what the source has, as long as it takes it.
    private func pump(_ source: any BodySource) {
        var piece: [UInt8] = []
        while canWrite {
            piece.removeAll(keepingCapacity: true)
            let state = source.next(into: &piece)
            if !piece.isEmpty { count(piece.span) }
            switch state {
            case .ready: continue
            case .pending: return
            case .failed: return fail()
            case .ended: return isComplete ? endPieces() : fail()
            }
        }
    }

    private func count(_ bytes: Span<UInt8>) {
        exchange.bytesSent += bytes.count
        if let left = answerLeft { answerLeft = left - bytes.count }
        writePiece(bytes)
    }

    /// Less or more than was announced would be taken for the next response.
    private var isComplete: Bool { answerLeft == nil || answerLeft == 0 }

    private func fail() {
        letGo()
        cutAnswer()
    }

    /// The client took what was written.
    func drained() {
        switch wait {
        case .source(let source): pump(source)
        case .relayedAnswer(let relay): relay.drained()
        case .tunnel(let tunnel): tunnel.drained()
        case .nothing, .wholeBody, .pieces, .task, .decision, .relay: break
        }
    }

    // MARK: - ResumptionTarget

    func isWaiting(_ generation: UInt64) -> Bool {
        guard generation == self.generation else { return false }
        switch wait {
        case .decision, .relay: return true
        case .nothing: return isInHandler
        default: return false
        }
    }

    func resume(_ generation: UInt64, isFollowed: Bool, _ change: (inout Exchange) -> Void) -> Bool {
        // Within the handler's own call the exchange is in use, and its progress is not known yet.
        precondition(!isInHandler, "a request is resumed after its handler has returned")
        guard isWaiting(generation) else { return false }
        if case .relay(let relay) = wait { self.relay = relay }
        change(&exchange)
        proceed()
        // An answer without a body, or of the handler's own, leaves the relay out.
        if let relay {
            self.relay = nil
            relay.abandoned()
        }
        if isFollowed, case .relayedAnswer = wait { return true }
        settle()
        return true
    }

    func settle(_ generation: UInt64) {
        if generation == self.generation { settle() }
    }

    /// Between the relay's answer and the handler's word on it.
    private var relay: (any Relay)?

    func resumeBody(_ generation: UInt64) {
        guard generation == self.generation else { return }
        switch wait {
        case .pieces, .relay, .relayedAnswer, .tunnel: holdBody(false)
        case .source(let source):
            pump(source)
            settle()
        case .nothing, .wholeBody, .task, .decision: break
        }
    }

    func send(_ generation: UInt64, _ bytes: Span<UInt8>) -> Bool {
        guard generation == self.generation else { return true }
        switch wait {
        case .relayedAnswer:
            count(bytes)
            return canWrite
        case .tunnel:
            exchange.bytesSent += bytes.count
            writePiece(bytes)
            return canWrite
        default: return true
        }
    }

    func end(_ generation: UInt64, _ change: (inout Exchange) -> Void) {
        guard generation == self.generation else { return }
        switch wait {
        case .relayedAnswer:
            guard isComplete else { return fail(generation) }
            change(&exchange)
            wait = .nothing
            endPieces()
            settle()
        case .tunnel: endTunnel()
        default: break
        }
    }

    func fail(_ generation: UInt64) {
        guard generation == self.generation else { return }
        switch wait {
        case .relayedAnswer, .tunnel:
            // Whoever asks for it knows.
            wait = .nothing
            cutAnswer()
        default: break
        }
    }

    // MARK: - The end

    /// The response is written: the request is over.
    func finishExchange() {
        letGo()
        finish(.sent)
        generation += 1
    }

    /// The connection is gone.
    func abandon() {
        let isTask: Bool
        if case .task = wait { isTask = true } else { isTask = false }
        letGo()
        finishNow()
        generation += 1
        // A task that owns the exchange ends the request when it comes back.
        if !isTask { finish(.clientGone) }
        exchange.resumption = Resumption()
    }

    /// Tells whoever gets or gives bytes that the request is over.
    private func letGo() {
        let last = wait
        wait = .nothing
        switch last {
        case .source(let source): source.finished()
        case .relay(let relay), .relayedAnswer(let relay): relay.abandoned()
        case .tunnel(let tunnel): tunnel.abandoned()
        case .nothing, .wholeBody, .pieces, .task, .decision: break
        }
    }

    private func finish(_ outcome: RequestOutcome) {
        guard isActive else { return }
        isActive = false
        exchange.endedAt = WallClock.nanoseconds
        guard outcome == .sent, finishesLate else {
            handler.finished(&exchange, outcome)
            return finished()
        }
        isUnfinished = true
        if isLate { return }
        isLate = true
        loop.runLate(self)
    }

    // MARK: - LateWork

    package func runLate() {
        isLate = false
        finishNow()
    }

    /// Tells the handler of the end of a request if it does not know yet: before the exchange is used again.
    final func finishNow() {
        guard isUnfinished else { return }
        isUnfinished = false
        handler.finished(&exchange, .sent)
        finished()
    }
}
