import GatewayModel
import JSON
import TestPlugins
import Testing

@testable import Plugins

@Suite("request-transformer's fields")
struct RequestTransformerSchemaTests {
    @Test("defaults")
    func defaults() throws {
        let lists: JSONObject = ["body": [], "headers": [], "querystring": []]
        var replace = lists
        replace["uri"] = .null
        let config = try PluginFixture.complete("request-transformer", [:]).get()
        #expect(
            config == [
                "http_method": .null, "remove": .object(lists), "rename": .object(lists), "replace": .object(replace),
                "add": .object(lists), "append": .object(lists),
            ])
        #expect(RequestTransformer.schema.priority == 801)
    }

    private static let cases = [
        SchemaCase(#"{"http_method":"POST","remove":{"headers":["A"],"querystring":["b"],"body":["c"]}}"#),
        SchemaCase(#"{"rename":{"headers":["A:B"],"querystring":["a:b"],"body":["a:b"]}}"#),
        SchemaCase(#"{"add":{"headers":["A:b:c","B:$(headers.x or 'y')"],"querystring":["a:"],"body":["a:b"]}}"#),
        SchemaCase(#"{"replace":{"uri":"/x/$(uri_captures[1])"},"append":{"body":["a:$(query_params.b)"]}}"#),
        SchemaCase(#"{"http_method":"get"}"#, "config.http_method: invalid value: get"),
        SchemaCase(#"{"http_method":"GET X"}"#, "config.http_method: invalid value: GET X"),
        SchemaCase(#"{"add":{"headers":["A"]}}"#, "config.add.headers.1: invalid value: A"),
        SchemaCase(#"{"add":{"headers":["A:b",":c"]}}"#, "config.add.headers.2: invalid value: :c"),
        SchemaCase(#"{"add":{"headers":["A B:c"]}}"#, "config.add.headers.1: 'A B' is not a valid header"),
        SchemaCase(#"{"remove":{"headers":["A\r\n"]}}"#, "config.remove.headers.1: 'A\r\n' is not a valid header"),
        SchemaCase(#"{"rename":{"headers":["A:B C"]}}"#, "config.rename.headers.1: 'B C' is not a valid header"),
        SchemaCase(#"{"rename":{"body":["a"]}}"#, "config.rename.body.1: invalid value: a"),
        SchemaCase(#"{"rename":{"querystring":["a:"]}}"#, "config.rename.querystring.1: invalid value: a:"),
        SchemaCase(
            #"{"add":{"body":["a:$(shared.x)"]}}"#,
            "config.add.body.1: $(shared.x): 'shared' is not there: plugins share no variables"),
        SchemaCase(
            #"{"replace":{"uri":"/$(os.time())"}}"#,
            "config.replace.uri: $(os.time()) is not supported: '(' has no meaning here"),
        SchemaCase(#"{"remove":{"uri":"x"}}"#, "config.remove.uri: unknown field"),
        SchemaCase(#"{"allow":{"body":["a"]}}"#, "config.allow: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("request-transformer") }
}
