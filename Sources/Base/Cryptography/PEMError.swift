internal import COpenSSL

/// Why a certificate or key was refused. Never holds a part of it.
package enum PEMError: Error, Hashable, CustomStringConvertible {
    /// No certificate or key begins in the text.
    case notFound(String)
    /// It begins but cannot be read; in OpenSSL's words.
    case malformed(String)
    /// The key is encrypted and no password was given.
    case passwordRequired
    /// The key cannot be decrypted with the password.
    case wrongPassword
    /// The text is larger than what is read.
    case tooLarge(maximum: Int)

    package var description: String {
        switch self {
        case .notFound(let what): "no \(what) in PEM found"
        case .malformed(let reason): "malformed PEM: \(reason)"
        case .passwordRequired: "the private key is encrypted: a password is required"
        case .wrongPassword: "the private key cannot be decrypted with this password"
        case .tooLarge(let maximum): "PEM text is larger than \(maximum) bytes"
        }
    }

    /// Bytes of PEM text that are read.
    static let maximumBytes = 1 << 20

    /// OpenSSL's last words on this thread, and its queue emptied.
    static func takeReason() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return "unknown error" }
        var buffer = [CChar](repeating: 0, count: 256)
        guard let reason = ERR_reason_error_string(code) else {
            ERR_error_string_n(code, &buffer, buffer.count)
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return String(cString: reason)
    }

    /// Hands the text to `read` as OpenSSL's stream.
    static func withStream<Answer>(
        _ text: String, _ read: (OpaquePointer) throws(PEMError) -> Answer
    ) throws(PEMError) -> Answer {
        let bytes = Array(text.utf8)
        guard bytes.count <= maximumBytes else { throw .tooLarge(maximum: maximumBytes) }
        ERR_clear_error()
        let result = bytes.withUnsafeBytes { buffer -> Result<Answer, PEMError> in
            guard let stream = BIO_new_mem_buf(buffer.baseAddress, CInt(buffer.count)) else {
                return .failure(bytes.isEmpty ? .malformed("the text is empty") : .malformed(takeReason()))
            }
            defer { BIO_free(stream) }
            do throws(PEMError) { return .success(try read(stream)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
