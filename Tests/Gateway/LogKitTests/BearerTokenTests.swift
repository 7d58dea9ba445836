import Bytes
import Testing

@testable import LogKit

@Suite("tokens in the field Authorization")
struct BearerTokenTests {
    @Test(
        "bearer tokens",
        arguments: [
            ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("BEARER a.b-c==", "a.b-c=="), (" \tBearer\tabc", "abc"),
            ("Bearer", nil), ("Bearer ", nil), ("Bearerabc", nil), ("Basic abc", nil), ("", nil), ("Bear", nil),
        ] as [(String, String?)])
    func tokens(field: String, token: String?) {
        let bytes = Array(field.utf8)
        let found = BearerToken.find(in: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(found == token)
    }
}
