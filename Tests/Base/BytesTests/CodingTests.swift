import Bytes
import TestRandom
import Testing

@Suite("Codings")
struct CodingTests {
    // RFC 4648 section 10.
    static let base64Cases: [(plain: String, coded: String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{3ff}\u{3fe}~~?>", "z7/Pvn5+Pz4="),
    ]

    @Test("base 64 as RFC 4648 has it, both ways", arguments: base64Cases)
    func base64(plain: String, coded: String) {
        let bytes = Array(plain.utf8)
        let text = Array(coded.utf8)
        #expect(Base64.text(bytes) == coded)
        #expect(Base64.decode(text) == bytes)
    }

    @Test(
        "what is no base 64 is refused",
        arguments: ["Z", "Zg", "Zg=", "Zg===", "====", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Z=g=", "Zm-_", "é==="])
    func badBase64(text: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.decode(bytes) == nil)
    }

    @Test("codings read back what they wrote")
    func roundTrips() {
        var random = SeededGenerator(seed: 5)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let base64 = Array(Base64.text(bytes).utf8)
            let hex = Array(Hex.text(bytes).utf8)
            let percent = PercentCoding.encode(bytes)
            #expect(Base64.decode(base64) == bytes)
            #expect(Hex.decode(hex) == bytes)
            #expect(PercentCoding.decode(percent, plusIsSpace: true) == bytes)
        }
    }

    @Test("hexadecimal takes either case and only whole bytes")
    func hex() {
        let mixed = Array("0aFf".utf8)
        #expect(Hex.decode(mixed) == [0x0a, 0xff])
        for text in ["0", "0g", "0x", "é"] {
            let bytes = Array(text.utf8)
            #expect(Hex.decode(bytes) == nil)
        }
    }

    static let percentCases: [(text: String, plain: String?, lenient: String)] = [
        ("a%20b", "a b", "a b"), ("a+b", "a b", "a b"), ("%e2%82%AC", "€", "€"), ("%", nil, "%"), ("%4", nil, "%4"),
        ("%g1", nil, "%g1"), ("%%41", nil, "%A"), ("%2541", "%41", "%41"),
    ]

    @Test("escapes are read strictly or leniently", arguments: percentCases)
    func percent(text: String, plain: String?, lenient: String) {
        let bytes = Array(text.utf8)
        #expect(PercentCoding.decode(bytes, plusIsSpace: true) == plain.map { Array($0.utf8) })
        #expect(PercentCoding.decodeLeniently(bytes, plusIsSpace: true) == Array(lenient.utf8))
    }

    @Test("a plus stays a plus outside of forms, and all but unreserved characters are escaped")
    func percentDetails() {
        let plus = Array("a+b".utf8)
        #expect(PercentCoding.decode(plus, plusIsSpace: false) == plus)
        let text = Array("aZ09-._~ /?é".utf8)
        #expect(String(decoding: PercentCoding.encode(text), as: UTF8.self) == "aZ09-._~%20%2F%3F%C3%A9")
    }

    @Test("UUIDs are recognised by their shape and read back")
    func uuid() {
        let text = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
        #expect(UUIDText.isValid(text) && UUIDText.isValid(text.uppercased()))
        let bytes = UUIDText.bytes(text) ?? []
        #expect(bytes.count == 16 && UUIDText.text(bytes) == text)
        for bad in [
            "", "f47ac10b58cc4372a5670e02b2c3d479", "\(text)0", "g47ac10b-58cc-4372-a567-0e02b2c3d479",
            "f47ac10b-58cc-4372-a5670-e02b2c3d479",
        ] {
            #expect(!UUIDText.isValid(bad) && UUIDText.bytes(bad) == nil)
        }
    }

    @Test("UTF-8 is what the standard library takes for it")
    func utf8() {
        var random = SeededGenerator(seed: 9)
        let alphabet: [UInt8] = [
            0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
        ]
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...5, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
            if Bool.random(using: &random) {
                let plain = [UInt8](repeating: 0x7f, count: Int.random(in: 0...20, using: &random))
                bytes = plain + bytes + plain
            }
            #expect(UTF8Validation.isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
        }
    }
}

// The test macros cannot hold spans.
extension Base64 {
    fileprivate static func text(_ bytes: [UInt8]) -> String { text(bytes.span) }
    fileprivate static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
}

extension Hex {
    fileprivate static func text(_ bytes: [UInt8]) -> String { text(bytes.span) }
    fileprivate static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
}

extension PercentCoding {
    fileprivate static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes.span) }
    fileprivate static func decode(_ text: [UInt8], plusIsSpace: Bool) -> [UInt8]? {
        decode(text.span, plusIsSpace: plusIsSpace)
    }
    fileprivate static func decodeLeniently(_ text: [UInt8], plusIsSpace: Bool) -> [UInt8] {
        decodeLeniently(text.span, plusIsSpace: plusIsSpace)
    }
}

extension UTF8Validation {
    fileprivate static func isValid(_ bytes: [UInt8]) -> Bool { isValid(bytes.span) }
}

extension UUIDText {
    fileprivate static func text(_ bytes: [UInt8]) -> String { text(bytes.span) }
}
