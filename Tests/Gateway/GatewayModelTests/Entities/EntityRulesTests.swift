import JSON
import Testing

@testable import GatewayModel

@Suite("entity rules")
struct EntityRulesTests {
    /// The message of creating this, or nil.
    private static func message(_ collection: String, _ input: String) throws -> String? {
        var bench = Workbench()
        let object = try JSONObject.parse(input)
        do {
            try bench.create(collection, object)
            return nil
        } catch let error as ModelError {
            #expect(bench.change.steps.isEmpty)
            return error.message
        }
    }

    @Test(
        "what is wrong with a service is told in Kong's words",
        arguments: [
            ("{}", "schema violation (host: required field missing)"),
            (#"{"host":null}"#, "schema violation (host: required field missing)"),
            (#"{"host":"a","port":70000}"#, "schema violation (port: value should be between 0 and 65535)"),
            (#"{"host":"a","port":"80"}"#, "schema violation (port: expected an integer)"),
            (#"{"host":"a","colour":1}"#, "schema violation (colour: unknown field)"),
            (#"{"host":"a","path":"x"}"#, "schema violation (path: should start with: /)"),
            (#"{"host":"a","path":"/a//b"}"#, "schema violation (path: must not have empty segments)"),
            (
                #"{"host":"a","path":"/a b"}"#,
                "schema violation (path: invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found))"
            ),
            (#"{"host":"a","path":"/a%2"}"#, "schema violation (path: invalid url-encoded value: '%2')"),
            (#"{"host":1}"#, "schema violation (host: expected a string)"),
            (#"{"host":""}"#, "schema violation (host: length must be at least 1)"),
            (#"{"host":"a:80"}"#, "schema violation (host: must not have a port)"),
            (#"{"host":"[::1]:80"}"#, "schema violation (host: must not have a port)"),
            (#"{"host":"a_b..c"}"#, "schema violation (host: invalid value: a_b..c)"),
            (#"{"host":"*.a"}"#, "schema violation (host: invalid value: *.a)"),
            (
                #"{"host":"a","name":"x y"}"#,
                "schema violation (name: invalid value 'x y': the only accepted ascii characters are alphanumerics or ., -, _, and ~)"
            ),
            (
                #"{"host":"a","protocol":"ftp"}"#,
                "schema violation (protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp, ws, wss)"
            ),
            (
                #"{"host":"a","protocol":"udp"}"#,
                "schema violation (protocol: TCP, TLS and UDP streams are not proxied)"
            ),
            (#"{"host":"a","id":"x"}"#, "schema violation (id: expected a valid UUID)"),
            (#"{"host":"a","id":5}"#, "schema violation (id: expected a string)"),
            (#"{"host":"a","tags":"x"}"#, "schema violation (tags: expected a set)"),
            (
                #"{"host":"a","tags":["a,b"]}"#,
                "schema violation (tags.1: invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences)"
            ),
            (
                #"{"host":"a","enabled":1,"retries":-1}"#,
                "2 schema violations (enabled: expected a boolean; retries: value should be between 0 and 32767)"
            ),
            (
                #"{"host":"a","read_timeout":0}"#,
                "schema violation (read_timeout: value should be between 1 and 2147483646)"
            ),
            (
                #"{"host":"a","protocol":"grpc","path":"/x"}"#,
                "2 schema violations (failed conditional validation given value of field 'protocol'; path: value must be null)"
            ),
            (
                #"{"host":"a","tls_verify":true}"#,
                "2 schema violations (failed conditional validation given value of field 'protocol'; tls_verify: value must be null)"
            ),
            (#"{"host":"a","created_at":0}"#, "schema violation (created_at: expected a valid timestamp)"),
            (
                #"{"host":"a","protocol":"https","ca_certificates":["0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"]}"#,
                "schema violation (ca_certificates.1: no such entry in 'ca_certificates': 0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11)"
            ),
            (#"{"url":"x"}"#, "schema violation (url: missing scheme in url)"),
            (#"{"url":"http://"}"#, "schema violation (url: missing host in url)"),
            (#"{"url":"http://a:b/"}"#, "schema violation (url: invalid port number)"),
            (#"{"url":"http://u:p@a/"}"#, "schema violation (url: must not hold a user or password)"),
            (#"{"url":"http://a/x?y=1"}"#, "schema violation (url: must not have a query or fragment)"),
            (#"{"url":7}"#, "schema violation (url: expected a string)"),
        ])
    func services(input: String, message: String) throws {
        #expect(try Self.message("services", input) == message)
    }

    @Test(
        "the url of a service stands for protocol, host, port and path",
        arguments: [
            ("http://a", "http a 80 null"), ("https://a.b/v1", "https a.b 443 /v1"),
            ("http://a:8080/", "http a 8080 /"), ("HTTP://a", "http a 80 null"),
            ("http://[::1]:81/x", "http [::1] 81 /x"), ("grpcs://a", "grpcs a 443 null"),
            ("http://10.0.0.1", "http 10.0.0.1 80 null"),
        ])
    func urls(url: String, expected: String) throws {
        var bench = Workbench()
        let fields = try bench.create("services", ["url": .string(url)]).fields
        #expect(fields["url"] == nil)
        let shown = ["protocol", "host", "port", "path"].map { fields[$0]?.stringValue ?? fields[$0]?.text ?? "" }
        #expect(shown.joined(separator: " ") == expected)
    }

    private static let unmatchable =
        "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"

    @Test(
        "what is wrong with a route is told in Kong's words",
        arguments: [
            ("{}", "schema violation (\(unmatchable))"),
            (#"{"paths":[],"hosts":null}"#, "schema violation (\(unmatchable))"),
            (#"{"name":"a b"}"#, "2 schema violations (\(unmatchable); name: invalid value 'a b': the only"),
            (
                #"{"protocols":["http"]}"#,
                "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http')"
            ),
            (
                #"{"protocols":["grpc","grpcs"]}"#,
                "schema violation (must set one of 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'grpcs')"
            ),
            (
                #"{"protocols":["grpc"],"paths":["/"],"strip_path":true,"methods":["GET"]}"#,
                "2 schema violations (methods: cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'; strip_path: cannot set 'strip_path' when"
            ),
            (
                #"{"protocols":["http","grpc"],"paths":["/"]}"#,
                "schema violation (protocols: these sets are mutually exclusive: ('http', 'https'), ('grpc', 'grpcs'))"
            ),
            (#"{"protocols":[],"paths":["/"]}"#, "schema violation (protocols: length must be at least 1)"),
            (
                #"{"protocols":["tcp"],"paths":["/"]}"#,
                "schema violation (protocols.1: TCP, TLS and UDP streams are not proxied)"
            ),
            (
                #"{"protocols":["ws"],"paths":["/"]}"#,
                "schema violation (protocols.1: WebSocket routes and services (ws, wss) are not served)"
            ),
            (
                #"{"protocols":["http"],"snis":["a"],"paths":["/"]}"#,
                "2 schema violations ('snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'; snis: length must be 0)"
            ),
            (
                #"{"paths":["x"]}"#,
                "schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))"
            ),
            (
                #"{"paths":["~x"]}"#,
                "schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))"
            ),
            (
                #"{"paths":["/ok","~/a("]}"#,
                "schema violation (paths.2: invalid regex: '/a(' (PCRE returned: missing closing parenthesis"
            ),
            (
                #"{"paths":["/{id}"]}"#,
                "schema violation (paths.1: invalid path: '/{id}' (characters outside of the reserved list"
            ),
            (#"{"paths":["/a"],"methods":["get"]}"#, "schema violation (methods.1: invalid value: get)"),
            (#"{"hosts":["*.a.*"]}"#, "schema violation (hosts.1: invalid wildcard: must have at most one wildcard)"),
            (
                #"{"hosts":["a.*.b"]}"#,
                "schema violation (hosts.1: invalid wildcard: must be placed at leftmost or rightmost label)"
            ),
            (#"{"hosts":["a:70000"]}"#, "schema violation (hosts.1: invalid value: a:70000)"),
            (#"{"hosts":["a b"]}"#, "schema violation (hosts.1: invalid value: a b)"),
            (
                #"{"headers":{"Host":["a"]}}"#,
                "schema violation (headers: cannot contain 'host' header, which must be specified in the 'hosts' attribute)"
            ),
            (#"{"headers":{"a b":["c"]}}"#, "schema violation (headers: bad header name 'a b', allowed"),
            (#"{"headers":{"a":"c"}}"#, "schema violation (headers.a: expected an array)"),
            (#"{"headers":{"a":["~*("]}}"#, "schema violation (headers.a.1: invalid regex: '(' (PCRE returned:"),
            (#"{"paths":["/a"],"snis":["10.0.0.1"]}"#, "schema violation (snis.1: must not be an IP)"),
            (#"{"paths":["/a"],"snis":["*.a"]}"#, "schema violation (snis.1: wildcard not allowed in SNI: *.a)"),
            (
                #"{"paths":["/a"],"https_redirect_status_code":303}"#,
                "schema violation (https_redirect_status_code: exp"
            ),
            (
                #"{"paths":["/a"],"sources":[{"port":1}]}"#,
                "schema violation (sources: cannot set 'sources': TCP, TLS and UDP streams are not proxied)"
            ),
            (#"{"paths":["/a"],"regex_priority":1.5}"#, "schema violation (regex_priority: expected an integer)"),
            (#"{"paths":["/a"],"path_handling":"v2"}"#, "schema violation (path_handling: expected one of: v0, v1)"),
            (#"{"paths":["/a"],"service":{"id":"x"}}"#, "schema violation (service.id: expected a valid UUID)"),
            (#"{"paths":["/a"],"service":{}}"#, "schema violation (service.id: missing primary key)"),
            (#"{"paths":["/a"],"service":{"port":1}}"#, "schema violation (service.port: unknown field)"),
            (#"{"paths":["/a"],"service":3}"#, "schema violation (service: expected a record)"),
            (
                #"{"paths":["/a"],"service":{"name":"nope"}}"#,
                #"foreign key unresolved (service.name: the foreign key cannot be resolved with '{name="nope"}' for an existing 'services' entity)"#
            ),
            (
                #"{"paths":["/a"],"service":{"id":"0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"}}"#,
                #"the foreign key '{id="0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"}' does not reference an existing 'services' entity."#
            ),
        ])
    func routes(input: String, message: String) throws {
        let told = try Self.message("routes", input)
        #expect(told?.hasPrefix(message) == true, "\(told ?? "accepted")")
    }

    @Test(
        "what a route may be matched by is accepted as it is written",
        arguments: [
            #"{"hosts":["a.com","*.a.com","a.*","a.com:8080","*.a.com:80","a.*:80","[::1]:80","10.0.0.1"]}"#,
            #"{"paths":["/","/a/b","/a%20b","~/x/(?<id>\\d+)$","/a:b@c;d=e,f!g"]}"#,
            #"{"methods":["GET","PROPFIND"]}"#, #"{"headers":{"X-A":["b","~*^c"]}}"#, #"{"snis":["a.com"]}"#,
            #"{"protocols":["grpc"],"paths":["/pkg.Service/Method"]}"#,
            #"{"name":"größe_1.~-","paths":["/"],"tags":["ä b","x"]}"#,
        ])
    func acceptedRoutes(input: String) throws {
        let object = try JSONObject.parse(input)
        var bench = Workbench()
        let fields = try bench.create("routes", object).fields
        for (name, value) in object { #expect(fields[name] == value) }
        #expect(fields["strip_path"] == .bool(object["protocols"] == nil))
    }

    @Test(
        "what is wrong with a consumer, a plugin or a certificate is told in Kong's words",
        arguments: [
            (
                "consumers", "{}",
                "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')"
            ),
            ("consumers", #"{"username":1}"#, "schema violation (username: expected a string)"),
            ("plugins", "{}", "schema violation (name: required field missing)"),
            ("plugins", #"{"config":{"a":{"b":1}}}"#, "schema violation (name: required field missing)"),
            ("plugins", #"{"name":5}"#, "schema violation (name: expected a string)"),
            (
                "plugins", #"{"name":"nope"}"#,
                "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins' configuration property)"
            ),
            ("plugins", #"{"name":"echo"}"#, "schema violation (config.text: required field missing)"),
            ("plugins", #"{"name":"echo","config":"x"}"#, "schema violation (config: expected a record)"),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","servers":[{"host":"h"}]}}"#,
                "schema violation (config.servers.1.port: required field missing)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","later":"x"}}"#,
                "schema violation (config.later: not honoured yet)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a"},"protocols":["tcp"]}"#,
                "schema violation (protocols.1: expected one of: grpc, grpcs, http, https)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","secret":"{vault://aws/x}"}}"#,
                "schema violation (config.secret: vault 'aws' does not exist; use {vault://env/NAME} or the prefix of"
            ),
            (
                "plugins",
                #"{"name":"echo","config":{"text":"a","security":{"certificate_id":"0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"}}}"#,
                "schema violation (config.security.certificate_id: no such entry in 'certificates': 0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11)"
            ),
            (
                "plugins", #"{"name":"access"}"#,
                "2 schema violations (exactly one of these fields must be non-empty: 'config.allow', 'config.deny'; at least one of these fields must be non-empty: 'config.allow', 'config.deny')"
            ),
            (
                "plugins", #"{"name":"access","config":{"invalid":1}}"#,
                "3 schema violations (exactly one of these fields must be non-empty: 'config.allow', 'config.deny'; at least one of these fields must be non-empty: 'config.allow', 'config.deny'; config.invalid: unknown field)"
            ),
            (
                "plugins", #"{"name":"access","config":{"allow":["a"]},"protocols":["http","grpc"]}"#,
                "schema violation (protocols.2: expected one of: http, https)"
            ),
            ("certificates", #"{"cert":"x","key":"y"}"#, "2 schema violations (cert: invalid certificate: no certif"),
            ("certificates", #"{"cert":""}"#, "2 schema violations (cert: length must be at least 1; key: required"),
            ("ca_certificates", "{}", "schema violation (cert: required field missing)"),
            ("snis", #"{"name":"a"}"#, "schema violation (certificate: required field missing)"),
            ("snis", #"{"name":"a.*.b"}"#, "2 schema violations (certificate: required field missing; name: wildcard "),
            ("snis", #"{"name":"*.*"}"#, "2 schema violations (certificate: required field missing; name: only one "),
            ("snis", #"{"name":"1.2.3.4"}"#, "2 schema violations (certificate: required field missing; name: must "),
        ])
    func others(collection: String, input: String, message: String) throws {
        let told = try Self.message(collection, input)
        #expect(told?.hasPrefix(message) == true, "\(told ?? "accepted")")
    }

    @Test("a plugin may not be bound where its schema forbids it")
    func scopes() throws {
        var bench = Workbench()
        try bench.create("consumers", ["username": "alice"])
        let error = Workbench.error {
            try bench.create(
                "plugins", ["name": "echo", "config": ["text": "a"], "consumer": ["username": "alice"]])
        }
        #expect(error?.message == "schema violation (consumer: value must be null)")
    }

    @Test("an entity comes complete: defaults, nulls, times in seconds")
    func complete() throws {
        var bench = Workbench()
        let service = try bench.create("services", ["host": "a", "name": "s"], now: 42)
        #expect(
            service.fields == [
                "id": .string(service.id), "created_at": 42, "updated_at": 42, "name": "s", "retries": 5,
                "protocol": "http", "host": "a", "port": 80, "path": .null, "connect_timeout": 60000,
                "write_timeout": 60000, "read_timeout": 60000, "tags": .null, "client_certificate": .null,
                "tls_verify": .null, "tls_verify_depth": .null, "ca_certificates": .null, "enabled": true,
            ])
        let route = try bench.create("routes", ["paths": ["/"], "service": ["name": "s"]], now: 43)
        #expect(
            route.fields == [
                "id": .string(route.id), "created_at": 43, "updated_at": 43, "name": .null,
                "protocols": ["http", "https"], "https_redirect_status_code": 426, "strip_path": true,
                "preserve_host": false, "request_buffering": true, "response_buffering": true, "tags": .null,
                "service": ["id": .string(service.id)], "snis": .null, "sources": .null, "destinations": .null,
                "methods": .null, "hosts": .null, "paths": ["/"], "headers": .null, "regex_priority": 0,
                "path_handling": "v0",
            ])
        let plugin = try bench.create(
            "plugins", ["name": "echo", "config": ["text": "a"], "service": ["name": "s"]], now: 42)
        #expect(
            plugin.fields["config"] == [
                "text": "a", "count": 3, "flag": false, "words": .null, "labels": .null, "secret": .null,
                "later": .null, "blocks": .null, "servers": .null, "inner": ["deep": ["on": true]],
                "optional": .null, "security": .null,
            ])
        #expect(plugin.fields["protocols"] == ["grpc", "grpcs", "http", "https"])
        let consumer = try bench.create("consumers", ["username": "alice"], now: 42)
        #expect(consumer.fields["custom_id"] == .null)
    }
}
