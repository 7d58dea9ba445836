internal import Bytes
internal import EventLoop
internal import HTTPServer
internal import HTTPUpstream
internal import Names
internal import Observability
internal import PluginKit
internal import System

/// One request on its way to its service, and the answer on its way back.
///
///     name ─▶ connection ─▶ request ─▶ answer's head ─▶ body … ─▶ end
///       └────────┴────────────┴─ another try, if nothing was sent or the method allows it
final class ProxyRelay: Relay, Tunnel, UpstreamExchangeOwner {
    enum Answer {
        case relayed(length: Int?)
        /// There is nothing behind its head.
        case whole
        /// The body that was to be collected is there.
        case collected([UInt8])
        case tunnel
        case failure(ProxyFailure)
    }

    private let proxy: LoopProxy
    private let service: ServiceTarget
    private let balancing: Balancing
    private let resumption: Resumption
    /// Nil: nobody tells.
    private let facts: UpstreamFacts?
    private var lookedAt: Int64 = 0
    private let loop: EventLoop
    private let isIdempotent: Bool
    private var request: UpstreamRequest
    /// The whole body, when it was read before.
    private let body: [UInt8]?
    private var upstream: (any UpstreamExchange)?
    /// Pieces that came before there was a connection.
    private var early: [UInt8] = []
    private var isBodyComplete = false
    /// Pieces of the body that were sent, for another try.
    private var kept: [UInt8] = []
    /// A piece of the body was sent that is not kept.
    private var hasSentBody = false
    private var tries = 0
    private var isOver = false
    private var isTunnel = false
    /// What becomes of the answer's body if it does not just pass.
    private var reading: AnswerReading?
    /// Why nothing came; nil when the answer is the upstream's.
    private(set) var failure: ProxyFailure?
    /// Who sees the request's body pass.
    var requestObservers: [any BodyObserver] = []
    /// Set when the answer's head is there.
    private(set) var answer: Answer?
    /// Who has the request, of an upstream's peers.
    private var peer: Lease?
    /// Those that had it before.
    private var tried: [Peer] = []
    private let startedAt: UInt64
    private var sentAt: UInt64?
    /// Milliseconds from the first byte sent to the answer's head.
    private(set) var upstreamLatency = 0

    /// How to choose among the peers of the service's upstream.
    struct Balancing {
        /// What the request is hashed by, if it is.
        var key: HashInput.Key?
        /// Whether every peer gets the client's `Host`.
        var keepsHost = false
    }

    /// - Parameter body: The whole body if it was read already; else it comes by `received`.
    init(
        _ proxy: LoopProxy, _ service: ServiceTarget, _ request: UpstreamRequest, body: [UInt8]?,
        isIdempotent: Bool, balancing: Balancing, facts: UpstreamFacts?, resumption: Resumption
    ) {
        self.facts = facts
        self.balancing = balancing
        self.proxy = proxy
        self.service = service
        self.request = request
        self.body = body
        self.isIdempotent = isIdempotent
        self.resumption = resumption
        loop = proxy.pool.loop
        startedAt = loop.now
        isBodyComplete = body != nil || request.body == .none
    }

    /// The `Set-Cookie` that makes the client come back to the same peer.
    var cookie: [UInt8]? { balancing.key?.cookie }

    /// Whether the service was asked for a head alone.
    var isHead: Bool { request.isHead }

    /// Milliseconds until the request went out.
    var proxyLatency: Int { Int((sentAt ?? loop.now) - startedAt) }

    // MARK: - Tries

    /// Begins. May only tell later how it went.
    func start() { look() }

    private func look() {
        tries += 1
        sentAt = nil
        if facts != nil { lookedAt = WallClock.nanoseconds }
        if let upstream = service.upstream { return look(in: upstream) }
        proxy.resolver.lookup(service.host, port: service.port) { [self] outcome in
            if isOver { return }
            switch outcome {
            case .success(let answer):
                guard let endpoint = proxy.choose(answer, of: service.host) else {
                    return fail(.noPeer("\(service.host) has no address"))
                }
                open(endpoint.address, serverName: service.host)
            case .failure(let error): fail(ProxyFailure(error))
            }
        }
    }

