internal import Bytes
internal import EventLoop
internal import HTTP2
internal import HTTPServer

/// One request and its answer on a connection by HTTP/2.
///
///     begun ─▶ head sent ─▶ answer's head ─▶ body … ─▶ trailers ─▶ end
final class HTTP2UpstreamStream: HTTP2StreamOwner, UpstreamCarrier {
    let ticket: UpstreamTicket
    private unowned let connection: HTTP2UpstreamConnection
    private var id: Int32?
    private var isGone = false
    private var isReset = false
    // The request.
    /// Bytes of its body that wait for the upstream's window.
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var bodyIsComplete = true
    private var isClientHeld = false
    private var wantsMore = false
    // The answer.
    private var head = ResponseHead()
    private var trailers = FieldList()
    private var hasHead = false
    private var headBytes = 0
    private var isHeld = false
    /// Bytes of the body that were handed on and not yet counted as taken.
    private var untaken = 0
    private var readDeadline = UInt64.max
    private var stall = WriteStall()

    /// More of the body is not taken before the client is held back.
    private static let outputBound = 1 << 16

    init(_ ticket: UpstreamTicket, on connection: HTTP2UpstreamConnection) {
        self.ticket = ticket
        self.connection = connection
    }

    private var owner: (any UpstreamExchangeOwner)? { ticket.owner }
    private var session: HTTP2Session { connection.session }
    private var now: UInt64 { connection.loop.now }

