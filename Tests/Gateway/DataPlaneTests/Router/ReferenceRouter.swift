import GatewayModel
import JSON
import RegularExpression

/// Kong's rules in the plainest way: every path of every route is tried in turn, on strings. It shares nothing with
/// `Router` but the regular expressions.
struct ReferenceRouter {
    struct Request {
        var method: String
        var path: String
        var host: String
        var port: Int?
        var headers: [(name: String, value: String)]

        var lines: String {
            let fields = headers.map { "\n\($0.name): \($0.value)" }.joined()
            return "\(method) \(path)\nHost: \(host)\(port.map { ":\($0)" } ?? "")\(fields)"
        }
    }

    private struct Candidate {
        let route: Int
        let fields: JSONObject
        let path: String?
        let id: String
    }

    private var candidates: [Candidate] = []

    init(_ entities: [Entity]) {
        for (place, entity) in entities.enumerated() {
            let protocols = Self.texts(entity.fields, "protocols")
            if protocols.allSatisfy({ !["http", "https", "grpc", "grpcs"].contains($0) }) { continue }
            let paths = Self.texts(entity.fields, "paths")
            for path in paths.isEmpty ? [nil] : paths.map(Optional.some) {
                candidates.append(Candidate(route: place, fields: entity.fields, path: path, id: entity.id))
            }
        }
    }

    func match(_ request: Request, localPort: Int) throws -> Int? {
        let fitting = try candidates.filter { try fits($0, request, localPort) }
        return fitting.min { Self.isFirst($0, $1) }?.route
    }

    private static func texts(_ fields: JSONObject, _ name: String) -> [String] {
        fields[name]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    private func fits(_ candidate: Candidate, _ request: Request, _ localPort: Int) throws -> Bool {
        let methods = Self.texts(candidate.fields, "methods")
        if !methods.isEmpty, !methods.contains(request.method) { return false }
        let hosts = Self.texts(candidate.fields, "hosts")
        let port = request.port ?? localPort
        if !hosts.isEmpty, !hosts.contains(where: { Self.matches($0, request.host, port) }) { return false }
        for (name, values) in candidate.fields["headers"]?.objectValue ?? [:] {
            let sent = request.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
            let wanted = values.arrayValue?.compactMap(\.stringValue) ?? []
            let isMatched = try sent.contains { value in
                try wanted.contains { text in
                    guard text.hasPrefix("~*") else { return text.lowercased() == value.lowercased() }
                    return try RegularExpression(String(text.dropFirst(2)), options: .caseInsensitive).matches(value)
                }
            }
            if !isMatched { return false }
        }
        guard let path = candidate.path else { return true }
        if path.hasPrefix("~") {
            return try RegularExpression(String(path.dropFirst()), options: .anchored).matches(request.path)
        }
        return request.path.hasPrefix(path)
    }

    private static func matches(_ pattern: String, _ host: String, _ port: Int) -> Bool {
        let parts = pattern.lowercased().split(separator: ":").map(String.init)
        if parts.count > 1, Int(parts[1]) != port { return false }
        let (name, host) = (parts[0], host.lowercased())
        if name.hasPrefix("*") { return host.hasSuffix(name.dropFirst()) && host.count >= name.count }
        if name.hasSuffix("*") { return host.hasPrefix(name.dropLast()) && host.count >= name.count }
        return name == host
    }

    private static func isFirst(_ left: Candidate, _ right: Candidate) -> Bool {
        func kinds(_ candidate: Candidate) -> Int {
            ["hosts", "methods", "headers", "paths", "snis"].count { name in
                !(candidate.fields[name]?.arrayValue ?? []).isEmpty
                    || !(candidate.fields[name]?.objectValue ?? [:]).isEmpty
            }
        }
        func plainHosts(_ candidate: Candidate) -> Int {
            let hosts = texts(candidate.fields, "hosts")
            return !hosts.isEmpty && !hosts.contains { $0.contains("*") } ? 1 : 0
        }
        func headers(_ candidate: Candidate) -> Int { candidate.fields["headers"]?.objectValue?.count ?? 0 }
        func expression(_ candidate: Candidate) -> Int { candidate.path?.hasPrefix("~") == true ? 1 : 0 }
        func weight(_ candidate: Candidate) -> Int {
            if expression(candidate) == 1 { return candidate.fields["regex_priority"]?.integerValue ?? 0 }
            return candidate.path?.utf8.count ?? 0
        }
        for key in [kinds, plainHosts, headers, expression, weight] where key(left) != key(right) {
            return key(left) > key(right)
        }
        let (age, otherAge) = (left.fields["created_at"]?.integerValue, right.fields["created_at"]?.integerValue)
        if age != otherAge { return (age ?? 0) < (otherAge ?? 0) }
        return left.id < right.id
    }
}
