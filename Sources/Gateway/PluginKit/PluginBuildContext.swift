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
    private let findCertificate: @Sendable (String) throws -> CertificatePair?
    private let findAuthority: @Sendable (String) throws -> String?

    package init(
        pluginID: String, pluginName: String, logger: Logger,
        certificate: @escaping @Sendable (String) throws -> CertificatePair? = { _ in nil },
        certificateAuthority: @escaping @Sendable (String) throws -> String? = { _ in nil }
    ) {
        self.pluginID = pluginID
        self.pluginName = pluginName
        self.logger = logger
        findCertificate = certificate
        findAuthority = certificateAuthority
    }

    /// The certificate entity with that id.
    ///
    /// - Parameter field: Where `config` names it, for the error.
    package func certificate(_ id: String, field: String) throws -> CertificatePair {
        guard let found = try findCertificate(id) else {
            throw PluginBuildError(field, "the certificate '\(id)' does not exist")
        }
        return found
    }

    /// The PEM text of the CA certificate entity with that id.
    package func certificateAuthority(_ id: String, field: String) throws -> String {
        guard let found = try findAuthority(id) else {
            throw PluginBuildError(field, "the CA certificate '\(id)' does not exist")
        }
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
