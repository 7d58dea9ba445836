internal import Bytes
internal import Cryptography
internal import HTTPClient
internal import JSON

/// The request for an access token (RFC 6749 sections 4.3.2 and 4.4.2, client authentication by section 2.3 and
/// RFC 7523).
struct TokenRequest {
    let configuration: OAuth2Configuration

    /// Seconds that an assertion is valid.
    private static let assertionLifetime = 60

    /// - Parameter time: Seconds since 1970.
    func call(at time: Int) -> HTTPCall {
        var arguments: [(name: String, value: String)] = []
        switch configuration.grant {
        case .clientCredentials: arguments.append(("grant_type", "client_credentials"))
        case .password(let user, let password):
            arguments += [("grant_type", "password"), ("username", user.reveal()), ("password", password.reveal())]
        }
        if !configuration.scopes.isEmpty { arguments.append(("scope", configuration.scopes.joined(separator: " "))) }
        arguments += configuration.audience.map { ("audience", $0) }
        var fields = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        authenticate(at: time, &arguments, &fields)
        for (name, value) in configuration.tokenArguments.sorted(by: { $0.key < $1.key }) {
            arguments.append((name, value.reveal()))
        }
        for (name, value) in configuration.tokenHeaders.sorted(by: { $0.key < $1.key }) {
            fields.append((name, value.reveal()))
        }
        return HTTPCall("POST", configuration.tokenEndpoint, fields: fields, body: Self.form(arguments))
    }

    private func authenticate(
        at time: Int, _ arguments: inout [(name: String, value: String)],
        _ fields: inout [(name: String, value: String)]
    ) {
        let id = configuration.clientID?.reveal() ?? ""
        let secret = configuration.clientSecret?.reveal() ?? ""
        switch configuration.clientMethod {
        case .secretPost: arguments += [("client_id", id), ("client_secret", secret)]
        case .secretBasic:
            // RFC 6749 section 2.3.1: each encoded as a form's value first.
            let pair = Self.encoded(id) + [UInt8(ascii: ":")] + Self.encoded(secret)
            fields.append(("Authorization", "Basic \(Base64.text(pair.span))"))
        case .secretJWT:
            arguments += [
                ("client_id", id),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion(of: id, secret: secret, at: time)),
            ]
        case .none: if !id.isEmpty { arguments.append(("client_id", id)) }
        }
    }

    private func assertion(of id: String, secret: String, at time: Int) -> String {
        let header: JSONValue = [
            "alg": .string(configuration.signsWithSHA512 ? "HS512" : "HS256"), "typ": "JWT",
        ]
        let claims: JSONValue = [
            "iss": .string(id), "sub": .string(id), "aud": .string(configuration.tokenEndpoint),
            "jti": .string(UUID.v4()), "iat": .integer(time), "exp": .integer(time + Self.assertionLifetime),
        ]
        let signed = "\(Self.base64URL(Array(header.text.utf8))).\(Self.base64URL(Array(claims.text.utf8)))"
        let code = HMAC.code(
            of: Array(signed.utf8).span, key: Array(secret.utf8).span,
            configuration.signsWithSHA512 ? .sha512 : .sha256)
        return "\(signed).\(Self.base64URL(code))"
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        var text = ""
        for character in Base64.text(bytes.span) where character != "=" {
            text.append(character == "+" ? "-" : character == "/" ? "_" : character)
        }
        return text
    }

    private static func form(_ arguments: [(name: String, value: String)]) -> [UInt8] {
        var body: [UInt8] = []
        for (name, value) in arguments {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            body += encoded(name) + [UInt8(ascii: "=")] + encoded(value)
        }
        return body
    }

    private static func encoded(_ text: String) -> [UInt8] { PercentCoding.encode(Array(text.utf8).span) }
}
