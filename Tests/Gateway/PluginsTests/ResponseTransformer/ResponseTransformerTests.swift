import GatewayModel
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("response-transformer")
struct ResponseTransformerTests {
    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let lists: JSONObject = ["json": [], "headers": []]
        let typed: JSONObject = ["json": [], "json_types": [], "headers": []]
        let config = try PluginFixture.complete("response-transformer", [:]).get()
        #expect(
            config == [
                "remove": .object(lists), "rename": .object(lists), "replace": .object(typed), "add": .object(typed),
                "append": .object(typed),
            ])
        #expect(ResponseTransformer.schema.priority == 800)
    }

    private static let cases = [
        SchemaCase(#"{"remove":{"json":["a"],"headers":["A"]},"rename":{"json":["a:b"],"headers":["A:B"]}}"#),
        SchemaCase(#"{"add":{"json":["a:1"],"json_types":["number"],"headers":["A:b:c"]}}"#),
        SchemaCase(
            #"{"add":{"json":["a:1"],"json_types":["integer"]}}"#,
            "config.add.json_types.1: expected one of: boolean, number, string"),
        SchemaCase(#"{"replace":{"json":["a"]}}"#, "config.replace.json.1: invalid value: a"),
        SchemaCase(#"{"append":{"headers":["A B:c"]}}"#, "config.append.headers.1: 'A B' is not a valid header"),
        SchemaCase(#"{"rename":{"headers":["A:b c"]}}"#, "config.rename.headers.1: 'b c' is not a valid header"),
        SchemaCase(#"{"remove":{"json_types":[]}}"#, "config.remove.json_types: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("response-transformer") }

    // MARK: - Header fields

    private static func proxied(
        _ config: String, fields: String = "", body: String = "x"
    ) throws -> ProxiedHarness {
        try ProxiedHarness(#"{"name":"response-transformer","config":\#(config)}"#) { connection, _ in
            try connection.answerAll(body, fields: fields)
        }
    }

    @Test("header fields")
    func headers() async throws {
        let proxied = try Self.proxied(
            #"""
            {"remove":{"headers":["X-Gone"]},"rename":{"headers":["X-Old:X-New","X-None:X-Other"]},
             "replace":{"headers":["X-Rep:r","X-No:r","Server:mine"]},
             "add":{"headers":["X-Add:a:b","X-Rep:z"]},"append":{"headers":["X-App:2","X-First:1"]}}
            """#,
            fields:
                "x-gone: 1\r\nX-Gone: 2\r\nX-OLD: 1\r\nX-Old: 2\r\nX-New: 3\r\nX-Other: o\r\nX-Rep: 1\r\nX-Rep: 2\r\n"
                + "X-App: 1\r\nServer: theirs\r\n")
        let answer = try await proxied.gateway.ask("GET /")
        #expect(answer.body == "x" && answer.values("X-Gone") == [] && answer.values("X-Old") == [])
        #expect(answer.values("X-New") == ["1", "2"] && answer.values("X-Other") == ["o"])
        #expect(answer.values("X-Rep") == ["r"] && answer.values("X-No") == [])
        #expect(answer.values("X-Add") == ["a:b"] && answer.values("Server") == ["mine"])
        #expect(answer.values("X-App") == ["1", "2"] && answer.values("X-First") == ["1"])
    }

    // MARK: - Bodies

    private static let every = #"""
        {"remove":{"json":["gone"]},"rename":{"json":["old:new","none:x"]},
         "replace":{"json":["rep:r","no:r"]},
         "add":{"json":["add:a:b","rep:z","n:5","f:1.5","t:true","b:yes","bad:x"],
                "json_types":["string","string","number","number","boolean","boolean","number"]},
         "append":{"json":["app:2","first:1"],"json_types":["number"]}}
        """#

    @Test(
        "JSON bodies",
        arguments: [
            (
                "application/json; charset=utf-8", #"{"gone":1,"old":{"k":[null]},"rep":1,"app":"1"}"#,
                #"{"rep":"r","app":["1",2],"new":{"k":[null]},"add":"a:b","n":5,"f":1.5,"t":true,"b":false,"first":["1"]}"#
            ),
            (
                "APPLICATION/JSON", #"{"n":0,"f":0,"t":0,"b":0,"add":0,"app":[1],"first":null}"#,
                #"{"n":0,"f":0,"t":0,"b":0,"add":0,"app":[1,2],"first":["1"],"rep":"z"}"#
            ),
            ("application/json", "[1]", "[1]"), ("application/json", "{\"gone\":", "{\"gone\":"),
            ("application/json", "", ""), ("text/json", #"{"gone":1}"#, #"{"gone":1}"#),
            ("application/problem+json", #"{"gone":1}"#, #"{"gone":1}"#),
        ])
    func bodies(type: String, body: String, sent: String) async throws {
        let proxied = try Self.proxied(Self.every, fields: "Content-Type: \(type)\r\nX-Own: 1\r\n", body: body)
        let answer = try await proxied.gateway.ask("GET /")
        #expect(answer.body == sent && answer.values("Content-Length") == ["\(sent.utf8.count)"])
        #expect(answer["X-Own"] == "1" && answer.values("Content-Type") == [type])
    }

    @Test("an answer of the gateway's own is changed too")
    func own() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"response-transformer","config":{"add":{"json":["a:b"],"headers":["X-A:b"]}}}"#,
            #"{"name":"request-termination","config":{"status_code":403,"message":"no"}}"#)
        let answer = try await gateway.ask("GET /")
        #expect(answer.status == 403 && answer.body == #"{"message":"no","a":"b"}"# && answer["X-A"] == "b")
    }

    @Test("HEAD gets no length, which nobody knows")
    func head() throws {
        let proxied = try ProxiedHarness(
            #"{"name":"response-transformer","config":{"add":{"json":["a:b"]}}}"#
        ) { connection, _ in
            while try connection.request() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n")
            }
        }
        let client = try proxied.gateway.client()
        for _ in 0..<2 {
            let answer = try client.ask("HEAD /")
            #expect(answer.status == 200 && answer["Content-Length"] == nil)
        }
    }

    @Test("a body that is too large to be changed is 502, others pass")
    func tooLarge() async throws {
        let large = "{\"a\":\"" + String(repeating: "x", count: ResponseTransformer.bodyLimit) + "\"}"
        let config = #"{"remove":{"json":["a"]}}"#
        let json = try Self.proxied(config, fields: "Content-Type: application/json\r\n", body: large)
        let answer = try await json.gateway.ask("GET /")
        #expect(answer.status == 502)
        #expect(
            try JSONValue.parse(text: answer.body)["message"]
                == "The upstream server's response is too large to be transformed")
        let text = try Self.proxied(config, fields: "Content-Type: text/plain\r\n", body: large)
        #expect(try await text.gateway.ask("GET /").body.utf8.count == large.utf8.count)
    }
}
