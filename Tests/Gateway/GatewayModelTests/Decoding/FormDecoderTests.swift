import JSON
import Testing

@testable import GatewayModel

@Suite("FormDecoder")
struct FormDecoderTests {
    private func decode(_ body: String, _ type: String = "application/x-www-form-urlencoded") throws -> JSONObject {
        var fields = TestSchema.definition("plugins").schema.fields.filter { $0.name != "config" }
        fields.append(NamedField("config", .record(TestSchema.echo.config.fields)))
        let schema = RecordSchema(fields: fields)
        return try FormDecoder.decode(Array(body.utf8), contentType: type) { _ in schema }
    }

    @Test(
        "form fields are read in Kong's syntax and typed by the schema",
        arguments: [
            ("name=echo", #"{"name":"echo"}"#),
            ("config.text=a+b%21", #"{"config":{"text":"a b!"}}"#),
            (
                "config.servers[1].host=h&config.servers[1].port=9092",
                #"{"config":{"servers":[{"host":"h","port":9092}]}}"#
            ),
            (
                "config.servers%5B2%5D.host=b&config.servers[1].host=a",
                #"{"config":{"servers":[{"host":"a"},{"host":"b"}]}}"#
            ),
            ("config.words[]=a&config.words[]=b", #"{"config":{"words":["a","b"]}}"#),
            ("config.words=a&config.words=b", #"{"config":{"words":["a","b"]}}"#),
            ("config.words=a,b", #"{"config":{"words":["a,b"]}}"#),
            ("config.words=", #"{"config":{"words":null}}"#),
            ("config.words[]=", #"{"config":{"words":[]}}"#),
            ("config.words[2]=b&config.words[1]=a", #"{"config":{"words":["a","b"]}}"#),
            ("config.words=a&config.words[]=b", #"{"config":{"words":["a","b"]}}"#),
            ("config.words.x=1", #"{"config":{"words":{"x":"1"}}}"#),
            ("config.servers=a", #"{"config":{"servers":["a"]}}"#),
            ("config=a", #"{"config":"a"}"#),
            ("config[1]=a", #"{"config":{"1":"a"}}"#),
            ("config[]=a&config[]=b", #"{"config":["a","b"]}"#),
            ("config[text]=a", #"{"config":{"text":"a"}}"#),
            ("config.labels[]=1", #"{"config":{"labels":["1"]}}"#),
            ("config.labels[7]=1", #"{"config":{"labels":{"7":1}}}"#),
            ("config.count=-4&config.text=12", #"{"config":{"count":-4,"text":"12"}}"#),
            ("config.text=a&config.text=b", #"{"config":{"text":["a","b"]}}"#),
            ("config.text[a]=b", #"{"config":{"text":{"a":"b"}}}"#),
            ("config.flag=", #"{"config":{"flag":null}}"#),
            ("service=", #"{"service":null}"#),
            ("enabled=false", #"{"enabled":false}"#),
            ("", "{}"), ("&&", "{}"), ("name", #"{"name":null}"#),
            ("config.flag=true", #"{"config":{"flag":true}}"#),
            ("config.flag=yes", #"{"config":{"flag":"yes"}}"#),
            ("config.count=2.5", #"{"config":{"count":2.5}}"#),
            ("config.count=x", #"{"config":{"count":"x"}}"#),
            ("config.count=", #"{"config":{"count":null}}"#),
            ("config.labels[x.y]=1&config.labels.z=2", #"{"config":{"labels":{"x.y":1,"z":2}}}"#),
            ("tags=a", #"{"tags":["a"]}"#),
            ("service.id=1&route.name=r", #"{"service":{"id":"1"},"route":{"name":"r"}}"#),
            ("config.inner.deep.on=false", #"{"config":{"inner":{"deep":{"on":false}}}}"#),
            ("unknown.x=1", #"{"unknown":{"x":"1"}}"#),
            (
                "config.servers[].host=a&config.servers[].port=1&config.servers[].host=b",
                #"{"config":{"servers":[{"host":"a","port":1},{"host":"b"}]}}"#
            ),
        ])
    func forms(body: String, expected: String) throws {
        #expect(JSONValue.object(try decode(body)) == (try JSONValue.parse(text: expected)))
    }

    @Test("multipart fields are read the same way")
    func multipart() throws {
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"config.count\"\r\n\r\n7\r\n--b\r\nContent-Disposition: form-data; name=\"tags[]\"\r\n\r\nx\r\n--b--\r\n"
        let object = try decode(body, "multipart/form-data; boundary=b")
        #expect(JSONValue.object(object) == ["config": ["count": 7], "tags": ["x"]])
    }

    @Test("JSON values are taken as they are")
    func json() throws {
        #expect(
            JSONValue.object(try decode(#"{"config":{"count":"7"}}"#, "application/json; charset=utf-8")) == [
                "config": ["count": "7"]
            ])
    }

    @Test(
        "a body that cannot be read is refused with the right status",
        arguments: [
            ("{", "application/json", 400), ("[]", "application/json", 400), ("a=1", "text/plain", 415),
            ("a=1", "", 415), ("a..b=1", "application/x-www-form-urlencoded", 400),
            ("a[=1", "application/x-www-form-urlencoded", 400),
            ("a[999999]=1", "application/x-www-form-urlencoded", 400),
            ("x", "multipart/form-data", 400), ("x", "multipart/form-data; boundary=b", 400),
            ("config=a&config.text=b", "application/x-www-form-urlencoded", 400),
            ("config.labels[]=1&config.labels.x=2", "application/x-www-form-urlencoded", 400),
            ("a.=1", "application/x-www-form-urlencoded", 400), (".a=1", "application/x-www-form-urlencoded", 400),
            ("[a]=1", "application/x-www-form-urlencoded", 400),
            ("a[0]=1", "application/x-www-form-urlencoded", 400), ("=1", "application/x-www-form-urlencoded", 400),
            ("a=%ff", "application/x-www-form-urlencoded", 400), ("%c3=1", "application/x-www-form-urlencoded", 400),
            ("a[x]y=1", "application/x-www-form-urlencoded", 400), ("null", "application/json", 400),
            ("{} {}", "application/json", 400), (#"{"a":"\#u{1}"}"#, "application/json", 400),
            ("--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", 400),
            ("a: b", "application/yaml", 415), ("{}", "application/jsonp", 415),
            (String(repeating: "a.", count: 100) + "b=1", "application/x-www-form-urlencoded", 400),
            (String(repeating: "a=1&", count: 1001), "application/x-www-form-urlencoded", 400),
        ])
    func refused(body: String, type: String, status: Int) {
        let problem = #expect(throws: FormDecoder.Problem.self) { try decode(body, type) }
        #expect(problem?.status == status)
    }
}
