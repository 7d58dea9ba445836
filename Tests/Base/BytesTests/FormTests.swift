import Bytes
import TestRandom
import Testing

@Suite("Forms")
struct FormTests {
    static let encoded: [(text: String, pairs: [(String, String?)])] = [
        ("", []), ("a=1", [("a", "1")]), ("a=1&b=2", [("a", "1"), ("b", "2")]), ("a", [("a", nil)]),
        ("a=", [("a", "")]), ("=1", [("", "1")]), ("&&a=1&", [("a", "1")]), ("a=b=c", [("a", "b=c")]),
        ("a+b=c+d", [("a b", "c d")]), ("%61%5B%5d=%20%2B", [("a[]", " +")]), ("a=100%", [("a", "100%")]),
        ("a=%zz%4", [("a", "%zz%4")]), ("a=%00", [("a", "\0")]), ("a=é", [("a", "é")]),
        (
            "config.topic=x&config.bootstrap_servers[1].port=9092",
            [("config.topic", "x"), ("config.bootstrap_servers[1].port", "9092")]
        ),
    ]

    @Test("encoded fields are read in order", arguments: encoded)
    func urlEncoded(text: String, pairs: [(String, String?)]) throws {
        let bytes = Array(text.utf8)
        let read = try FormURLEncoded.pairs(bytes.span, maximum: 100)
        #expect(read.map { String(decoding: $0.name, as: UTF8.self) } == pairs.map(\.0))
        #expect(read.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == pairs.map(\.1))
    }

    @Test("more fields than allowed are refused, empty ones do not count")
    func maximum() throws {
        let two = Array("&a&&b&".utf8)
        #expect(try FormURLEncoded.pairs(two.span, maximum: 2).count == 2)
        #expect(throws: FormError.tooManyFields(maximum: 1)) { try FormURLEncoded.pairs(two.span, maximum: 1) }
    }

    static let boundaries: [(type: String, boundary: String?)] = [
        ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;BOUNDARY=\"a b\"", "a b"),
        ("multipart/form-data; charset=utf-8; boundary=x;", "x"), ("multipart/form-data", nil),
        ("multipart/form-data; boundary=", nil), ("multipart/mixed; boundary=a", nil), ("text/plain", nil),
        ("multipart/form-data; boundary=\"a ", nil), ("multipart/form-data; boundary=\"a \"", nil),
        ("multipart/form-data; boundary=\(String(repeating: "a", count: 70))", String(repeating: "a", count: 70)),
        ("multipart/form-data; boundary=\(String(repeating: "a", count: 71))", nil),
    ]

    @Test("the boundary comes from the media type", arguments: boundaries)
    func boundary(type: String, boundary: String?) {
        let bytes = Array(type.utf8)
        let found = Multipart.boundary(ofContentType: bytes.span)
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == boundary)
    }

    static let bodies: [(body: String, parts: [(String, String?, String?, String)])] = [
        ("--X--", []), ("--X--\r\n", []), ("preamble\r\n--X--", []),
        ("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X--\r\n", [("a", nil, nil, "1")]),
        ("--X\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--X--", [("a", nil, nil, "")]),
        ("--X\r\nContent-Disposition: form-data; name=a\r\n\r\n--X--", [("a", nil, nil, "")]),
        (
            "--X\r\ncontent-disposition:form-data;filename=\"x;\\\"y\";name=\"f\"\r\ncontent-type: text/yaml\r\n\r\na\r\n--Y\r\n\r\n--X  \r\n"
                + "Content-Disposition: form-data; name=\"g\"\r\n\r\n--Xa\r\n--X--epilogue",
            [("f", "x;\"y", "text/yaml", "a\r\n--Y\r\n"), ("g", nil, nil, "--Xa")]
        ),
    ]

    @Test("multipart fields are read with their header and content", arguments: bodies)
    func multipart(body: String, parts: [(String, String?, String?, String)]) throws {
        let bytes = Array(body.utf8)
        let boundary = Array("X".utf8)
        // "--Xa" on a line of its own would be a delimiter with rubbish behind it: the last case has it in the content
        // directly behind the header, which reads as one.
        if parts.last?.3 == "--Xa" {
            #expect(throws: FormError.self) { try Multipart.parts(bytes.span, boundary: boundary.span) }
            return
        }
        let read = try Multipart.parts(bytes.span, boundary: boundary.span)
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        #expect(read.map { text($0.name) } == parts.map(\.0))
        #expect(read.map { $0.fileName.map(text) } == parts.map(\.1))
        #expect(read.map { $0.contentType.map(text) } == parts.map(\.2))
        #expect(read.map { String(decoding: bytes[$0.content], as: UTF8.self) } == parts.map(\.3))
    }

    static let brokenBodies = [
        "", "X", "--X", "--X\r\n", "--Xrubbish\r\n", "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
        "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X", "--X\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--", "--X\r\nno colon\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--X--", "--X\nContent-Disposition: x\n\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\(String(repeating: "a", count: 9000))\r\n\r\n1\r\n--X--",
    ]

    @Test("broken multipart bodies are refused", arguments: brokenBodies)
    func brokenMultipart(body: String) {
        let bytes = Array(body.utf8)
        let boundary = Array("X".utf8)
        #expect(throws: FormError.self) { try Multipart.parts(bytes.span, boundary: boundary.span) }
    }

    @Test("more parts than allowed are refused")
    func multipartMaximum() throws {
        let part = "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
        let bytes = Array((part + part + "--X--").utf8)
        let boundary = Array("X".utf8)
        var limits = Multipart.Limits()
        limits.parts = 2
        #expect(try Multipart.parts(bytes.span, boundary: boundary.span, limits: limits).count == 2)
        limits.parts = 1
        #expect(throws: FormError.tooManyFields(maximum: 1)) {
            try Multipart.parts(bytes.span, boundary: boundary.span, limits: limits)
        }
    }

    @Test("any bytes are read or refused, and content lies within the body")
    func anyBytes() {
        var random = SeededGenerator(seed: 11)
        let pieces = [
            "--X", "\r\n", "--", "Content-Disposition: form-data; name=a", "\r", "\n", ":", ";", "\"", "=", "name=",
            " ", "%4", "%41", "&", "é", "\0",
        ].map { Array($0.utf8) }
        let boundary = Array("X".utf8)
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...14, using: &random) { bytes += pieces.randomElement(using: &random)! }
            let parts = (try? Multipart.parts(bytes.span, boundary: boundary.span)) ?? []
            #expect(
                parts.allSatisfy {
                    $0.content.lowerBound <= $0.content.upperBound && $0.content.upperBound <= bytes.count
                })
            let pairs = try? FormURLEncoded.pairs(bytes.span, maximum: 100)
            #expect(pairs != nil)
            _ = Multipart.boundary(ofContentType: bytes.span)
        }
    }
}
