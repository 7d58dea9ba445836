internal import Bytes
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import RegularExpression

/// One way to match a route: its hosts, methods and headers with at most one of its paths. A route with several paths
/// has several entries, ordered each by itself (reference section 7.13).
final class RouteEntry: Sendable {
    enum Path: Sendable {
        case any
        case prefix([UInt8])
        case expression(RegularExpression)
    }

    struct HeaderRule: Sendable {
        enum Value: Sendable {
            /// In lower case.
            case text([UInt8])
            case expression(RegularExpression)
        }

        /// In lower case.
        let name: [UInt8]
        let values: [Value]

        func matches(_ value: Span<UInt8>) -> Bool {
            for wanted in values {
                switch wanted {
                case .text(let text): if value.equalsIgnoringCase(text.span) { return true }
                case .expression(let expression): if expression.matches(value) { return true }
                }
            }
            return false
        }
    }

    let hosts: [HostPattern]
    let path: Path
    let methods: [[UInt8]]
    let headers: [HeaderRule]
    /// Server names, in lower case: looked at only when a request comes by TLS.
    let serverNames: [[UInt8]]
    let order: Order

    /// What decides between entries that match the same request, most important first.
    struct Order: Sendable, Comparable {
        let kinds: Int
        let hasOnlyPlainHosts: Bool
        let headers: Int
        let isExpression: Bool
        let priority: Int
        let length: Int
        let createdAt: Int
        let id: String

        /// Whether `left` is tried first.
        static func < (left: Order, right: Order) -> Bool {
            if left.kinds != right.kinds { return left.kinds > right.kinds }
            if left.hasOnlyPlainHosts != right.hasOnlyPlainHosts { return left.hasOnlyPlainHosts }
            if left.headers != right.headers { return left.headers > right.headers }
            if left.isExpression != right.isExpression { return left.isExpression }
            if left.isExpression, left.priority != right.priority { return left.priority > right.priority }
            if !left.isExpression, left.length != right.length { return left.length > right.length }
            return (left.createdAt, left.id) < (right.createdAt, right.id)
        }
    }

    init(
        hosts: [HostPattern], path: Path, methods: [[UInt8]], headers: [HeaderRule],
        serverNames: [[UInt8]] = [], order: Order
    ) {
        self.hosts = hosts
        self.path = path
        self.methods = methods
        self.headers = headers
        self.serverNames = serverNames
        self.order = order
    }

    func matchesMethod(_ method: Span<UInt8>) -> Bool {
        if methods.isEmpty { return true }
        for wanted in methods where method.equals(wanted.span) { return true }
        return false
    }

    func matchesHost(_ host: Span<UInt8>, port: Int) -> Bool {
        if hosts.isEmpty { return true }
        for pattern in hosts where pattern.matches(host: host, port: port) { return true }
        return false
    }

    /// - Parameter name: In lower case, empty when the client names none; nil: the request does not come by TLS.
    func matchesServerName(_ name: [UInt8]?) -> Bool {
        guard !serverNames.isEmpty, let name else { return true }
        return serverNames.contains(name)
    }

    func matchesHeaders(_ request: borrowing RequestHead) -> Bool {
        for rule in headers {
            var isMatched = false
            for index in 0..<request.fieldCount where !isMatched {
                isMatched =
                    request.name(index).equalsIgnoringCase(rule.name.span) && rule.matches(request.value(index))
            }
            if !isMatched { return false }
        }
        return true
    }
}

extension RouteEntry {
    /// The entries of a route entity; none when it serves no HTTP requests.
    static func entries(of entity: Entity) throws(RegularExpressionError) -> [RouteEntry] {
        let texts = { (field: String) in entity.fields[field]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        guard texts("protocols").contains(where: { ["http", "https", "grpc", "grpcs"].contains($0) }) else { return [] }
        let hosts = texts("hosts").map { HostPattern($0) }
        let methods = texts("methods").map { Array($0.utf8) }
        let headers = try headerRules(entity.fields["headers"]?.objectValue ?? [:])
        let paths = texts("paths")
        let serverNames = texts("snis").map(lowercased)
        let kinds =
            (hosts.isEmpty ? 0 : 1) + (methods.isEmpty ? 0 : 1) + (headers.isEmpty ? 0 : 1) + (paths.isEmpty ? 0 : 1)
            + (serverNames.isEmpty ? 0 : 1)
        var entries: [RouteEntry] = []
        for text in paths.isEmpty ? [nil] : paths.map({ Optional($0) }) {
            let path = try text.map { text throws(RegularExpressionError) in try Self.path(text) } ?? .any
            var length = 0
            var isExpression = false
            switch path {
            case .prefix(let bytes): length = bytes.count
            case .expression: isExpression = true
            case .any: break
            }
            entries.append(
                RouteEntry(
                    hosts: hosts, path: path, methods: methods, headers: headers,
                    serverNames: serverNames,
                    order: Order(
                        kinds: kinds, hasOnlyPlainHosts: !hosts.isEmpty && hosts.allSatisfy { $0.kind == .exact },
                        headers: headers.count, isExpression: isExpression,
                        priority: entity.fields["regex_priority"]?.integerValue ?? 0, length: length,
                        createdAt: entity.fields["created_at"]?.integerValue ?? 0, id: entity.id)))
        }
        return entries
    }

    private static func path(_ text: String) throws(RegularExpressionError) -> Path {
        guard text.hasPrefix("~") else {
            let bytes = Array(text.utf8)
            return .prefix(NormalizedPath.isNormal(bytes.span) ? bytes : NormalizedPath.make(bytes.span))
        }
        return .expression(try RegularExpression(String(text.dropFirst()), options: .anchored))
    }

    private static func headerRules(_ headers: JSONObject) throws(RegularExpressionError) -> [HeaderRule] {
        var rules: [HeaderRule] = []
        for (name, values) in headers {
            var wanted: [HeaderRule.Value] = []
            for value in values.arrayValue?.compactMap(\.stringValue) ?? [] {
                if value.hasPrefix("~*") {
                    let expression = try RegularExpression(String(value.dropFirst(2)), options: .caseInsensitive)
                    wanted.append(.expression(expression))
                } else {
                    wanted.append(.text(lowercased(value)))
                }
            }
            rules.append(HeaderRule(name: lowercased(name), values: wanted))
        }
        return rules
    }

    /// ASCII letters only: what is beyond is compared as it is.
    private static func lowercased(_ text: String) -> [UInt8] {
        text.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
    }
}
