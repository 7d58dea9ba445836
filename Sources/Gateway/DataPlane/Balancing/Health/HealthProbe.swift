internal import Bytes
internal import EventLoop
internal import HTTPServer
internal import HTTPUpstream
internal import TLS

/// One check of one peer: a connection, and a request on it where the kind of check wants one. Belongs to its loop.
final class HealthProbe: UpstreamExchangeOwner {
    private let peer: Peer
    private let settings: HealthChecks.Active
    private let context: TLSContext?
    private let pool: UpstreamPool
    private var completion: ((PeerHealth.Finding?) -> Void)?
    private var exchange: (any UpstreamExchange)?
    private var timer: LoopTimer?

    /// - Parameter completion: Called once unless the check is cancelled, never before `start` returns; nil: the check
    ///   says nothing.
    init(
        _ peer: Peer, _ settings: HealthChecks.Active, _ context: TLSContext?, _ pool: UpstreamPool,
        completion: @escaping (PeerHealth.Finding?) -> Void
    ) {
        self.peer = peer
        self.settings = settings
        self.context = context
        self.pool = pool
        self.completion = completion
    }

    func start() {
        timer = pool.loop.schedule(after: settings.timeout) { [self] in end(.timeout) }
        let security = context.map {
            UpstreamTarget.Security(context: $0, serverName: settings.serverName ?? peer.serverName)
        }
        let limit = settings.timeout
        exchange = pool.open(
            UpstreamTarget(address: peer.address, security: security),
            UpstreamTimeouts(connect: limit, write: limit, read: limit), owner: self)
    }

    func cancel() {
        completion = nil
        close()
    }

    private func end(_ finding: PeerHealth.Finding?) {
        guard let completion else { return }
        self.completion = nil
        close()
        completion(finding)
    }

    private func close() {
        timer?.cancel()
        timer = nil
        exchange?.cancel()
        exchange = nil
    }

    private var request: UpstreamRequest {
        var request = UpstreamRequest()
        request.method = Array("GET".utf8)
        request.target = Array(settings.path.utf8)
        request.authority = peer.authority(isSecure: settings.kind.isSecure)
        for field in settings.fields {
            if field.name.lowercased() == "host" {
                request.authority = Array(field.value.utf8)
            } else {
                request.fields.add(Array(field.name.utf8).span, Array(field.value.utf8).span)
            }
        }
        request.fields.add("Connection", Array("close".utf8).span)
        return request
    }

    // MARK: - UpstreamExchangeOwner

    func upstreamReady(_ exchange: any UpstreamExchange) {
        self.exchange = exchange
        if !settings.kind.asks { return end(.success) }
        exchange.send(request, body: [UInt8]().span)
    }

    func upstreamAnswered(_ head: borrowing ResponseHead) { end(settings.limits.finding(head.status)) }

    func upstreamSent(_ bytes: Span<UInt8>) -> Bool { true }
    func upstreamEnded(_ trailers: borrowing FieldList) {}
    func upstreamDrained() {}

    func upstreamFailed(_ error: UpstreamError) {
        exchange = nil
        end(HealthChecks.Limits.finding(error))
    }
}
