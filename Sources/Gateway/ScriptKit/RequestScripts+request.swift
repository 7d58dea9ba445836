internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit
internal import Scripting

/// What scripts ask of the request, as in Kong's plugin development kit.
extension RequestScripts {
    func defineRequest() throws(LuaError) {
        try define("kong.request.get_method") { view, _ in .string(view.method) }
        try define("kong.request.get_scheme") { view, _ in .string(view.scheme) }
        try define("kong.request.get_host") { view, _ in .string(view.host) }
        try define("kong.request.get_port") { view, _ in .integer(view.port) }
        try define("kong.request.get_http_version") { view, _ in .number(view.httpVersion) }
        for name in ["get_path", "get_raw_path"] {
            try define("kong.request.\(name)") { view, _ in .string(view.path) }
        }
        try define("kong.request.get_path_with_query") { view, _ in .string(view.target) }
        try define("kong.request.get_raw_query") { view, _ in .string(String(decoding: view.query, as: UTF8.self)) }
        try define("kong.request.get_query_arg") { view, arguments in
            guard let name = arguments.text(0) else { throw ScriptRefusal("query argument name must be a string") }
            return view.arguments.first { $0.name == name }?.value
        }
        try define("kong.request.get_query") { view, _ in
            var object = JSONObject()
            for (name, value) in view.arguments {
                object[name] = object[name] == nil ? value : JSONAppending.value(object[name], with: value)
            }
            return .object(object)
        }
        try define("kong.request.get_header") { view, arguments in
            guard let name = arguments.text(0) else { throw ScriptRefusal("header name must be a string") }
            return RequestView.value(of: name, in: view.fields).map { .string($0) }
        }
        try define("kong.request.get_headers") { view, _ in RequestView.object(view.fields) }
        try define("kong.client.get_ip") { view, _ in .string(view.connectionPeer.address) }
        try define("kong.client.get_port") { view, _ in .integer(view.connectionPeer.port) }
        try define("kong.client.get_forwarded_ip") { view, _ in .string(view.client.address) }
        try define("kong.client.get_forwarded_port") { view, _ in .integer(view.client.port) }
    }

    func defineAnswer() throws(LuaError) {
        try define("kong.response.get_status") { view, _ in .integer(view.status) }
        try define("kong.response.get_header") { view, arguments in
            guard let name = arguments.text(0) else { throw ScriptRefusal("header name must be a string") }
            return RequestView.value(of: name, in: view.answerFields).map { .string($0) }
        }
        try define("kong.response.get_headers") { view, _ in RequestView.object(view.answerFields) }
        try define("kong.response.get_source") { view, _ in view.upstream?.status == nil ? "exit" : "service" }
        try define("kong.service.response.get_status") { view, _ in view.upstream?.status.map { .integer($0) } }
    }

    func defineEntities() throws(LuaError) {
        try define("kong.client.get_consumer") { view, _ in
            guard let consumer = view.consumer else { return nil }
            return view.entities?.entity("consumers", id: consumer.id).map { .object($0.fields) }
        }
        try define("kong.client.get_credential") { view, _ in
            guard let credential = view.credential else { return nil }
            var fields: JSONObject = ["id": .string(credential.id)]
            if let consumer = credential.consumerID { fields["consumer"] = ["id": .string(consumer)] }
            return .object(fields)
        }
        try define("kong.router.get_route") { view, _ in
            guard let route = view.route else { return nil }
            return view.entities?.entity("routes", id: route.id).map { .object($0.fields) }
        }
        try define("kong.router.get_service") { view, _ in
            guard let service = view.route?.service else { return nil }
            return view.entities?.entity("services", id: service.id).map { .object($0.fields) }
        }
    }

    /// nginx's variables that a request has here too; others are nil.
    func defineVariables() throws(LuaError) {
        try define("ngx.var.__index") { view, arguments in
            guard let name = arguments.text(0) else { return nil }
            return Self.variable(name, view).map { .string($0) }
        }
    }

    private static func variable(_ name: String, _ view: RequestView) -> String? {
        switch name {
        case "request_id", "kong_request_id": view.id
        case "request_method": view.method
        case "request_uri": view.target
        case "uri": view.path
        case "args", "query_string": String(decoding: view.query, as: UTF8.self)
        case "host": view.host
        case "scheme": view.scheme
        case "remote_addr": view.client.address
        case "remote_port": String(view.client.port)
        case "realip_remote_addr": view.connectionPeer.address
        case "server_addr": view.server.address
        case "server_port": String(view.server.port)
        case "server_protocol": view.httpVersion == 2 ? "HTTP/2.0" : "HTTP/\(view.httpVersion)"
        case "status": String(view.status)
        case "bytes_sent": String(view.bytesSent)
        case "request_length": String(view.bytesReceived)
        case "request_time": seconds(view.elapsedMilliseconds)
        case "upstream_status": view.upstream?.status.map { String($0) }
        case "upstream_addr": view.upstream?.tries.last.map { "\($0.host):\($0.port)" }
        case "upstream_uri": view.upstream.map { String(decoding: $0.uri, as: UTF8.self) }
        default:
            if name.hasPrefix("http_") {
                RequestView.value(of: String(name.dropFirst(5)), in: view.fields)
            } else if name.hasPrefix("sent_http_") {
                RequestView.value(of: String(name.dropFirst(10)), in: view.answerFields)
            } else if name.hasPrefix("arg_") {
                view.arguments.first { $0.name == name.dropFirst(4) }?.value.stringValue
            } else {
                nil
            }
        }
    }

    /// As nginx writes it, with three decimals.
    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
