import Testing

/// A client's bytes, and how Sluice and nginx agree on them. A request that marks the end follows all of them.
struct RequestCase: Sendable, CustomTestStringConvertible {
    /// What Sluice and nginx make of the same bytes.
    enum Agreement: Sendable, Equatable {
        /// Both see the same requests, or both refuse.
        case same
        /// Sluice refuses what nginx takes.
        case sluiceRefuses
        /// nginx refuses what Sluice takes.
        case nginxRefuses
        /// Both take it, and read something else in it.
        case differs
    }

    let name: String
    let bytes: [UInt8]
    var methods: [String] = []
    let agreement: Agreement
    /// Why they do not agree.
    let reason: String
    /// Whether the service merges slashes that are escaped, which are none for the router: RFC 3986 §2.2 lets it, as
    /// Kong does. Routes that guard a service that does so must take the path as a whole.
    private(set) var isReadOtherwise = false

    init(_ name: String, _ text: String, _ agreement: Agreement = .same, because reason: String = "") {
        self.name = name
        bytes = Array((text + Self.marker).utf8)
        methods = [String(text.prefix { $0 != " " })]
        self.agreement = agreement
        self.reason = reason
    }

    var testDescription: String { name }

    func readOtherwise() -> RequestCase {
        var copy = self
        copy.isReadOtherwise = true
        return copy
    }

    static let marker = "GET /marker HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"

    /// A request without a body.
    static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a.test\r\n\(fields.isEmpty ? "" : fields + "\r\n")\r\n"
    }

    /// A request with these lines of fields, and what comes behind its head.
    static func post(_ fields: String, _ body: String) -> String {
        "POST /post HTTP/1.1\r\nHost: a.test\r\n\(fields)\r\n\r\n\(body)"
    }

    static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

    static let smuggled = "GET /guarded/smuggled HTTP/1.1\r\nHost: a.test\r\nX-Ignore: "

    static let all = lengths + codings + chunks + hosts + targets + paths + fields + lines
}
