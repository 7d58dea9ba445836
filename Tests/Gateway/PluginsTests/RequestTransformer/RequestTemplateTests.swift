import HTTPServer
import PluginKit
import TestPlugins
import Testing

@testable import Plugins

@Suite("request templates")
struct RequestTemplateTests {
    private static func source() throws -> RequestTemplate.Source {
        let head = try RequestFixture.head("GET /x?id=7&flag&name=a%20b&id=8\nX-One: 1\nX-Empty:\nUser-Agent: curl")
        return RequestTemplate.Source(
            fields: head.fields, query: Array("id=7&flag&name=a%20b&id=8".utf8),
            captures: PathCaptures(
                names: [("user", 1)], values: [Array("u1".utf8), Array("second".utf8), nil]))
    }

    @Test(
        "values",
        arguments: [
            ("plain", "plain"), ("", ""), ("$", "$"), ("a$b(c)", "a$b(c)"), ("$(headers.user_agent)", "curl"),
            ("<$(headers[\"X-One\"])>", "<1>"), ("$(headers['x-one'])$(headers.x_one)", "11"),
            ("$(headers.none)", ""), ("$(headers.none or 'd')", "d"), ("$(headers.x_one or 'd')", "1"),
            ("$(headers.x_empty or 'd')", ""), ("$(headers.a or headers.b or \"c\")", "c"),
            ("$(query_params.id)", "7"), ("$(query_params[\"name\"])", "a b"), ("$(query_params.flag)", ""),
            ("$(uri_captures.user)", "u1"), ("$(uri_captures[\"user\"])", "u1"), ("$(uri_captures[2])", "second"),
            ("$(uri_captures[3] or 'none')", "none"), ("$(uri_captures[9])", ""),
            ("/v/$(uri_captures[1])/$(query_params.id)", "/v/u1/7"), ("$('$(headers.x_one)')", "$(headers.x_one)"),
            ("$(\"a\" .. headers.x_one .. 'b')", "a1b"), ("$('it\\'s')", "it's"), ("$(5)", "5"),
            ("$( headers.x_one )", "1"),
        ])
    func values(text: String, wanted: String) throws {
        let template = try RequestTemplate(text)
        #expect(String(decoding: template.render(try Self.source()), as: UTF8.self) == wanted)
        #expect(template.isConstant == !text.contains("$("))
    }

    @Test(
        "what is refused",
        arguments: [
            "$(shared.x)", "$(headers)", "$(headers.x", "$(foo.x)", "$(headers.x:upper())", "$(#headers)",
            "$(headers.x and 'y')", "$(headers.x == 'y')", "$(os.time())", "$()", "$(headers.)", "$(headers[x])",
            "$(headers['x)", "$(headers.x or)", "$(headers.x headers.y)", "$((function() return 1 end)())",
            "$(headers['x'].y)",
        ])
    func refusals(text: String) {
        #expect(throws: RequestTemplate.Problem.self) { try RequestTemplate(text) }
    }

    @Test("refusals say what there is instead")
    func messages() throws {
        let shared = #expect(throws: RequestTemplate.Problem.self) { try RequestTemplate("a$(shared.x)") }
        #expect(shared?.description == "$(shared.x): 'shared' is not there: plugins share no variables")
        let other = #expect(throws: RequestTemplate.Problem.self) { try RequestTemplate("$(foo.x)") }
        #expect(
            other?.description
                == "$(foo.x) is not supported: use headers, query_params or uri_captures with a name, text in quotes, '..' and 'or'"
        )
    }
}
