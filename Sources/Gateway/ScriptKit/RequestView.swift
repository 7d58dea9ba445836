internal import Bytes
internal import EventLoop
internal import HTTPServer
internal import JSON
internal import Observability
internal import PluginKit

/// What scripts see of a request: a copy, for they run apart from it.
struct RequestView {
    typealias Field = (name: String, value: String)

    let id: String
    let method: String
    let scheme: String
    /// As the client gave it, without its port.
    let host: String
    let port: Int
    let httpVersion: Double
    /// Path and query.
    let target: String
    let path: String
    let query: [UInt8]
    let fields: [Field]
    let client: (address: String, port: Int)
    let connectionPeer: (address: String, port: Int)
    let server: (address: String, port: Int)
    let status: Int
    let answerFields: [Field]
    let upstream: UpstreamFacts?
    let route: RouteInfo?
    let consumer: ConsumerInfo?
    let credential: CredentialInfo?
    let entities: EntityDirectory?
    let bytesReceived: Int
    let bytesSent: Int
    let elapsedMilliseconds: Int

    init(_ exchange: borrowing Exchange, _ context: RequestContext) {
        id = context.requestID.description
        method = exchange.request.methodBytes().string
        scheme = exchange.scheme == .https ? "https" : "http"
        host = RequestHost.name(exchange.request.hostBytes())
        port = exchange.localAddress.port
        httpVersion = exchange.request.isHTTP2 ? 2 : exchange.request.minorVersion == 0 ? 1.0 : 1.1
        target = exchange.request.targetBytes().string
        path = exchange.request.pathBytes().string
        query = exchange.request.queryBytes().array
        fields = Self.fields(exchange.request.fields)
        client = (exchange.clientAddress.host, exchange.clientAddress.port)
        connectionPeer = (exchange.connection.remoteAddress.host, exchange.connection.remoteAddress.port)
        server = (exchange.localAddress.host, exchange.localAddress.port)
        status = exchange.response.status
        answerFields = Self.fields(exchange.response.fields)
        upstream = context.upstream
        route = context.route
        consumer = context.consumer
        credential = context.credential
        entities = context.entities
        bytesReceived = exchange.bytesReceived
        bytesSent = exchange.bytesSent
        elapsedMilliseconds = exchange.elapsedMilliseconds
    }

    private static func fields(_ list: borrowing FieldList) -> [Field] {
        var fields: [Field] = []
        fields.reserveCapacity(list.count)
        for index in 0..<list.count {
            var name: [UInt8] = []
            LowerCase.append(list.name(index), to: &name)
            fields.append((String(decoding: name, as: UTF8.self), list.value(index).string))
        }
        return fields
    }

    /// The first field of that name, whose underscores may stand for dashes.
    static func value(of name: String, in fields: [Field]) -> String? {
        let wanted = name.lowercased()
        if let found = fields.first(where: { $0.name == wanted }) { return found.value }
        let dashed = String(wanted.map { $0 == "_" ? "-" : $0 })
        return fields.first { $0.name == dashed }?.value
    }

    /// An object in Kong's shape: a name that repeats has a list.
    static func object(_ fields: [Field]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in fields {
            object[name] =
                object[name] == nil ? .string(value) : JSONAppending.value(object[name], with: .string(value))
        }
        return .object(object)
    }

    /// The arguments of the query, decoded; one without `=` is true.
    var arguments: [(name: String, value: JSONValue)] {
        var arguments: [(name: String, value: JSONValue)] = []
        var reader = QueryArguments(query.span)
        while let (name, value) = reader.next(in: query.span) {
            arguments.append(
                (
                    String(decoding: name, as: UTF8.self),
                    value.map { .string(String(decoding: $0, as: UTF8.self)) } ?? true
                ))
        }
        return arguments
    }
}
