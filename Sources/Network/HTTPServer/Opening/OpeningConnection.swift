internal import Bytes
internal import EventLoop
internal import TLS

/// A connection before its first request: PROXY header, TLS, and which version of HTTP it speaks.
///
///     PROXY header? ─▶ TLS handshake? ─▶ HTTP/2 by ALPN, or by its preface ─▶ HTTP2Connection
///                                    └─▶ HTTP1Connection
final class OpeningConnection: TCPConnectionOwner, ServedConnection {
    private enum Phase {
        case proxyHeader, handshake, preface, handedOver
    }

    private let tcp: TCPConnection
    private let server: HTTPServer
    private let options: HTTPListenerOptions
    private let facts: ConnectionFacts
    private var announced: SocketAddress?
    private var phase: Phase
    private var unread: [UInt8] = []
    private let deadline: UInt64

    /// What a client of HTTP/2 begins with (RFC 9113 §3.4).
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    init(_ tcp: TCPConnection, server: HTTPServer, facts: ConnectionFacts) {
        self.tcp = tcp
        self.server = server
        options = server.options
        self.facts = facts
        phase = options.hasProxyHeader ? .proxyHeader : .preface
        deadline = tcp.loop.now + server.limits.headerTimeout
    }

    func start() {
        tcp.owner = self
        if phase == .preface, let context = options.tls { return shake(context, rest: []) }
        tcp.start()
    }

    // MARK: - TCPConnectionOwner

    func received(_ bytes: Span<UInt8>) {
        unread.append(bytes)
        switch phase {
        case .proxyHeader: readProxyHeader()
        case .preface: readPreface()
        case .handshake, .handedOver: break
        }
    }

    func drained() {}

    func ended() { tcp.close() }

    func closed() {
        if phase != .handedOver { server.closed(self) }
    }

    private func fail(_ reason: String) {
        options.failed?(reason, facts.remoteAddress)
        tcp.close()
    }

    // MARK: - Steps

    private func readProxyHeader() {
        let bytes = unread
        switch ProxyProtocol.parse(bytes.span) {
        case .incomplete: return
        case .malformed(let reason): return fail(reason)
        case .complete(let used, let client):
            announced = client
            unread.removeFirst(used)
        }
        if let context = options.tls {
            let rest = unread
            unread = []
            return shake(context, rest: rest)
        }
        phase = .preface
        readPreface()
    }

    private func shake(_ context: TLSContext, rest: [UInt8]) {
        phase = .handshake
        let session: TLSSession
        do throws(TLSError) { session = try TLSSession(context, buffers: server.tlsBuffers) } catch {
            return fail(error.message)
        }
        let connection = TLSConnection(tcp, session, buffers: server.tlsBuffers) { [self] connection, error in
            if let error {
                options.failed?(error.message, facts.remoteAddress)
                if error.kind == .plainText { refusePlainText() }
            } else {
                finish(.secure(connection), isHTTP2: session.negotiatedProtocol == "h2", tls: TLSFacts(session))
            }
        }
        // Until somebody serves it, its end is told here.
        connection.owner = self
        connection.start()
        if !rest.isEmpty { connection.received(rest.span) }
    }

    /// What a browser shows to who has forgotten the `s` of `https`.
    private func refusePlainText() {
        let body = "The plain HTTP request was sent to HTTPS port\n"
        let text =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
        let bytes = Array(text.utf8)
        tcp.write(bytes.span)
    }

    private func readPreface() {
        guard options.speaksHTTP2 else { return finish(.plain(tcp), isHTTP2: false, tls: nil) }
        let known = min(unread.count, Self.preface.count)
        if known == 0 { return }
        let isPrefix = unread.prefix(known).elementsEqual(Self.preface.prefix(known))
        if isPrefix, known < Self.preface.count { return }
        finish(.plain(tcp), isHTTP2: isPrefix, tls: nil)
    }

    private func finish(_ transport: Transport, isHTTP2: Bool, tls: TLSFacts?) {
        phase = .handedOver
        let exchange = Exchange(
            loop: tcp.loop,
            connection: ConnectionFacts(
                remoteAddress: facts.remoteAddress, localAddress: facts.localAddress, announcedAddress: announced,
                tls: tls))
        let rest = unread
        unread = []
        server.serve(transport, isHTTP2: isHTTP2, exchange, after: self, rest: rest)
    }

    // MARK: - ServedConnection

    var isIdle: Bool { false }
    var isAnswering: Bool { false }
    func sweep(_ now: UInt64) { if now >= deadline { fail("the connection took too long to begin") } }
    func drain() { tcp.close() }
    func cut() { tcp.close() }
}
