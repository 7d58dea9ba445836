internal import Cryptography
internal import JSON

/// What is wrong with PEM texts, in Kong's words.
enum CertificateRules {
    static let certificateProblem: @Sendable (JSONValue) -> String? = { value in
        do {
            _ = try Certificate.parseAll(value.stringValue ?? "")
            return nil
        } catch { return "invalid certificate: \(error)" }
    }

    /// A certificate that may sign others, by itself.
    static let authorityProblem: @Sendable (JSONValue) -> String? = { value in
        do {
            let certificates = try Certificate.parseAll(value.stringValue ?? "")
            if certificates.count > 1 { return "please submit only one certificate at a time" }
            return certificates[0].isCertificateAuthority
                ? nil
                : "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint"
        } catch { return "invalid certificate: \(error)" }
    }

    static let keyProblem: @Sendable (JSONValue) -> String? = { value in
        let pem = value.stringValue ?? ""
        do throws(PEMError) {
            _ = try PrivateKey.parse(pem)
            return nil
        } catch {
            // The password of an encrypted key belongs to whoever uses it.
            return error == .passwordRequired ? nil : "invalid key: \(error)"
        }
    }

    /// Each key belongs to its certificate, as far as both can be read now.
    static let pairProblems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { record in
        var problems: [(path: [PathElement], message: String)] = []
        for (name, keyName) in [("cert", "key"), ("cert_alt", "key_alt")] {
            guard let certificate = certificate(record[name]), let key = key(record[keyName]) else { continue }
            if !certificate.matches(key) { problems.append(([], "certificate does not match key")) }
        }
        if problems.isEmpty, let first = certificate(record["cert"]), let second = certificate(record["cert_alt"]),
            let firstKey = key(record["key"]), let secondKey = key(record["key_alt"]), first != second,
            firstKey.algorithm == secondKey.algorithm
        {
            problems.append(
                (
                    [],
                    "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type"
                ))
        }
        return problems
    }

    static func fingerprint(_ pem: String) -> String? {
        do { return try Certificate.parse(pem).fingerprint } catch { return nil }
    }

    private static func certificate(_ value: JSONValue?) -> Certificate? {
        guard let pem = value?.stringValue, !VaultReference.looksLikeOne(pem) else { return nil }
        do { return try Certificate.parse(pem) } catch { return nil }
    }

    private static func key(_ value: JSONValue?) -> PrivateKey? {
        guard let pem = value?.stringValue, !VaultReference.looksLikeOne(pem) else { return nil }
        do { return try PrivateKey.parse(pem) } catch { return nil }
    }
}
