internal import Bytes
internal import EventLoop
internal import HTTPServer
internal import JSON
internal import PluginKit

/// What `echo` answers: the request as the gateway understood it.
enum RequestEcho {
    static let bodyLimit = 1 << 20

    static func body(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ prepared: PreparedRequestTermination,
        trigger: (name: [UInt8], value: [UInt8])?
    ) -> [UInt8] {
        var headers: JSONObject = [:]
        for index in 0..<exchange.request.fieldCount {
            let name = exchange.request.name(index).string.lowercased()
            add(.string(exchange.request.value(index).string), as: name, to: &headers)
        }
        var query: JSONObject = [:]
        var reader = QueryArguments(exchange.request.queryBytes())
        while let argument = reader.next(in: exchange.request.queryBytes()) {
            let value = argument.value.map { JSONValue.string(String(decoding: $0, as: UTF8.self)) } ?? true
            add(value, as: String(decoding: argument.name, as: UTF8.self), to: &query)
        }
        var answer: JSONObject = [
            "message": prepared.message.map { .string($0) } ?? .null, "status_code": .integer(prepared.status),
            "request": [
                "scheme": .string(exchange.scheme == .http ? "http" : "https"),
                "host": .string(exchange.request.hostBytes().string), "port": .integer(exchange.localAddress.port),
                "method": .string(exchange.request.methodBytes().string),
                "path": .string(exchange.request.pathBytes().string), "query": .object(query),
                "headers": .object(headers), "raw_body": .string(String(decoding: exchange.body, as: UTF8.self)),
            ],
        ]
        if let route = context.route {
            answer["matched_route"] = ["id": .string(route.id), "name": route.name.map { .string($0) } ?? .null]
        }
        if let service = context.service {
            answer["matched_service"] = ["id": .string(service.id), "name": service.name.map { .string($0) } ?? .null]
        }
        if let trigger {
            answer["trigger"] = [
                "name": .string(String(decoding: trigger.name, as: UTF8.self)),
                "value": .string(String(decoding: trigger.value, as: UTF8.self)),
            ]
        }
        return Array(JSONValue.object(answer).text.utf8)
    }

    private static func add(_ value: JSONValue, as name: String, to object: inout JSONObject) {
        switch object[name] {
        case nil: object[name] = value
        case .array(let values): object[name] = .array(values + [value])
        case .some(let first): object[name] = [first, value]
        }
    }
}
