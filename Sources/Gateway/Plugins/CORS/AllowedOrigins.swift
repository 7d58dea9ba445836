internal import Bytes
internal import RegularExpression

/// The origins of a `cors` configuration.
struct AllowedOrigins: Sendable {
    /// What an origin is answered.
    struct Answer: Equatable {
        /// The value of `Access-Control-Allow-Origin`; nil: none.
        let allowed: [UInt8]?
        /// Whether every origin is allowed.
        let isAny: Bool
    }

    private enum Rule {
        case any
        /// One that is named to everybody, whoever asks.
        case named([UInt8])
        case oneOf([AllowedOrigin])
    }

    private let rule: Rule
    /// Whether answers differ by the origin that asks.
    let vary: Bool

    init(_ texts: [String]) {
        if texts.isEmpty || texts == ["*"] {
            rule = .any
            vary = false
            return
        }
        vary = true
        if texts.count == 1, AllowedOrigin.isPlain(texts[0]) {
            rule = .named(Array(texts[0].utf8))
        } else {
            rule = .oneOf(texts.compactMap { AllowedOrigin($0) })
        }
    }

    func answer(to origin: [UInt8]?) -> Answer {
        switch rule {
        case .any: return Answer(allowed: Array("*".utf8), isAny: true)
        case .named(let name): return Answer(allowed: name, isAny: false)
        case .oneOf(let rules):
            guard let origin else { return Answer(allowed: nil, isAny: false) }
            let normal = NormalOrigin(String(decoding: origin, as: UTF8.self))
            if rules.contains(where: \.isAny) { return Answer(allowed: Array("*".utf8), isAny: true) }
            let isAllowed = rules.contains { $0.allows(normal) }
            return Answer(allowed: isAllowed ? Array(normal.text.utf8) : nil, isAny: false)
        }
    }
}

/// One configured origin.
struct AllowedOrigin: Sendable {
    private enum Form {
        case any
        case plain(String)
        /// - Parameter isOfHost: Whether only the host is looked at.
        case pattern(RegularExpression, isOfHost: Bool)
    }

    private let form: Form

    /// Nil when it is no regular expression either.
    init?(_ text: String) {
        if text == "*" {
            form = .any
        } else if Self.isPlain(text) {
            form = .plain(NormalOrigin(text).text)
        } else {
            do {
                // The whole has to match, with or without `^` and `$`.
                let expression = try RegularExpression("^(?:\(text))$", options: .anchored)
                _ = try RegularExpression(text)
                form = .pattern(expression, isOfHost: !text.contains(":"))
            } catch { return nil }
        }
    }

    /// Whether there is nothing in it that no origin has.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: ".:/-".utf8.contains(byte)
                }
            }
    }

    var isAny: Bool { if case .any = form { true } else { false } }

    func allows(_ origin: NormalOrigin) -> Bool {
        switch form {
        case .any: true
        case .plain(let text): origin.text == text
        case .pattern(let expression, let isOfHost): expression.matches(isOfHost ? origin.host : origin.text)
        }
    }
}

/// An origin without the port that its scheme has anyway.
struct NormalOrigin {
    let text: String
    let host: String

    init(_ given: String) {
        guard let separator = given.firstRange(of: "://") else {
            text = given
            host = given
            return
        }
        let scheme = given[..<separator.lowerBound]
        let authority = given[separator.upperBound...].prefix { !"/?#".contains($0) }
        var host = authority
        var port: Substring?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        if port == (scheme == "http" ? "80" : scheme == "https" ? "443" : nil) { port = nil }
        self.host = String(host)
        text = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
    }
}
