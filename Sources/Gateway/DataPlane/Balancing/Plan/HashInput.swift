internal import Bytes
internal import Cryptography
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import PluginKit

/// One thing of a request that consistent hashing may hash (`hash_on`, `hash_fallback`).
enum HashInput: Sendable, Equatable {
    case consumer, ip, path
    /// In lower case.
    case header([UInt8])
    case cookie(name: [UInt8], path: [UInt8])
    case queryArgument([UInt8])
    case capture(String)

    /// What a request is hashed by.
    struct Key: Equatable {
        let hash: UInt64
        /// The `Set-Cookie` that makes the client come back with it.
        var cookie: [UInt8]?
    }

    /// - Parameter field: `hash_on` or `hash_fallback`. Nil when it says `none`.
    init?(_ entity: Entity, _ field: String) {
        func bytes(_ suffix: String) -> [UInt8] { Array((entity.text("\(field)_\(suffix)") ?? "").utf8) }
        switch entity.text(field) {
        case "consumer": self = .consumer
        case "ip": self = .ip
        case "path": self = .path
        case "header": self = .header(bytes("header").map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 })
        case "cookie":
            // One name and one path, whichever of the two asks for it.
            self = .cookie(
                name: Array((entity.text("hash_on_cookie") ?? "").utf8),
                path: Array((entity.text("hash_on_cookie_path") ?? "/").utf8))
        case "query_arg": self = .queryArgument(bytes("query_arg"))
        case "uri_capture": self = .capture(entity.text("\(field)_uri_capture") ?? "")
        default: return nil
        }
    }

    /// The key by the first input that the request has; nil when it has none.
    static func key(
        _ inputs: [HashInput], _ exchange: borrowing Exchange, _ context: RequestContext,
        newIdentifier: () -> String = { UUID.v4() }
    ) -> Key? {
        for input in inputs {
            if let value = input.value(exchange, context) { return Key(hash: StableHash.hash(value.span)) }
            guard case .cookie(let name, let path) = input else { continue }
            let identifier = Array(newIdentifier().utf8)
            var cookie = name
            cookie.append(UInt8(ascii: "="))
            cookie += identifier
            cookie.append("; Path=" as StaticString)
            cookie += path
            cookie.append("; SameSite=Lax; HttpOnly" as StaticString)
            return Key(hash: StableHash.hash(identifier.span), cookie: cookie)
        }
        return nil
    }

    private func value(_ exchange: borrowing Exchange, _ context: RequestContext) -> [UInt8]? {
        switch self {
        case .consumer: context.consumer.map { Array($0.id.utf8) }
        case .ip: Array(exchange.clientAddress.host.utf8)
        case .path: Self.path(exchange.request)
        case .header(let name): Self.fields(exchange.request, name, separator: ", ")
        case .cookie(let name, _):
            Self.fields(exchange.request, Array("cookie".utf8), separator: "; ").flatMap { Self.cookie(name, in: $0) }
        case .queryArgument(let name): Self.arguments(exchange.request.queryBytes(), name)
        case .capture(let name): context.pathCaptures.value(name)
        }
    }

    private static func path(_ request: borrowing RequestHead) -> [UInt8] {
        let path = request.pathBytes()
        return NormalizedPath.isNormal(path) ? path.array : NormalizedPath.make(path)
    }

    /// All values of a field as one.
    private static func fields(
        _ request: borrowing RequestHead, _ name: [UInt8], separator: StaticString
    ) -> [UInt8]? {
        var all: [UInt8]?
        for index in 0..<request.fieldCount where request.name(index).equalsIgnoringCase(name.span) {
            if all != nil { all?.append(separator) }
            all = (all ?? []) + request.value(index).array
        }
        return all
    }

    private static func cookie(_ name: [UInt8], in field: [UInt8]) -> [UInt8]? {
        let field = field.span
        var start = 0
        while start <= field.count {
            let end = field.firstIndex(of: UInt8(ascii: ";"), from: start) ?? field.count
            let pair = field.extracting(start..<end).trimmed()
            if pair.count > name.count, pair[name.count] == UInt8(ascii: "="),
                pair.extracting(0..<name.count).equals(name.span)
            {
                return pair.extracting((name.count + 1)...).array
            }
            start = end + 1
        }
        return nil
    }

    /// All values of an argument, sorted: their order is of no account.
    private static func arguments(_ query: Span<UInt8>, _ name: [UInt8]) -> [UInt8]? {
        var values: [[UInt8]] = []
        var start = 0
        var count = 0
        while start < query.count, count < maximumArguments {
            let end = query.firstIndex(of: UInt8(ascii: "&"), from: start) ?? query.count
            let argument = query.extracting(start..<end)
            let separator = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
            if PercentCoding.decodeLeniently(argument.extracting(0..<separator), plusIsSpace: true) == name {
                let value = argument.extracting(min(separator + 1, argument.count)...)
                values.append(
                    separator == argument.count
                        ? Array("true".utf8) : PercentCoding.decodeLeniently(value, plusIsSpace: true))
            }
            start = end + 1
            count += 1
        }
        guard !values.isEmpty else { return nil }
        values.sort { $0.lexicographicallyPrecedes($1) }
        return Array(values.joined(separator: [UInt8(ascii: ",")]))
    }

    /// More arguments of a query are not looked at.
    private static let maximumArguments = 1000
}
