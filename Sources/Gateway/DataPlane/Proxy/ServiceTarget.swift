internal import GatewayModel
internal import HTTPUpstream
internal import JSON
internal import TLS

/// A service entity, compiled: where its requests go and how long they may take.
final class ServiceTarget: Sendable {
    enum Scheme: String, Sendable {
        case http, https, grpc, grpcs

        var isSecure: Bool { self == .https || self == .grpcs }
        var isGRPC: Bool { self == .grpc || self == .grpcs }
        /// The port that needs no mention in `Host`.
        var port: Int { isSecure ? 443 : 80 }
    }

    let id: String
    let scheme: Scheme
    let host: String
    let port: Int
    /// `/` when the entity has none.
    let path: [UInt8]
    let timeouts: UpstreamTimeouts
    /// Tries after the first.
    let retries: Int
    let isEnabled: Bool
    /// Nil for a service in plain text.
    let tls: TLSContext?
    /// What `Host` says when the client's is not kept.
    let authority: [UInt8]
    /// Whose name the host is; nil when it is a name or an address like any other.
    let upstream: Upstream?
    /// The certificate that the upstream shows where the service has none: part of what `tls` was made from.
    let fallbackCertificate: String?

    /// - Parameter tls: Made from the entity's certificate, authorities and verification.
    init(_ entity: Entity, tls: TLSContext?, upstream: Upstream? = nil, fallbackCertificate: String? = nil) {
        self.fallbackCertificate = fallbackCertificate
        func integer(_ field: String, _ fallback: Int) -> Int { entity.fields[field]?.integerValue ?? fallback }
        id = entity.id
        scheme = Scheme(rawValue: entity.text("protocol") ?? "http") ?? .http
        host = entity.text("host") ?? ""
        port = integer("port", 80)
        path = Array((entity.text("path") ?? "/").utf8)
        timeouts = UpstreamTimeouts(
            connect: UInt64(integer("connect_timeout", 60_000)), write: UInt64(integer("write_timeout", 60_000)),
            read: UInt64(integer("read_timeout", 60_000)))
        retries = integer("retries", 5)
        isEnabled = entity.fields["enabled"]?.boolValue ?? true
        self.tls = tls
        self.upstream = upstream
        let shownHost = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        authority = Array((port == scheme.port ? shownHost : "\(shownHost):\(port)").utf8)
    }
}
