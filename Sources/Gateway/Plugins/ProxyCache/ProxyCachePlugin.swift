internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Gives answers again that were given before, as Kong's `proxy-cache`.
enum ProxyCache {
    /// - Parameter cache: Where they are kept.
    static func definition(cache: ResponseCache) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: [.access, .headerFilter, .bodyFilter]) { config, _ in
            PreparedProxyCache(config, cache)
        }
    }
}

final class PreparedProxyCache: PreparedPlugin {
    let cache: ResponseCache
    let dictionary: String
    let statuses: Set<Int>
    let methods: Set<HTTPMethod>
    let types: [MediaType]
    let timeToLive: Int
    let storageTime: Int?
    let obeysControl: Bool
    let ignoresCase: Bool
    /// Nil: all.
    let arguments: Set<[UInt8]>?
    let varyHeaders: [[UInt8]]
    let showsAge: Bool
    let showsStatus: Bool
    let showsKey: Bool

    init(_ config: JSONObject, _ cache: ResponseCache) {
        func list(_ name: String) -> [String] { config[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        func shows(_ name: String) -> Bool { config["response_headers"]?[name]?.boolValue ?? true }
        self.cache = cache
        dictionary = config["memory"]?["dictionary_name"]?.stringValue ?? "kong_db_cache"
        statuses = Set(config["response_code"]?.arrayValue?.compactMap(\.integerValue) ?? [])
        methods = Set(
            list("request_method").map { name in
                let bytes = Array(name.utf8)
                return HTTPMethod(bytes.span)
            })
        types = list("content_type").compactMap { MediaType($0) }
        timeToLive = config["cache_ttl"]?.integerValue ?? 300
        storageTime = config["storage_ttl"]?.integerValue
        obeysControl = config["cache_control"]?.boolValue ?? false
        ignoresCase = config["ignore_uri_case"]?.boolValue ?? false
        let names = list("vary_query_params").map { Array($0.utf8) }
        arguments = names.isEmpty ? nil : Set(names)
        varyHeaders = list("vary_headers").map { Array($0.utf8) }
        showsAge = shows("Age")
        showsStatus = shows("X-Cache-Status")
        showsKey = shows("X-Cache-Key")
    }

    func plugin(on loop: EventLoop) -> any Plugin { ProxyCachePlugin(self) }
}

/// What `proxy-cache` knows of one request.
private final class CacheNote {
    enum Status: String {
        case miss = "Miss", hit = "Hit", refresh = "Refresh", bypass = "Bypass"
    }

    var status: Status
    let key: String?
    /// What to store when the body has come.
    var answer: (status: Int, fields: FieldList, timeToLive: Int)?

    init(_ status: Status, key: String?) {
        self.status = status
        self.key = key
    }
}

/// The phases of `proxy-cache`.
final class ProxyCachePlugin: Plugin {
    private let prepared: PreparedProxyCache

    init(_ prepared: PreparedProxyCache) { self.prepared = prepared }

    // MARK: - The request

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        let control = CacheControl(exchange.request.fields)
        guard isCacheable(exchange.request, control) else {
            context.setNote(CacheNote(.bypass, key: nil), of: self)
            return .next
        }
        let key = CacheKey.make(exchange, context, prepared)
        guard let entry = prepared.cache.find(key, in: prepared.dictionary) else {
            return goOn(.miss, key, control, &exchange, context)
        }
        let age = max(0, prepared.cache.now - entry.timestamp)
        guard accepts(entry, age: age, control) else {
            return goOn(.refresh, key, control, &exchange, context)
        }
        context.setNote(CacheNote(.hit, key: key), of: self)
        exchange.response.status = entry.status
        let (fields, body) = (entry.fields, entry.body)
        for index in 0..<fields.count { exchange.response.addField(fields.name(index), fields.value(index)) }
        if shows(prepared.showsAge, exchange) { exchange.response.setField("age", decimal: age) }
        exchange.response.body.append(body.span)
        return .answer
    }

    /// There is no answer that the client takes: the service gives one, unless the client wants none from there.
    private func goOn(
        _ status: CacheNote.Status, _ key: String, _ control: CacheControl, _ exchange: inout Exchange,
        _ context: RequestContext
    ) -> Verdict {
        if prepared.obeysControl, control.has("only-if-cached") {
            // RFC 9111 §5.2.1.7
            ErrorResponse.write(504, "The response is not cached", to: &exchange, context)
            return .answer
        }
        context.setNote(CacheNote(status, key: key), of: self)
        return .next
    }

    private func isCacheable(_ request: borrowing RequestHead, _ control: CacheControl) -> Bool {
        guard prepared.methods.contains(request.method) else { return false }
        if !prepared.obeysControl { return true }
        return !control.has("no-store") && !control.has("no-cache") && request.index(of: "authorization") == nil
    }

    /// Whether the client takes an answer of that age.
    private func accepts(_ entry: ResponseCache.Entry, age: Int, _ control: CacheControl) -> Bool {
        if !prepared.obeysControl { return age <= prepared.timeToLive }
        if let most = control.seconds("max-age"), age > most { return false }
        if let least = control.seconds("min-fresh"), entry.timeToLive - age < least { return false }
        if age <= entry.timeToLive { return true }
        // Stale: for those only who say that they take it, however stale if they do not say more.
        guard control.has("max-stale") else { return false }
        return age - entry.timeToLive <= control.seconds("max-stale") ?? .max
    }

    private func shows(_ isWanted: Bool, _ exchange: borrowing Exchange) -> Bool {
        isWanted || exchange.request.index(of: "kong-debug") != nil
    }

    // MARK: - The answer

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        guard let note = context.note(of: self) as? CacheNote else { return }
        if note.status == .miss || note.status == .refresh {
            if let timeToLive = timeToLive(exchange.response) {
                note.answer = (exchange.response.status, Self.kept(exchange.response.fields), timeToLive)
            } else {
                note.status = .bypass
            }
        }
        if shows(prepared.showsStatus, exchange) {
            exchange.response.setField("x-cache-status", note.status.rawValue)
        }
        if let key = note.key, shows(prepared.showsKey, exchange) { exchange.response.setField("x-cache-key", key) }
    }