    /// - Parameter mayWait: Whether names of targets may still have to be looked up.
    private func look(in upstream: Upstream, mayWait: Bool = true) {
        let chooser = proxy.chooser(of: upstream)
        if let chosen = chooser.choose(hash: balancing.key?.hash, tried: tried, now: loop.now) {
            peer = Lease(chosen, of: upstream)
            if !balancing.keepsHost { request.authority = chosen.authority(isSecure: service.scheme.isSecure) }
            return open(chosen.address, serverName: chosen.serverName)
        }
        let isWaiting =
            mayWait
            && upstream.whenComplete(on: loop) { [held = Held(self)] in
                if !held.value.isOver { held.value.look(in: upstream, mayWait: false) }
            }
        if isWaiting { return }
        fail(.noPeer("the upstream \(upstream.plan.name) has no target that can be used"))
    }

    private func open(_ address: SocketAddress, serverName: String) {
        if let facts {
            facts.tries.append(
                UpstreamFacts.Try(
                    host: address.host, port: address.port, startedAt: lookedAt,
                    latency: max(0, WallClock.nanoseconds - lookedAt)))
        }
        let security = service.tls.map { UpstreamTarget.Security(context: $0, serverName: serverName) }
        upstream = proxy.pool.open(
            UpstreamTarget(address: address, security: security, speaksHTTP2: service.scheme.isGRPC),
            service.timeouts, owner: self)
    }

    private func fail(_ failure: ProxyFailure) {
        isOver = true
        upstream = nil
        self.failure = failure
        answer = .failure(failure)
        // Not within the handler's call that has begun this.
        let resumption = Held(resumption)
        loop.execute { _ = resumption.value.resume { _ in } }
    }

    /// Stays on the loop, which makes it safe to send.
    private struct Held<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    // MARK: - UpstreamExchangeOwner

    func upstreamReady(_ exchange: any UpstreamExchange) {
        upstream = exchange
        sentAt = loop.now
        if let body {
            exchange.send(request, body: body.span)
            return
        }
        let first = kept + early
        early = []
        keep(first.span, anew: true)
        exchange.send(request, body: first.span)
        if isBodyComplete {
            if request.body != .none { exchange.endBody() }
        } else {
            resumption.resumeBody()
        }
    }

    func upstreamAnswered(_ head: borrowing ResponseHead) {
        upstreamLatency = Int(loop.now - (sentAt ?? loop.now))
        peer?.answered(status: head.status, now: loop.now)
        if let facts {
            let now = WallClock.nanoseconds
            facts.status = head.status
            facts.latency = upstreamLatency
            facts.answeredAt = now / 1_000_000
            if !facts.tries.isEmpty { facts.tries[facts.tries.count - 1].endedAt = now }
        }
        isTunnel = head.status == 101
        kept = []
        // A length may stand there without a body, as for HEAD.
        let isWhole = head.endsAnswer && head.contentLength == nil && !request.isHead
        answer = isTunnel ? .tunnel : isWhole ? .whole : .relayed(length: head.contentLength)
        // Copied here, where the head is lent.
        _ = resumption.resume(isFollowed: head.isFollowed) { exchange in
            exchange.response.status = head.status
            exchange.response.addFields(head.fields)
            if isTunnel {
                exchange.response.setField("connection", "Upgrade" as StaticString)
                exchange.response.setField("upgrade", head.upgrade.span)
            }
        }
    }

    func upstreamPaused() { resumption.settle() }

    func upstreamSent(_ bytes: Span<UInt8>) -> Bool {
        guard let reading else { return resumption.send(bytes) }
        switch reading.take(bytes) {
        case .passes: return resumption.send(bytes)
        case .collects: return true
        case .isTooLarge(let maximum):
            upstream?.cancel()
            upstream = nil
            giveUp(.tooLarge(maximum))
            return true
        }
    }

