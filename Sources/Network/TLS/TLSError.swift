internal import COpenSSL

/// Why TLS cannot be spoken: with a configuration, or with one peer. Holds no key material.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// A certificate, key, cipher list or version of ours cannot be used.
        case configuration
        /// The peer's certificate was refused.
        case certificate
        /// The peer breaks the protocol, offers nothing in common, or refuses us.
        case handshake
        /// The peer does not speak TLS but HTTP.
        case plainText
        /// The peer ended the connection without saying so: what came before may be cut.
        case truncated
    }

    package let kind: Kind
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }

    /// OpenSSL's last words on this thread, and its queue emptied.
    static func takeReason() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return "unknown error" }
        return String(cString: reason)
    }

    static func configuration(_ what: String) -> TLSError { TLSError(.configuration, "\(what): \(takeReason())") }
}
