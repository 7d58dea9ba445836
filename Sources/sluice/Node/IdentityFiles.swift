import Bytes
import System
import TLS

/// The certificates that settings name.
enum IdentityFiles {
    private static let maximumBytes = 1 << 20

    /// - Parameter prefix: Of the settings' names: `admin_` for `admin_ssl_cert`; several are asked for in turn.
    /// - Returns: A certificate made now when none is named.
    static func load(_ settings: Settings, _ prefixes: [String]) throws(SettingsError) -> [TLSIdentity] {
        for prefix in prefixes {
            let identities = try read(settings, certificates: "\(prefix)ssl_cert", keys: "\(prefix)ssl_cert_key")
            if !identities.isEmpty { return identities }
        }
        do throws(TLSError) { return [try TLSIdentity.selfSigned(for: "localhost")] } catch {
            throw SettingsError("a certificate cannot be made: \(error.message)")
        }
    }

    static func read(
        _ settings: Settings, certificates: String, keys: String
    ) throws(SettingsError) -> [TLSIdentity] {
        let (certificateList, keyList) = (list(settings[certificates]), list(settings[keys]))
        guard certificateList.count == keyList.count else {
            throw SettingsError("\(certificates): there must be as many as in \(keys)")
        }
        var identities: [TLSIdentity] = []
        for (certificate, key) in zip(certificateList, keyList) {
            let (certificateText, keyText) = (try text(certificate, certificates), try text(key, keys))
            do throws(TLSError) {
                identities.append(try TLSIdentity(certificate: certificateText, key: keyText))
            } catch {
                let name = isPath(certificate) ? " '\(certificate)'" : ""
                throw SettingsError("\(certificates)\(name): \(error.message)")
            }
        }
        return identities
    }

    /// With whom certificates of others are verified.
    ///
    /// - Parameter list: Paths; `system` stands for the system's authorities.
    static func trust(_ value: String, depth: Int, setting: String) throws(SettingsError) -> TLSTrust {
        let words = list(value)
        var texts: [String] = []
        for word in words where word != "system" { texts.append(try text(word, setting)) }
        if words.contains("system") {
            if texts.isEmpty { return TLSTrust(depth: depth) }
            texts.append(try text(systemAuthorities, setting))
        }
        return TLSTrust(authorities: texts.joined(separator: "\n"), depth: depth)
    }

    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    private static func list(_ value: String) -> [String] {
        value.split(separator: ",").map { word in
            var word = word.drop { $0.isWhitespace }
            while word.last?.isWhitespace == true { word.removeLast() }
            return String(word)
        }
    }

    private static func isPath(_ value: String) -> Bool { value.hasPrefix("/") || value.hasPrefix(".") }

    /// PEM that is given itself, as its base64, or in a file.
    private static func text(_ value: String, _ setting: String) throws(SettingsError) -> String {
        if value.hasPrefix("-----BEGIN ") { return value }
        if !isPath(value), value.hasPrefix("LS0tLS1CRUdJTi"), let bytes = Base64.decode(Array(value.utf8).span) {
            return String(decoding: bytes, as: UTF8.self)
        }
        do {
            return String(decoding: try File.read(value, maximumBytes: maximumBytes), as: UTF8.self)
        } catch { throw SettingsError("\(setting): \(error)") }
    }
}