    func upstreamEnded(_ trailers: borrowing FieldList) {
        isOver = true
        peer?.end()
        upstream = nil
        if let reading {
            self.reading = nil
            if let body = reading.end(isComplete: true) {
                answer = .collected(body)
                _ = resumption.resume { _ in }
                return
            }
        }
        if trailers.isEmpty { return resumption.end() }
        resumption.end { exchange in
            for index in 0..<trailers.count {
                exchange.response.addTrailer(trailers.name(index), trailers.value(index))
            }
        }
    }

    func upstreamDrained() { if !isOver { resumption.resumeBody() } }

    func upstreamFailed(_ error: UpstreamError) {
        upstream = nil
        peer?.end()
        if isOver { return }
        if let facts, !facts.tries.isEmpty {
            facts.tries[facts.tries.count - 1].failure = ProxyFailure(error).status
            facts.tries[facts.tries.count - 1].endedAt = WallClock.nanoseconds
        }
        if answer != nil {
            if reading?.isCollecting == true { return giveUp(ProxyFailure(error)) }
            isOver = true
            endReading()
            return resumption.fail()
        }
        if let peer {
            peer.failed(error)
            // That a kept connection had ended says nothing of the peer: a key stays with it.
            if !error.isStale { tried.append(peer.peer) }
        }
        if mayTryAgain(after: error) { return look() }
        fail(ProxyFailure(error))
    }

    // MARK: - Bodies that do not just pass

    /// Reads the answer's body whole, in place of passing it on; the request is resumed when it is there.
    func collect(maximum: Int) { reading = AnswerReading(.whole(maximum: maximum)) }

    /// Shows the answer's body to those while it passes.
    func show(to observers: [any BodyObserver]) { reading = AnswerReading(.observed(observers)) }

    /// The answer's head was there, but has not gone out.
    private func giveUp(_ failure: ProxyFailure) {
        isOver = true
        peer?.end()
        endReading()
        self.failure = failure
        answer = .failure(failure)
        _ = resumption.resume { _ in }
    }

    private func endReading() {
        _ = reading?.end(isComplete: false)
        reading = nil
    }

    private func mayTryAgain(after error: UpstreamError) -> Bool {
        guard tries <= service.retries else { return false }
        // The same target would be as full; another may not be.
        if error.kind == .poolFull, !hasUntriedPeer { return false }
        // The rest of the body could not follow.
        if hasSentBody { return false }
        if error.isUnsent { return true }
        // The upstream may have acted on it; only what may be done twice is done again.
        return error.kind == .closed && isIdempotent
    }

    private var hasUntriedPeer: Bool {
        service.upstream.map { proxy.chooser(of: $0).hasAvailable(except: tried) } ?? false
    }

    /// So much of a body that comes in pieces is kept until there is an answer: a server that ends its connection says
    /// which requests it has not looked at.
    private static let keptBody = 1 << 14

    private func keep(_ bytes: Span<UInt8>, anew: Bool = false) {
        if anew { kept = [] }
        if hasSentBody || answer != nil || bytes.isEmpty { return }
        if kept.count + bytes.count > Self.keptBody {
            kept = []
            hasSentBody = true
        } else {
            kept.append(bytes)
        }
    }

    // MARK: - Relay and Tunnel

    func received(_ bytes: Span<UInt8>) -> Bool {
        for observer in requestObservers { observer.passed(bytes) }
        guard let upstream, sentAt != nil else {
            early.append(bytes)
            return false
        }
        keep(bytes)
        return upstream.send(bytes)
    }

    func bodyEnded() {
        isBodyComplete = true
        for observer in requestObservers { observer.ended(isComplete: true) }
        if sentAt != nil { upstream?.endBody() }
    }

    /// The client of a tunnel sends no more.
    func ended() {
        isOver = true
        peer?.end()
        upstream?.endBody()
        upstream = nil
        resumption.end()
    }

    func drained() { upstream?.resume() }

    func abandoned() {
        isOver = true
        peer?.end()
        endReading()
        upstream?.cancel()
        upstream = nil
    }
}
