package import Observability

/// What a plugin may use while it is made.
package struct PluginBuildContext: Sendable {
    /// A certificate entity with references resolved.
    package struct CertificatePair: Sendable, Hashable {
        /// PEM, intermediates after the certificate.
        package let certificate: String
        /// PEM.
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package let pluginID: String
    /// The name of the kind of plugin.
    package let pluginName: String
    package let logger: Logger
    /// PEM of the authorities that are trusted where a configuration names none; nil: the system's.
    package let trustedAuthorities: String?
    private let findCertificate: @Sendable (String) throws -> CertificatePair?
    private let findAuthority: @Sendable (String) throws -> String?

    package init(
        pluginID: String, pluginName: String, logger: Logger, trustedAuthorities: String? = nil,
        certificate: @escaping @Sendable (String) throws -> CertificatePair? = { _ in nil },
        certificateAuthority: @escaping @Sendable (String) throws -> String? = { _ in nil }
    ) {
        self.pluginID = pluginID
        self.pluginName = pluginName
        self.logger = logger
        self.trustedAuthorities = trustedAuthorities
        findCertificate = certificate
        findAuthority = certificateAuthority
    }

    /// The certificate entity with that id.
    ///
    /// - Parameter field: Where `config` names it, for the error.
    package func certificate(_ id: String, field: String) throws -> CertificatePair {
        try Self.find("certificate", id, field, findCertificate)
    }

    /// The PEM text of the CA certificate entity with that id.
    package func certificateAuthority(_ id: String, field: String) throws -> String {
        try Self.find("CA certificate", id, field, findAuthority)
    }

    private static func find<Found>(
        _ kind: String, _ id: String, _ field: String, _ find: (String) throws -> Found?
    ) throws -> Found {
        let found: Found?
        do { found = try find(id) } catch {
            throw PluginBuildError(field, "the \(kind) '\(id)' cannot be used: \(error)")
        }
        guard let found else { throw PluginBuildError(field, "the \(kind) '\(id)' does not exist") }
        return found
    }
}

/// A configuration that fits its schema but cannot work.
package struct PluginBuildError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Within `config`, dotted; empty: the whole.
    package let field: String
    package let message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    package var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
