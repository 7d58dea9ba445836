internal import Bytes

/// Where a plugin delivers to: a URL, and the login that stands in it.
package struct Endpoint: Sendable, Equatable {
    /// Without the login.
    package let url: String
    /// `Authorization`, of the user and the password that the URL names.
    package let authorization: String?
    /// For the log: without login and query, in which there may be secrets.
    let label: String

    package static let rule = "expected http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]"

    package init?(_ text: String) {
        guard let mark = Self.range(of: "://", in: text) else { return nil }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https", text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest[authority.endIndex...].prefix { $0 != "#" }
        if !path.hasPrefix("/") { path = "/" + path }
        var place = authority
        var login: Substring?
        if let at = authority.lastIndex(of: "@") {
            login = authority[..<at]
            place = authority[authority.index(after: at)...]
        }
        guard Self.isPlace(place) else { return nil }
        url = "\(scheme)://\(place)\(path)"
        label = "\(scheme)://\(place)\(path.prefix { $0 != "?" })"
        guard let login, !login.isEmpty else {
            authorization = nil
            return
        }
        let colon = login.firstIndex(of: ":")
        let (user, password) = (
            login[..<(colon ?? login.endIndex)], colon.map { login[login.index(after: $0)...] } ?? ""
        )
        guard let user = Self.decoded(user), let password = Self.decoded(password) else { return nil }
        let pair = user + [UInt8(ascii: ":")] + password
        authorization = "Basic \(Base64.text(pair.span))"
    }

    private static func range(of mark: String, in text: String) -> Range<String.Index>? {
        guard let start = text.firstIndex(of: ":"), text[start...].hasPrefix(mark) else { return nil }
        return start..<text.index(start, offsetBy: mark.count)
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        let bytes = Array(text.utf8)
        return PercentCoding.decode(bytes.span, plusIsSpace: false)
    }

    /// A host, which may be an address in brackets, and perhaps a port.
    private static func isPlace(_ text: Substring) -> Bool {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            let rest = text[text.index(after: end)...]
            host = text[text.index(after: text.startIndex)..<end]
            guard rest.isEmpty || rest.hasPrefix(":"), host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
                return false
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if let port {
            guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port), (1...65535).contains(number)
            else { return false }
        }
        return !host.isEmpty && !host.contains { "@[]\\<>\"{}|^`%".contains($0) }
    }
}