    // MARK: - The request

    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>) {
        let fields = HTTP2RequestWriter.fields(of: request, isSecure: connection.isSecure)
        outgoing.append(body)
        switch request.body {
        case .none: bodyIsComplete = true
        case .length(let length): bodyIsComplete = body.count == length
        case .open: bodyIsComplete = false
        }
        let hasBody = !bodyIsComplete || !body.isEmpty
        guard let id = session.request(fields, hasBody: hasBody, owner: self) else {
            // The connection has come to its end since it was chosen.
            connection.retire()
            end()
            let text = "the connection to \(connection.server.target.address) takes no more requests"
            return connection.server.failLater(ticket, UpstreamError(.refused, text))
        }
        self.id = id
        readDeadline = now + ticket.timeouts.read
        connection.settle()
    }

    func send(_ bytes: Span<UInt8>) -> Bool {
        guard let id, !isGone else { return true }
        // A queue that never runs empty must not keep what has left it.
        if sent >= Self.outputBound {
            outgoing.removeFirst(sent)
            sent = 0
        }
        outgoing.append(bytes)
        if !isHeld { readDeadline = now + ticket.timeouts.read }
        session.resume(id)
        connection.settle()
        isClientHeld = outgoing.count - sent >= Self.outputBound
        return !isClientHeld
    }

    func endBody() {
        guard let id, !isGone, !bodyIsComplete else { return }
        bodyIsComplete = true
        if !isHeld { readDeadline = now + ticket.timeouts.read }
        session.resume(id)
        connection.settle()
    }

    func nextData(into output: inout OutputSpan<UInt8>) -> HTTP2DataState {
        let count = min(output.freeCapacity, outgoing.count - sent)
        output.append(copying: outgoing, sent..<sent + count)
        sent += count
        if count > 0 { stall.reset() }
        guard sent == outgoing.count else { return .more }
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
        if bodyIsComplete { return .ended }
        if !wantsMore {
            wantsMore = true
            connection.refill(self)
        }
        return .pending
    }

    /// The session has sent what there was: the client may send more.
    func refill() {
        guard wantsMore else { return }
        wantsMore = false
        guard isClientHeld else { return }
        isClientHeld = false
        owner?.upstreamDrained()
    }

    func resume() {
        guard isHeld else { return }
        isHeld = false
        guard let id, !isGone else { return }
        readDeadline = now + ticket.timeouts.read
        session.consume(id, untaken)
        untaken = 0
        connection.settle()
    }

    func cancel() {
        reset(.cancel)
        connection.settle()
    }

    // MARK: - What the session tells

    func field(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if isReset { return }
        headBytes += name.count + value.count
        guard headBytes <= connection.server.pool.limits.headerBytes else {
            return fail(.malformed, "the answer's header fields are too large", reset: .enhanceYourCalm)
        }
        if hasHead { return trailers.add(name, value) }
        switch name.count {
        case 7 where name.equals(":status"): head.status = Self.number(value) ?? 0
        case 14 where name.equals("content-length"): head.contentLength = Self.number(value)
        default: head.fields.add(name, value)
        }
    }

    private static func number(_ value: Span<UInt8>) -> Int? {
        guard value.count > 0, value.count <= 18 else { return nil }
        var number = 0
        for index in value.indices {
            let digit = Int(value[index]) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    func headersEnded(endsStream: Bool) {
        if !isHeld { readDeadline = now + ticket.timeouts.read }
        if isReset { return }
        if hasHead { return endsStream ? streamEnded() : () }
        if head.status < 200 {
            // More comes (RFC 9113 §8.1); to change protocols is not a thing of HTTP/2.
            headBytes = 0
            return head.reset()
        }
        hasHead = true
        headBytes = 0
        head.endsAnswer = endsStream
        guard endsStream else {
            owner?.upstreamAnswered(head)
            return
        }
        // Nothing more belongs to the request, whatever its owner does now.
        let owner = detach()
        owner?.upstreamAnswered(head)
        complete(owner)
    }

    func data(_ bytes: Span<UInt8>) {
        guard let id else { return }
        guard let owner else { return session.consume(id, bytes.count) }
        if !isHeld { readDeadline = now + ticket.timeouts.read }
        if !owner.upstreamSent(bytes), !isGone {
            isHeld = true
            readDeadline = .max
        }
        if isHeld { untaken += bytes.count } else { session.consume(id, bytes.count) }
    }

    func streamEnded() { complete(detach()) }

    /// The answer is complete.
    private func complete(_ owner: (any UpstreamExchangeOwner)?) {
        // The rest of the request is not wanted (RFC 9113 §8.1).
        if !bodyIsComplete || sent < outgoing.count { reset(.cancel) }
        owner?.upstreamEnded(trailers)
    }

    func streamClosed(_ code: HTTP2ErrorCode) {
        isGone = true
        if !connection.isClosed {
            if code == .refusedStream {
                tell(.refused, "the upstream refused the stream")
            } else {
                tell(.closed, "the upstream ended the stream with \(code.name)")
            }
        } else {
            connectionClosed()
        }
        connection.streamEnded(self)
    }

    func connectionClosed() {
        isGone = true
        tell(.closed, "the connection to the upstream broke")
    }

    // MARK: - The end

    /// The request has no more to do with this stream.
    private func detach() -> (any UpstreamExchangeOwner)? {
        let owner = owner
        ticket.owner = nil
        ticket.carrier = nil
        readDeadline = .max
        return owner
    }

    private func tell(_ kind: UpstreamError.Kind, _ reason: String) {
        readDeadline = .max
        guard ticket.owner != nil else { return }
        let isStale = kind == .closed && ticket.isReused && !hasHead && connection.isClosed
        ticket.fail(UpstreamError(kind, "\(connection.server.target.address): \(reason)", isStale: isStale))
    }

    private func fail(_ kind: UpstreamError.Kind, _ reason: String, reset code: HTTP2ErrorCode) {
        reset(code)
        tell(kind, reason)
    }

    private func reset(_ code: HTTP2ErrorCode) {
        readDeadline = .max
        outgoing = []
        sent = 0
        guard !isGone, !isReset else { return }
        isReset = true
        if let id { session.reset(id, code) } else { end() }
    }

    /// Nothing of it was sent.
    private func end() {
        isGone = true
        connection.streamEnded(self)
    }

    // MARK: - The clock

    func sweep(_ now: UInt64) {
        if isGone { return }
        let queued = outgoing.count - sent
        if stall.isOver(queued, now: now, limit: ticket.timeouts.write) {
            noteSilence(now, ticket.timeouts.write)
            return fail(.writeTimeout, "the upstream takes nothing of the request", reset: .cancel)
        }
        // It cannot answer what it has not got.
        guard now >= readDeadline, queued == 0 else { return }
        // While the client takes its time with the body, the upstream is not late.
        if !hasHead, !bodyIsComplete {
            readDeadline = now + ticket.timeouts.read
            return
        }
        noteSilence(now, ticket.timeouts.read)
        fail(.readTimeout, "the upstream sent nothing in time", reset: .cancel)
    }

    /// A connection that has been silent as a whole may be dead: it gets no further request.
    private func noteSilence(_ now: UInt64, _ limit: UInt64) {
        if now - min(now, connection.heardAt) >= limit { connection.retire() }
    }
}
