import EventLoop
import TestCertificates

@testable import TLS

/// A client and a server whose bytes go to each other in memory, cut as the test wants.
final class SessionPair {
    let client: TLSSession
    let server: TLSSession
    private let clientBuffers: TLSBuffers
    private let serverBuffers: TLSBuffers
    private let cut: Int
    /// Bytes under way.
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    private(set) var clientReceived: [UInt8] = []
    private(set) var serverReceived: [UInt8] = []

    init(client: TLSContext, server: TLSContext, serverName: String? = "a.test", cut: Int = .max) throws {
        let loop = try EventLoop()
        clientBuffers = TLSBuffers(loop: loop)
        serverBuffers = TLSBuffers(loop: loop)
        self.cut = cut
        self.client = try TLSSession(client, buffers: clientBuffers, serverName: serverName)
        self.server = try TLSSession(server, buffers: serverBuffers)
    }

    /// Exchanges bytes until nobody has more to say.
    func run() throws {
        if client.state == .handshaking { try client.start() }
        collect()
        while !toServer.isEmpty || !toClient.isEmpty {
            if !toServer.isEmpty {
                let piece = Array(toServer.prefix(cut))
                toServer.removeFirst(piece.count)
                serverReceived += try deliver(piece, to: server)
            } else {
                let piece = Array(toClient.prefix(cut))
                toClient.removeFirst(piece.count)
                clientReceived += try deliver(piece, to: client)
            }
        }
    }

    private func deliver(_ piece: [UInt8], to session: TLSSession) throws -> [UInt8] {
        defer { collect() }
        var received: [UInt8] = []
        try session.receive(piece.span) { plaintext in
            for index in plaintext.indices { received.append(plaintext[index]) }
            return true
        }
        return received
    }

    private func collect() {
        toServer += clientBuffers.output
        clientBuffers.output = []
        toClient += serverBuffers.output
        serverBuffers.output = []
    }

    /// What the server would have said when it failed, such as an alert.
    var bytesForClient: Int {
        collect()
        return toClient.count
    }
}

enum Contexts {
    static func identity(_ identity: TestCertificates.Identity) throws -> TLSIdentity {
        try TLSIdentity(certificate: identity.certificate, key: identity.key)
    }

    static func server(
        _ options: TLSOptions = TLSOptions(), clients: TLSContext.ClientVerification = .none
    ) throws -> TLSContext {
        let identity = try identity(TestCertificates.shared().server)
        return try .server(options, clients: clients) { _ in [identity] }
    }

    static func client(
        _ options: TLSOptions = TLSOptions(), identity: TestCertificates.Identity? = nil
    ) throws -> TLSContext {
        let certificates = try TestCertificates.shared()
        return try .client(
            options, trust: TLSTrust(authorities: certificates.authority.certificate),
            identity: try identity.map { try Self.identity($0) })
    }
}
