package import TLS

/// What the handshake of a request's connection told.
package final class TLSFacts {
    /// The name that the client asked for, in lower case.
    package let serverName: String?
    package let serverNameBytes: [UInt8]
    /// Such as `TLSv1.3`.
    package let version: String
    package let cipher: String
    /// PEM; nil when the client showed none.
    package let clientCertificate: String?
    /// Why the client's certificate is not trusted; nil when it is, or there is none.
    package let clientProblem: String?

    package init(_ session: TLSSession) {
        serverName = session.serverName?.lowercased()
        serverNameBytes = serverName.map { Array($0.utf8) } ?? []
        version = session.version
        cipher = session.cipher
        clientCertificate = session.peerCertificate
        clientProblem = clientCertificate == nil ? nil : session.peerProblem
    }
}
