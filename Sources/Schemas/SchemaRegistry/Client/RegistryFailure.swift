/// Why a schema is not there.
package struct RegistryFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// The registry, or the token endpoint, does not answer, or says that it cannot now.
        case unavailable
        /// It has failed so often that it is not asked for a while.
        case circuitOpen
        /// The subject, version or schema does not exist.
        case notFound
        /// The registry or the token endpoint does not let us in.
        case unauthorized
        /// The registry does not take what was asked or sent.
        case refused
        /// What the registry says is not what a registry says.
        case invalidAnswer
        /// The schema cannot be used.
        case invalidSchema
    }

    package let kind: Kind
    /// A sentence for the operator; holds no secret.
    package let message: String
    /// The registry's own code (reference section 5.5).
    package let code: Int?

    package init(_ kind: Kind, _ message: String, code: Int? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
    }

    /// Whether a later try may succeed with nothing changed.
    package var isTransient: Bool { kind == .unavailable || kind == .circuitOpen }

    package var description: String { message }
}
