import JSON
import Testing

@testable import GatewayModel

@Suite("keys and key sets")
struct KeyEntityTests {
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAqcAhHJwCl26y3Yie/LW30H9Zj4CwXoLj7bX6GHIimJU=
        -----END PUBLIC KEY-----
        """

    private static func error(_ fields: JSONObject) -> String? {
        var bench = Workbench()
        return Workbench.error { try bench.create("keys", fields) }?.message
    }

    private static func jwk(_ text: String) -> JSONObject { ["kid": "k", "jwk": .string(text)] }

    @Test(
        "a JWK of each kind",
        arguments: [
            #"{"kid":"k","kty":"RSA","n":"AQ-_","e":"AQAB"}"#, #"{"kid":"k","kty":"EC","crv":"P-256","x":"a","y":"b"}"#,
            #"{"kid":"k","kty":"OKP","crv":"Ed25519","x":"a","d":"b"}"#, "{vault://env/JWK}",
        ])
    func keys(text: String) {
        #expect(Self.error(Self.jwk(text)) == nil)
    }

    @Test("a PEM of either half, or of both")
    func pems() throws {
        for pem in [
            ["public_key": .string(Self.publicKey)], ["private_key": .string(Samples.key)],
            ["public_key": .string(Self.publicKey), "private_key": .string(Samples.key)],
            ["public_key": "{vault://env/PUBLIC}"],
        ] as [JSONValue] {
            #expect(Self.error(["kid": "k", "pem": pem]) == nil)
        }
    }

    @Test(
        "what is wrong with a key is told in Kong's words",
        arguments: [
            (["kid": "k"], "at least one of these fields must be non-empty: 'jwk', 'pem'"),
            (["jwk": "{vault://env/A}"], "kid: required field missing"),
            (
                ["kid": "k", "jwk": "{vault://env/A}", "pem": ["public_key": "{vault://env/B}"]],
                "only one or none of these fields must be set: 'jwk', 'pem'"
            ),
            (jwk("{"), "could not json decode jwk string"), (jwk("[]"), "could not json decode jwk string"),
            (jwk(#"{"kty":"RSA"}"#), "kid in jwk.kid must be equal to keys.kid"),
            (jwk(#"{"kid":"other"}"#), "kid in jwk.kid must be equal to keys.kid"),
            (jwk(#"{"kid":"k"}"#), "could not load JWK, likely not a valid key"),
            (jwk(#"{"kid":"k","kty":"oct","k":"aa"}"#), "could not load JWK, likely not a valid key"),
            (jwk(#"{"kid":"k","kty":"RSA","n":"a"}"#), "could not load JWK, likely not a valid key"),
            (jwk(#"{"kid":"k","kty":"RSA","n":"a=","e":"AQAB"}"#), "could not load JWK, likely not a valid key"),
            (jwk(#"{"kid":"k","kty":"RSA","n":5,"e":"AQAB"}"#), "could not load JWK, likely not a valid key"),
            (["kid": "k", "pem": [:]], "need to supply a PEM formatted public and/or private key."),
            (["kid": "k", "pem": ["private_key": "x"]], "pem.private_key: could not load private key"),
            (["kid": "k", "pem": ["public_key": "x"]], "pem.public_key: could not load public key"),
            (
                ["kid": "k", "pem": ["public_key": .string(Samples.certificate)]],
                "pem.public_key: could not load public key"
            ),
            (
                ["kid": "k", "pem": ["public_key": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]],
                "pem.public_key: could not load public key"
            ),
            (["kid": "k", "pem": ["format": "x"]], "pem.format: unknown field"),
        ] as [(JSONObject, String)])
    func rules(fields: JSONObject, problem: String) {
        let told = Self.error(fields)
        #expect(told?.contains(problem) == true, "\(told ?? "accepted")")
    }

    @Test("a kid is one of its set's, keys go with their set")
    func sets() throws {
        var bench = Workbench()
        let set = try bench.create("key_sets", ["name": "a set"])
        var input: JSONObject = ["kid": "k", "jwk": "{vault://env/A}"]
        try bench.create("keys", input)
        #expect(
            Workbench.error { try bench.create("keys", input) }?.message
                == #"UNIQUE violation detected on '{kid="k",set=null}'"#)
        input["set"] = ["name": "a set"]
        try bench.create("keys", input)
        #expect(
            Workbench.error { try bench.create("keys", input) }?.message
                == #"UNIQUE violation detected on '{kid="k",set={id="\#(set.id)"}}'"#)
        #expect(Workbench.error { try bench.create("key_sets", ["name": "a set"]) }?.status == 409)
        try bench.delete("key_sets", "a set")
        #expect(bench.configuration.count("keys") == 1)
    }
}
