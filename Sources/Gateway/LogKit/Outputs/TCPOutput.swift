internal import Bytes
internal import System
package import TLS

/// Entries on a TCP connection, which is made when there is something to send and kept while that goes on.
package final class TCPOutput: EntryOutput {
    /// Whom to send to, and how.
    package struct Peer: Hashable, Sendable {
        package struct TLS: Hashable, Sendable {
            /// What the server is asked for, and what its certificate must say where that is verified.
            var serverName: String
            /// Nil: not verified.
            var trust: TLSTrust?

            package init(serverName: String, trust: TLSTrust?) {
                self.serverName = serverName
                self.trust = trust
            }
        }

        var host: String
        var port: Int
        /// Milliseconds that connecting may take, or sending without any progress.
        var timeout: Int
        /// Milliseconds that an unused connection is kept.
        var keepalive: Int
        package var tls: TLS?

        package init(host: String, port: Int, timeout: Int, keepalive: Int, tls: TLS? = nil) {
            self.host = host
            self.port = port
            self.timeout = timeout
            self.keepalive = keepalive
            self.tls = tls
        }
    }

    private let peer: Peer
    private var connection: Connection?
    private var lastProgress = ContinuousClock.now

    /// Records of TLS hold no more; more at once would only be more to send again.
    private static let largestPiece = 1 << 14
    private static let patience = 100
    private static let farewell = Duration.milliseconds(300)

    init(_ peer: Peer) { self.peer = peer }

    var idleLimit: Duration? { connection == nil ? nil : .milliseconds(peer.keepalive) }

    func rest() { close() }

    func close() {
        connection?.close()
        connection = nil
    }

    func send(_ batch: inout EntryBatch, isFresh: Bool) throws(SystemError) -> SentEntries {
        do throws(SystemError) {
            let connection = try current()
            let range = batch.isWithinEntry ? batch.restOfEntry : batch.next(within: Self.largestPiece)
            let count = try connection.send(batch.bytes.span.extracting(range), waiting: Self.patience)
            let now = ContinuousClock.now
            if count > 0 || connection.hasMoved {
                lastProgress = now
            } else if now - lastProgress > .milliseconds(peer.timeout) {
                throw SystemError(operation: "send to", subject: connection.name, reason: "it takes nothing")
            }
            return SentEntries(sent: batch.advance(count))
        } catch {
            connection = nil
            // Whoever reads the next connection has not seen the first part.
            batch.restartEntry()
            throw error
        }
    }

    private func current() throws(SystemError) -> Connection {
        if let connection {
            // A server that has gone would swallow what is sent next.
            if try connection.isOpen() { return connection }
            self.connection = nil
        }
        let socket = try OutputSocket.tcp(peer.host, port: peer.port, timeout: peer.timeout)
        let opened = try Connection(socket, peer)
        connection = opened
        lastProgress = .now
        return opened
    }
}

extension TCPOutput {
    /// One connection, with TLS or without. Bytes count as sent when the system has them.
    private final class Connection {
        let name: String
        private let socket: OutputSocket
        private let tls: (session: TLSSession, buffers: TLSBuffers)?
        /// What is encrypted and not sent, and what that says.
        private var encrypted: [UInt8] = []
        private var sent = 0
        private var plainCount = 0
        /// Whether the last call has sent something.
        private(set) var hasMoved = false

        init(_ socket: OutputSocket, _ peer: Peer) throws(SystemError) {
            self.socket = socket
            name = LogDestination.tcp(peer).description
            guard let options = peer.tls else {
                tls = nil
                return
            }
            let buffers = TLSBuffers()
            do throws(TLSError) {
                let context = try TLSContext.client(trust: options.trust)
                tls = (try TLSSession(context, buffers: buffers, serverName: options.serverName), buffers)
            } catch { throw Self.error("speak TLS with", name, error) }
            try shake(within: .milliseconds(peer.timeout))
        }

        private static func error(_ operation: String, _ subject: String, _ cause: TLSError) -> SystemError {
            SystemError(operation: operation, subject: subject, reason: cause.message)
        }

        // MARK: - Handshake

        private func shake(within limit: Duration) throws(SystemError) {
            guard let tls else { return }
            let deadline = ContinuousClock.now + limit
            do throws(TLSError) { try tls.session.start() } catch { throw Self.error("speak TLS with", name, error) }
            while tls.session.state == .handshaking {
                _ = try flush(waiting: TCPOutput.patience)
                guard ContinuousClock.now < deadline else {
                    throw SystemError(operation: "speak TLS with", subject: name, reason: "it does not answer")
                }
                guard let bytes = try socket.receive(atMost: 1 << 14, waiting: TCPOutput.patience) else { continue }
                if bytes.isEmpty {
                    throw SystemError(
                        operation: "speak TLS with", subject: name, reason: "it ended the connection")
                }
                try take(bytes)
            }
            _ = try flush(waiting: TCPOutput.patience)
        }

        private func take(_ bytes: [UInt8]) throws(SystemError) {
            guard let tls else { return }
            do throws(TLSError) {
                try tls.session.receive(bytes.span) { _ in true }
            } catch {
                // The alert that says why.
                _ = try flush(waiting: 0)
                throw Self.error("speak TLS with", name, error)
            }
        }

        // MARK: - Bytes

        /// False when the peer has ended it. What it says is of no interest.
        func isOpen() throws(SystemError) -> Bool {
            while let bytes = try socket.receive(atMost: 1 << 14, waiting: 0) {
                if bytes.isEmpty { return false }
                try take(bytes)
                if let tls, tls.session.state != .open { return false }
            }
            return true
        }

        /// Sends what there is room for; how many of the bytes are away. With TLS that is all or nothing, and it is
        /// called again with the same bytes until it is all.
        func send(_ bytes: Span<UInt8>, waiting milliseconds: Int) throws(SystemError) -> Int {
            guard let tls else {
                let count = try socket.send(bytes, waiting: milliseconds)
                hasMoved = count > 0
                return count
            }
            if plainCount == 0 {
                do throws(TLSError) { try tls.session.send(bytes) } catch { throw Self.error("send to", name, error) }
                plainCount = bytes.count
            }
            guard try flush(waiting: milliseconds) else { return 0 }
            defer { plainCount = 0 }
            return plainCount
        }

        /// Whether all that is encrypted is away.
        private func flush(waiting milliseconds: Int) throws(SystemError) -> Bool {
            guard let tls else { return true }
            tls.buffers.moveOutput(to: &encrypted)
            hasMoved = false
            while sent < encrypted.count {
                let bytes = encrypted
                let count = try socket.send(bytes.span.extracting(sent..<bytes.count), waiting: milliseconds)
                if count == 0 { return false }
                hasMoved = true
                sent += count
            }
            encrypted.removeAll(keepingCapacity: true)
            sent = 0
            return true
        }

        /// Lets the peer have all: a connection that is closed with something unread takes back what was sent.
        func close() {
            do throws(SystemError) {
                if let tls, plainCount == 0 {
                    tls.session.end()
                    guard try flush(waiting: 0) else { return }
                }
                try socket.finish(within: TCPOutput.farewell)
            } catch {
                // A peer that has gone is what was wanted.
                return
            }
        }
    }
}
