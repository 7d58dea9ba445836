internal import Bytes

/// TLS and SASL as librdkafka's settings.
extension LibrarySettings {
    func apply(_ security: SecurityConfiguration) throws(KafkaError) {
        switch (security.tls != nil, security.sasl != nil) {
        case (false, false): try set("security.protocol", "plaintext")
        case (true, false): try set("security.protocol", "ssl")
        case (false, true): try set("security.protocol", "sasl_plaintext")
        case (true, true): try set("security.protocol", "sasl_ssl")
        }
        if let tls = security.tls { try apply(tls) }
        if let sasl = security.sasl { try apply(sasl) }
    }

    private func apply(_ tls: TLSConfiguration) throws(KafkaError) {
        try set("enable.ssl.certificate.verification", tls.verify)
        try set("ssl.endpoint.identification.algorithm", tls.verify ? "https" : "none")
        if let authorities = tls.caPEM {
            try set("ssl.ca.pem", authorities)
        } else {
            // The library brings its own OpenSSL, which does not know where this system keeps its authorities.
            try set("ssl.ca.location", "probe")
        }
        switch (tls.certificatePEM, tls.keyPEM) {
        case (nil, nil): break
        case (let certificate?, let key?):
            try set("ssl.certificate.pem", certificate)
            try set("ssl.key.pem", key.reveal())
            if let password = tls.keyPassword { try set("ssl.key.password", password.reveal()) }
        case (nil, .some): throw .invalid("a client key is given without its certificate")
        case (.some, nil): throw .invalid("a client certificate is given without its key")
        }
    }

    private func apply(_ sasl: SASLConfiguration) throws(KafkaError) {
        switch sasl {
        case .plain(let user, let password): try apply("PLAIN", user, password)
        case .scramSHA256(let user, let password): try apply("SCRAM-SHA-256", user, password)
        case .scramSHA512(let user, let password): try apply("SCRAM-SHA-512", user, password)
        case .oauthBearer(let configuration): try apply(configuration)
        }
    }

    private func apply(_ mechanism: String, _ user: String, _ password: Secret) throws(KafkaError) {
        guard !user.isEmpty, !password.isEmpty else { throw .invalid("SASL \(mechanism) needs a user and a password") }
        try set("sasl.mechanisms", mechanism)
        try set("sasl.username", user)
        try set("sasl.password", password.reveal())
    }

    private func apply(_ bearer: OAuthBearerConfiguration) throws(KafkaError) {
        let isSecure = bearer.tokenEndpoint.hasPrefix("https://")
        guard isSecure || bearer.tokenEndpoint.hasPrefix("http://") else {
            throw .invalid("the token endpoint must be an http or https URL")
        }
        guard !bearer.clientID.isEmpty, !bearer.clientSecret.isEmpty else {
            throw .invalid("OAUTHBEARER needs a client id and a client secret")
        }
        guard bearer.verify || !isSecure else {
            throw .invalid(
                "the token endpoint's certificate is always verified: turning that off is not supported; "
                    + "give the endpoint's certificate authority instead",
                name: "UnsupportedConfiguration")
        }
        try set("sasl.mechanisms", "OAUTHBEARER")
        try set("sasl.oauthbearer.method", "oidc")
        try set("sasl.oauthbearer.token.endpoint.url", bearer.tokenEndpoint)
        try set("sasl.oauthbearer.client.id", bearer.clientID)
        try set("sasl.oauthbearer.client.secret", bearer.clientSecret.reveal())
        if !bearer.scopes.isEmpty { try set("sasl.oauthbearer.scope", bearer.scopes.joined(separator: " ")) }
        if !bearer.extensions.isEmpty {
            try set("sasl.oauthbearer.extensions", try Self.text(of: bearer.extensions))
        }
        if isSecure {
            if let authorities = bearer.caPEM {
                try set("https.ca.pem", authorities)
            } else {
                try set("https.ca.location", "probe")
            }
        }
    }

    /// `key=value,…`, sorted so that equal configurations read the same (RFC 7628 §3.1 for what is allowed).
    private static func text(of extensions: [String: String]) throws(KafkaError) -> String {
        var pairs: [String] = []
        for (key, value) in extensions.sorted(by: { $0.key < $1.key }) {
            let isKey =
                !key.isEmpty && key != "auth" && key.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a }
            guard isKey else { throw .invalid("\"\(key)\" is no name of a SASL extension: letters only, and not auth") }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x2c }) else {
                throw .invalid("the SASL extension \(key) may hold only printable ASCII without commas")
            }
            pairs.append("\(key)=\(value)")
        }
        return pairs.joined(separator: ",")
    }
}