    /// Seconds that the answer is fresh; nil when it is not to be kept.
    private func timeToLive(_ response: borrowing Response) -> Int? {
        guard prepared.statuses.contains(response.status),
            let text = response.value(of: "content-type"), let type = MediaType(text),
            prepared.types.contains(where: { $0.includes(type) }),
            !response.hasField("set-cookie")
        else { return nil }
        if !prepared.obeysControl { return prepared.timeToLive }
        let control = CacheControl(response.fields)
        if control.has("private") || control.has("no-store") || control.has("no-cache") { return nil }
        var seconds = control.seconds("s-maxage") ?? control.seconds("max-age")
        if seconds == nil, let expires = response.value(of: "expires"), let time = HTTPDate.seconds(expires) {
            seconds = time - prepared.cache.now
        }
        guard let seconds, seconds > 0 else { return nil }
        return seconds
    }

    /// What is of the answer itself, not of its way.
    private static func kept(_ fields: borrowing FieldList) -> FieldList {
        var kept = FieldList()
        for index in 0..<fields.count where !isLeftOut(fields.name(index)) {
            kept.add(fields.name(index), fields.value(index))
        }
        return kept
    }

    private static func isLeftOut(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 2: name.equalsIgnoringCase("te")
        case 3: name.equalsIgnoringCase("age") || name.equalsIgnoringCase("via")
        case 7: name.equalsIgnoringCase("upgrade") || name.equalsIgnoringCase("trailer")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 14: name.equalsIgnoringCase("content-length") || name.equalsIgnoringCase("x-cache-status")
        case 11: name.equalsIgnoringCase("x-cache-key")
        case 17: name.equalsIgnoringCase("transfer-encoding") || name.equalsIgnoringCase("x-kong-request-id")
        case 18: name.equalsIgnoringCase("proxy-authenticate")
        case 19: name.equalsIgnoringCase("proxy-authorization")
        case 20: name.equalsIgnoringCase("x-kong-proxy-latency")
        case 23: name.equalsIgnoringCase("x-kong-upstream-latency")
        default: name.count >= 19 && name.string.lowercased().contains("ratelimit-remaining")
        }
    }

    func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse {
        guard let note = context.note(of: self) as? CacheNote, let key = note.key, let answer = note.answer else {
            return .none
        }
        note.answer = nil
        let prepared = prepared
        // An answer's age counts from its head (RFC 9111 §4.2.3).
        let now = prepared.cache.now
        return .observed(
            CachedBody(maximum: prepared.cache.largestBody) { body in
                let stored = prepared.storageTime ?? answer.timeToLive
                prepared.cache.store(
                    ResponseCache.Entry(
                        status: answer.status, fields: answer.fields, body: body, timestamp: now,
                        timeToLive: answer.timeToLive, expiresAt: now + stored),
                    as: key, in: prepared.dictionary)
            })
    }
}

/// Collects a body that passes, unless it becomes too large or stops short.
private final class CachedBody: BodyObserver {
    private let maximum: Int
    private let store: ([UInt8]) -> Void
    private var body: [UInt8]? = []

    init(maximum: Int, store: @escaping ([UInt8]) -> Void) {
        self.maximum = maximum
        self.store = store
    }

    func passed(_ bytes: Span<UInt8>) {
        guard let count = body?.count, count + bytes.count <= maximum else {
            body = nil
            return
        }
        body?.append(bytes)
    }

    func ended(isComplete: Bool) {
        if isComplete, let body { store(body) }
        body = nil
    }
}
