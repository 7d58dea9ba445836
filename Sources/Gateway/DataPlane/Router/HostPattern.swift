internal import Bytes

/// One entry of a route's `hosts`.
struct HostPattern: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case exact
        /// `*.example.com`: the text is what the host ends with, its dot included.
        case suffix
        /// `example.*`: the text is what the host begins with, its dot included.
        case prefix
    }

    let kind: Kind
    /// In lower case.
    let text: [UInt8]
    /// Nil: any.
    let port: Int?

    init(_ pattern: String) {
        let pattern = Array(pattern.lowercased().utf8)
        var (host, port) = Self.split(pattern.span)
        if pattern.first != UInt8(ascii: "["), pattern.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
            // An IPv6 address, which a Host field holds in brackets.
            host = [UInt8(ascii: "[")] + pattern + [UInt8(ascii: "]")]
        }
        // Requests are looked up without the dot that may end a full name.
        if host.count > 1, host.last == UInt8(ascii: ".") { host.removeLast() }
        self.port = port
        if host.first == UInt8(ascii: "*") {
            kind = .suffix
            text = Array(host.dropFirst())
        } else if host.last == UInt8(ascii: "*") {
            kind = .prefix
            text = Array(host.dropLast())
        } else {
            kind = .exact
            text = host
        }
    }

    func matches(host: Span<UInt8>, port: Int) -> Bool {
        if let wanted = self.port, wanted != port { return false }
        switch kind {
        case .exact: return host.equals(text.span)
        case .suffix:
            // A wildcard stands for at least one character.
            return host.count > text.count && host.extracting(last: text.count).equals(text.span)
        case .prefix: return host.count > text.count && host.starts(with: text.span)
        }
    }

    /// Host and port of a Host field's value; no port when there is none or it is no number.
    static func split(_ value: Span<UInt8>) -> (host: [UInt8], port: Int?) {
        let end = hostEnd(value)
        return (value.extracting(0..<end).array, port(value, after: end))
    }

    /// Whether a request's host is in the form that patterns have, as nearly all are: in lower case, and without the dot
    /// that may end a full name.
    static func isNormal(_ host: Span<UInt8>) -> Bool {
        for index in host.indices where host[index] >= 0x41 && host[index] <= 0x5a { return false }
        return host.count == 0 || host[host.count - 1] != UInt8(ascii: ".")
    }

    /// The host in that form.
    static func normalized(_ host: Span<UInt8>) -> [UInt8] {
        var normal: [UInt8] = []
        normal.reserveCapacity(host.count)
        for index in host.indices {
            let byte = host[index]
            normal.append(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
        }
        if normal.last == UInt8(ascii: ".") { normal.removeLast() }
        return normal
    }

    /// Where the host ends: before the colon of a port.
    static func hostEnd(_ value: Span<UInt8>) -> Int {
        if value.count > 0, value[0] == UInt8(ascii: "[") {
            return value.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? value.count
        }
        return value.firstIndex(of: UInt8(ascii: ":")) ?? value.count
    }

    static func port(_ value: Span<UInt8>, after end: Int) -> Int? {
        guard end + 1 < value.count, value.count - end <= 6, value[end] == UInt8(ascii: ":") else { return nil }
        var port = 0
        for index in end + 1..<value.count {
            guard value[index] >= 0x30, value[index] <= 0x39 else { return nil }
            port = port * 10 + Int(value[index] - 0x30)
        }
        return port
    }
}
