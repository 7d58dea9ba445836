import Bytes
import Cryptography
import Foundation
import HTTPClient
import JSON
import Testing

@testable import SchemaRegistry

@Suite("requests for access tokens")
struct TokenRequestTests {
    private struct Sent {
        var fields: [String: String] = [:]
        var form: [String: String] = [:]
    }

    private func call(_ change: (inout OAuth2Configuration) -> Void) -> Sent {
        var configuration = OAuth2Configuration(tokenEndpoint: "https://issuer/token")
        configuration.clientID = "me"
        configuration.clientSecret = "s3:cret"
        change(&configuration)
        let call = TokenRequest(configuration: configuration).call(at: 1_000)
        var sent = Sent()
        for pair in String(decoding: call.body ?? [], as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            sent.form[String(parts[0])] = String(parts[1])
        }
        for field in call.fields { sent.fields[field.name] = field.value }
        return sent
    }

    @Test func clientCredentialsInTheForm() {
        let sent = call {
            $0.scopes = ["openid", "registry"]
            $0.audience = ["a b"]
        }
        #expect(
            sent.form == [
                "grant_type": "client_credentials", "scope": "openid%20registry", "audience": "a%20b",
                "client_id": "me", "client_secret": "s3%3Acret",
            ])
    }

    @Test func passwordGrantWithBasic() {
        let sent = call {
            $0.grant = .password(user: "ann", password: "p&q")
            $0.clientMethod = .secretBasic
        }
        #expect(sent.form == ["grant_type": "password", "username": "ann", "password": "p%26q"])
        #expect(sent.fields["Authorization"] == "Basic " + Base64.text(Array("me:s3%3Acret".utf8).span))
    }

    @Test func noSecretAtAllAndExtras() {
        let sent = call {
            $0.clientMethod = .none
            $0.tokenHeaders = ["X-Tenant": "t"]
            $0.tokenArguments = ["resource": "r"]
        }
        #expect(sent.form == ["grant_type": "client_credentials", "client_id": "me", "resource": "r"])
        #expect(sent.fields["X-Tenant"] == "t")
    }

    @Test(arguments: [true, false])
    func aSignedAssertion(signsWithSHA512: Bool) throws {
        let sent = call {
            $0.clientMethod = .secretJWT
            $0.signsWithSHA512 = signsWithSHA512
        }
        let parts = try #require(sent.form["client_assertion"]).split(separator: ".").map(String.init)
        #expect(parts.count == 3)
        let header = try decoded(parts[0])
        let claims = try decoded(parts[1])
        #expect(header["alg"]?.stringValue == (signsWithSHA512 ? "HS512" : "HS256"))
        #expect(claims["aud"]?.stringValue == "https://issuer/token")
        #expect(claims["iss"] == "me" && claims["sub"] == "me")
        #expect(claims["exp"]?.integerValue == 1_060)
        let code = HMAC.code(
            of: Array("\(parts[0]).\(parts[1])".utf8).span, key: Array("s3:cret".utf8).span,
            signsWithSHA512 ? .sha512 : .sha256)
        #expect(try bytes(parts[2]) == code)
        #expect(sent.form["client_secret"] == nil)
    }

    private func bytes(_ part: String) throws -> [UInt8] {
        var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while text.count % 4 != 0 { text.append("=") }
        let decoded = Base64.decode(Array(text.utf8).span)
        return try #require(decoded)
    }

    private func decoded(_ part: String) throws -> JSONValue {
        let bytes = try bytes(part)
        return try JSONValue.parse(bytes.span)
    }
}
