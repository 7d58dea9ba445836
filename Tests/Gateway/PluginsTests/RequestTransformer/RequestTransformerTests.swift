import Foundation
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("request-transformer")
struct RequestTransformerTests {
    private static func proxied(_ config: String, path: String = "/") throws -> ProxiedHarness {
        try ProxiedHarness(#"{"name":"request-transformer","config":\#(config)}"#, path: path) { connection, _ in
            try connection.answerAll("x")
        }
    }

    // MARK: - Line

    @Test(
        "the query",
        arguments: [
            (#"{"remove":{"querystring":["a"]}}"#, "/?a=1&b=2&a=3", "/?b=2"),
            (#"{"remove":{"querystring":["a"]}}"#, "/?a=1", "/"),
            (#"{"remove":{"querystring":["z"]}}"#, "/?a=%7e&b", "/?a=%7e&b"),
            (#"{"rename":{"querystring":["a:n"]}}"#, "/?a=1&b=2&a=3&n=4", "/?n=1&b=2&n=3"),
            (#"{"rename":{"querystring":["a:n"]}}"#, "/?n=4", "/?n=4"),
            (#"{"replace":{"querystring":["a:x y"]}}"#, "/?b&a=1&a=2", "/?b&a=x%20y"),
            (#"{"replace":{"querystring":["a:x"]}}"#, "/?b=1", "/?b=1"),
            (#"{"replace":{"querystring":["a:"]}}"#, "/?a=1&b=2", "/?b=2"),
            (#"{"add":{"querystring":["a:x","b:y"]}}"#, "/?a=1", "/?a=1&b=y"),
            (#"{"add":{"querystring":["a:x"]}}"#, "/", "/?a=x"),
            (#"{"append":{"querystring":["a:x"]}}"#, "/?a=1", "/?a=1&a=x"),
            (#"{"add":{"querystring":["q:$(query_params.a or 'none')"]}}"#, "/?a=%26%3d", "/?a=%26%3D&q=%26%3D"),
            (#"{"add":{"querystring":["q:$(headers.x_none or 'none')"]}}"#, "/", "/?q=none"),
            (
                #"{"remove":{"querystring":["a"]},"rename":{"querystring":["b:a"]},"replace":{"querystring":["a:3"]},"add":{"querystring":["a:4"]},"append":{"querystring":["a:5"]}}"#,
                "/?a=1&b=2", "/?a=3&a=5"
            ),
        ])
    func query(config: String, target: String, sent: String) async throws {
        let proxied = try Self.proxied(config)
        _ = try await proxied.gateway.ask("GET \(target)")
        #expect(proxied.requestLine == "GET \(sent) HTTP/1.1")
    }

    @Test(
        "the path",
        arguments: [
            ("/", #"{"replace":{"uri":"/new/path"}}"#, "/a/b?c=d", "/new/path?c=d"),
            (
                "~/users/(?<id>\\d+)/(\\w+)", #"{"replace":{"uri":"/$(uri_captures[2])/$(uri_captures['id'])"}}"#,
                "/users/12/books", "/books/12"
            ),
            ("/", #"{"replace":{"uri":"/$(headers.x_path)"}}"#, "/", "/from%20header"),
        ])
    func path(route: String, config: String, target: String, sent: String) async throws {
        let proxied = try Self.proxied(config, path: route)
        _ = try await proxied.gateway.ask("GET \(target)\nX-Path: from header")
        #expect(proxied.requestLine == "GET \(sent) HTTP/1.1")
    }

    @Test("the method; a form's fields become arguments with those that have no body")
    func method() throws {
        let post = try Self.proxied(#"{"http_method":"POST"}"#)
        _ = try post.gateway.client().ask("GET /?a=1")
        #expect(post.requestLine == "POST /?a=1 HTTP/1.1")
        let get = try Self.proxied(#"{"http_method":"GET","append":{"querystring":["c:4"]}}"#)
        let client = try get.gateway.client()
        _ = try client.ask("POST /?a=1\nContent-Type: application/x-www-form-urlencoded", body: "b=2+2&a=3")
        #expect(get.requestLine == "GET /?a=1&b=2%202&a=3&c=4 HTTP/1.1" && get.sentBody == "b=2+2&a=3")
        _ = try client.ask("POST /?a=1\nContent-Type: text/plain", body: "b=2")
        #expect(get.requestLine == "GET /?a=1&c=4 HTTP/1.1")
    }

    // MARK: - Header fields

    @Test("header fields")
    func headers() async throws {
        let proxied = try Self.proxied(
            #"""
            {"remove":{"headers":["X-Gone"]},"rename":{"headers":["X-Old:X-New","X-None:X-Other"]},
             "replace":{"headers":["X-Rep:r","X-No:r"]},
             "add":{"headers":["X-Add:a:b","X-Rep:z","X-Ua:$(headers.user_agent)"]},
             "append":{"headers":["X-App:2","X-First:1"]}}
            """#)
        _ = try await proxied.gateway.ask(
            "GET /\nx-gone: 1\nX-Gone: 2\nX-OLD: 1\nX-Old: 2\nX-New: 3\nX-Other: o\nX-Rep: 1\nX-Rep: 2\nX-App: 1\nUser-Agent: curl"
        )
        #expect(proxied.sent("X-Gone") == [] && proxied.sent("X-Old") == [])
        #expect(proxied.sent("X-New") == ["1", "2"] && proxied.sent("X-Other") == ["o"])
        #expect(proxied.sent("X-Rep") == ["r"] && proxied.sent("X-No") == [])
        #expect(proxied.sent("X-Add") == ["a:b"] && proxied.sent("X-Ua") == ["curl"])
        #expect(proxied.sent("X-App") == ["1", "2"] && proxied.sent("X-First") == ["1"])
    }

    @Test("the host is replaced, and neither removed nor added")
    func host() throws {
        let replaced = try Self.proxied(#"{"replace":{"headers":["host:other.test"]}}"#)
        _ = try replaced.gateway.client().ask("GET /")
        #expect(replaced.sent("Host") == ["other.test"])
        let kept = try Self.proxied(#"{"remove":{"headers":["Host"]},"add":{"headers":["host:other.test"]}}"#)
        _ = try kept.gateway.client().ask("GET /")
        #expect(kept.sent("Host") == ["127.0.0.1:\(kept.upstream.port)"])
    }

    @Test("a value cannot bring another line")
    func injection() async throws {
        let proxied = try Self.proxied(#"{"add":{"headers":["X-Add:$(query_params.a)"]}}"#)
        _ = try await proxied.gateway.ask("GET /?a=1%0d%0aX-Evil:2")
        #expect(proxied.sent("X-Add") == ["1  X-Evil:2"] && proxied.sent("X-Evil") == [])
    }

    @Test("later plugins see the changes")
    func later() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"request-transformer","config":{"http_method":"PUT","add":{"headers":["X-A:b"],"querystring":["c:d"]}}}"#,
            #"{"name":"request-termination","config":{"status_code":200,"echo":true}}"#)
        let seen = try JSONValue.parse(text: try await gateway.ask("GET /").body)["request"]
        #expect(seen?["headers"]?["x-a"] == "b" && seen?["method"] == "PUT")
    }

    // MARK: - Bodies

    private static let every = #"""
        {"remove":{"body":["gone"]},"rename":{"body":["old:new","none:x"]},"replace":{"body":["rep:r","no:r"]},
         "add":{"body":["add:a","rep:z"]},"append":{"body":["app:2","first:1"]}}
        """#

    @Test(
        "bodies, by their type",
        arguments: [
            (
                "application/json; charset=utf-8", #"{"gone":1,"old":[true,null],"rep":{"a":1},"app":"1","n":1.5}"#,
                #"{"rep":"r","app":["1","2"],"n":1.5,"new":[true,null],"add":"a","first":["1"]}"#
            ),
            ("application/json", #"{"app":["0"]}"#, #"{"app":["0","2"],"add":"a","rep":"z","first":["1"]}"#),
            ("application/json", #"{"app":5}"#, #"{"app":[5,"2"],"add":"a","rep":"z","first":["1"]}"#),
            ("application/json", "[1,2]", "[1,2]"), ("application/json", #"{"gone":1"#, #"{"gone":1"#),
            ("application/json", "", #"{"add":"a","rep":"z","app":["2"],"first":["1"]}"#),
            (
                "application/x-www-form-urlencoded", "gone=1&old=2&rep=3&app=1&x=%20+y",
                "new=2&rep=r&app=1&x=%20%20y&add=a&app=2&first=1"
            ),
            ("text/plain", "gone=1", "gone=1"),
        ])
    func bodies(type: String, body: String, sent: String) async throws {
        let proxied = try Self.proxied(Self.every)
        _ = try await proxied.gateway.ask("POST /\nContent-Type: \(type)", body: body)
        #expect(proxied.sentBody == sent)
        #expect(proxied.sent("Content-Length") == ["\(sent.utf8.count)"])
    }

    @Test("multipart bodies; what nothing is done to stays as it was sent")
    func multipart() async throws {
        func form(_ parts: [String]) -> String {
            parts.map { "--b\r\n\($0)\r\n" }.joined() + "--b--\r\n"
        }
        func field(_ name: String, _ value: String, _ further: String = "") -> String {
            "Content-Disposition: form-data; name=\"\(name)\"\(further)\r\n\r\n\(value)"
        }
        let proxied = try Self.proxied(Self.every)
        let file =
            "content-disposition: form-data; NAME=keep; filename=\"f\"\r\nContent-Type: image/png\r\n\r\n\u{1}--b"
        _ = try await proxied.gateway.ask(
            "POST /\nContent-Type: multipart/form-data; boundary=b",
            body: "preamble\r\n"
                + form([
                    field("gone", "1"), file, field("old", "v", "; filename=\"o\"\r\nContent-Type: text/plain"),
                    field("rep", "1"), field("rep", "2"), field("app", "1"),
                ]))
        #expect(
            proxied.sentBody
                == form([
                    file, field("new", "v", "; filename=\"o\"\r\nContent-Type: text/plain"), field("rep", "r"),
                    field("app", "1"), field("add", "a"), field("app", "2"), field("first", "1"),
                ]))
        _ = try await proxied.gateway.ask("POST /\nContent-Type: multipart/form-data; boundary=b", body: "no form")
        #expect(proxied.sentBody == "no form")
    }

    @Test("a chunked body is read and sent whole")
    func chunked() throws {
        let proxied = try Self.proxied(#"{"remove":{"body":["a"]}}"#)
        let client = try proxied.gateway.client()
        try client.sendChunked("POST /\nContent-Type: application/json", [#"{"a":1"#, #","b":2}"#])
        #expect(try client.answer().status == 200)
        #expect(proxied.sentBody == #"{"b":2}"# && proxied.sent("Content-Length") == ["7"])
    }

    @Test("a body that is too large to be changed is refused, others pass")
    func tooLarge() async throws {
        let proxied = try Self.proxied(#"{"remove":{"body":["a"]}}"#)
        let large = String(repeating: " ", count: RequestTransformer.bodyLimit + 1)
        let refused = try await proxied.gateway.ask("POST /\nContent-Type: application/json", body: large)
        #expect(refused.status == 413 && proxied.upstream.requests.isEmpty)
        #expect(try await proxied.gateway.ask("POST /\nContent-Type: text/plain", body: large).status == 200)
    }

    @Test("more arguments than are read are refused: what was to be removed may be among them")
    func tooMany() async throws {
        let many = (0...1000).map { "a\($0)" }.joined(separator: "&")
        let query = try Self.proxied(#"{"remove":{"querystring":["x"]}}"#)
        let answer = try await query.gateway.ask("GET /?\(many)")
        #expect(answer.status == 400 && query.upstream.requests.isEmpty)
        #expect(
            try JSONValue.parse(text: answer.body)["message"]
                == "The request cannot be transformed: the form has more than 1000 fields")
        let form = try Self.proxied(#"{"remove":{"body":["x"]}}"#)
        let other = try await form.gateway.ask(
            "POST /\nContent-Type: application/x-www-form-urlencoded", body: many)
        #expect(other.status == 400 && form.upstream.requests.isEmpty)
    }
}
