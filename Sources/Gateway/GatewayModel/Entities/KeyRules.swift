internal import Bytes
internal import Cryptography
internal import JSON

/// What is wrong with the texts of keys, in Kong's words.
enum KeyRules {
    static let privateKeyProblem: @Sendable (JSONValue) -> String? = { value in
        do throws(PEMError) {
            _ = try PrivateKey.parse(value.stringValue ?? "")
            return nil
        } catch { return "could not load private key" }
    }

    /// The frame and the encoding are looked at; whether the numbers make a key is found out by who uses it.
    static let publicKeyProblem: @Sendable (JSONValue) -> String? = { value in
        isPublicKey(value.stringValue ?? "") ? nil : "could not load public key"
    }

    private static func isPublicKey(_ pem: String) -> Bool {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let first = lines.first, let last = lines.last, lines.count > 2 else { return false }
        let labels = ["PUBLICKEY", "RSAPUBLICKEY"]
        guard labels.contains(where: { first == "-----BEGIN\($0)-----" && last == "-----END\($0)-----" }) else {
            return false
        }
        let text = Array(lines[1..<(lines.count - 1)].joined().utf8)
        // DER of either kind is a sequence.
        return Base64.decode(text.span)?.first == 0x30
    }

    /// A key has what its format needs.
    static let formatProblems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { key in
        if let text = key["jwk"]?.stringValue, !VaultReference.looksLikeOne(text),
            let problem = problem(withJWK: text, kid: key["kid"]?.stringValue ?? "")
        {
            return [([], problem)]
        }
        if let pem = key["pem"], !pem.isNull, !EntityCheck.isSet(pem["private_key"]),
            !EntityCheck.isSet(pem["public_key"])
        {
            return [([], "need to supply a PEM formatted public and/or private key.")]
        }
        return []
    }

    private static func problem(withJWK text: String, kid: String) -> String? {
        let value: JSONValue
        do { value = try JSONValue.parse(text: text) } catch { return "could not json decode jwk string" }
        guard let jwk = value.objectValue else { return "could not json decode jwk string" }
        if jwk["kid"]?.stringValue != kid { return "kid in jwk.kid must be equal to keys.kid" }
        let needed: [String: [String]] = ["RSA": ["n", "e"], "EC": ["crv", "x", "y"], "OKP": ["crv", "x"]]
        guard let members = needed[jwk["kty"]?.stringValue ?? ""],
            members.allSatisfy({ isBase64URL(jwk[$0]?.stringValue ?? "") })
        else { return "could not load JWK, likely not a valid key" }
        return nil
    }

    /// RFC 7515 section 2: without padding. Names of curves are made of the same letters.
    private static func isBase64URL(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 0x2d
                    || $0 == 0x5f
            }
    }
}
