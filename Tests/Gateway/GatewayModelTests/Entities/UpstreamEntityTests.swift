import JSON
import Testing

@testable import GatewayModel

@Suite("upstreams and targets")
struct UpstreamEntityTests {
    private static func upstream(_ rest: String) -> String { #"{"name":"u.test"\#(rest)}"# }

    private static func error(_ collection: String, _ input: String) throws -> ModelError? {
        var bench = Workbench()
        try bench.create("upstreams", ["name": "there"])
        let object = try JSONObject.parse(input)
        return Workbench.error { try bench.create(collection, object) }
    }

    @Test("an upstream from its name alone has Kong's defaults")
    func defaults() throws {
        var bench = Workbench()
        let upstream = try bench.create("upstreams", ["name": "u.test"])
        #expect(upstream.fields["algorithm"] == "round-robin" && upstream.fields["slots"] == 10000)
        #expect(upstream.fields["hash_on"] == "none" && upstream.fields["hash_fallback"] == "none")
        #expect(upstream.fields["hash_on_cookie_path"] == "/" && upstream.fields["use_srv_name"] == false)
        let checks = try #require(upstream.fields["healthchecks"])
        #expect(checks["threshold"] == 0)
        #expect(
            checks["active"]
                == [
                    "type": "http", "timeout": 1, "concurrency": 10, "http_path": "/", "https_sni": .null,
                    "https_verify_certificate": true, "headers": .null,
                    "healthy": ["interval": 0, "http_statuses": [200, 302], "successes": 0],
                    "unhealthy": [
                        "interval": 0, "http_statuses": [429, 404, 500, 501, 502, 503, 504, 505], "tcp_failures": 0,
                        "timeouts": 0, "http_failures": 0,
                    ],
                ])
        #expect(checks["passive"]?["unhealthy"]?["http_statuses"] == [429, 500, 503])
        #expect(checks["passive"]?["healthy"]?["http_statuses"]?.arrayValue?.count == 19)
    }

    @Test("a part of the health checks leaves the defaults of the others, in PATCH what was there")
    func partialHealthChecks() throws {
        var bench = Workbench()
        let made = try bench.create(
            "upstreams",
            json: Self.upstream(#","healthchecks":{"active":{"healthy":{"interval":5}},"threshold":12.5}"#))
        #expect(made.fields["healthchecks"]?["active"]?["healthy"]?["http_statuses"] == [200, 302])
        #expect(made.fields["healthchecks"]?["passive"]?["type"] == "http")
        let changed = try bench.update(
            "upstreams", "u.test", ["healthchecks": ["active": ["healthy": ["successes": 3]]]])
        #expect(changed.fields["healthchecks"]?["active"]?["healthy"]?["interval"] == 5)
        #expect(changed.fields["healthchecks"]?["active"]?["healthy"]?["successes"] == 3)
        #expect(changed.fields["healthchecks"]?["threshold"] == 12.5)
    }

    @Test("hashing is what the algorithm follows, unless one is named")
    func algorithm() throws {
        var bench = Workbench()
        let hashed = try bench.create("upstreams", ["name": "a", "hash_on": "ip"])
        #expect(hashed.fields["algorithm"] == "consistent-hashing")
        #expect(try bench.update("upstreams", "a", ["hash_on": "none"]).fields["algorithm"] == "round-robin")
        let named = try bench.create("upstreams", ["name": "b", "hash_on": "ip", "algorithm": "latency"])
        #expect(named.fields["algorithm"] == "latency")
        #expect(try bench.update("upstreams", "b", ["slots": 20]).fields["algorithm"] == "latency")
    }

    @Test(
        "what may not stand together is told in Kong's words",
        arguments: [
            (#","hash_on":"header""#, ["hash_on_header: required field missing"]),
            (#","hash_on":"cookie""#, ["hash_on_cookie: required field missing"]),
            (#","hash_on":"query_arg""#, ["hash_on_query_arg: required field missing"]),
            (#","hash_on":"uri_capture""#, ["hash_on_uri_capture: required field missing"]),
            (#","hash_on":"ip","hash_fallback":"header""#, ["hash_fallback_header: required field missing"]),
            (#","hash_on":"ip","hash_fallback":"cookie""#, ["hash_on_cookie: required field missing"]),
            (#","hash_on":"ip","hash_fallback":"query_arg""#, ["hash_fallback_query_arg: required field missing"]),
            (
                #","hash_on":"ip","hash_fallback":"uri_capture""#,
                ["hash_fallback_uri_capture: required field missing"]
            ),
            (#","hash_fallback":"ip""#, ["hash_fallback: expected one of: none"]),
            (
                #","hash_on":"cookie","hash_on_cookie":"c","hash_fallback":"ip""#,
                ["hash_fallback: expected one of: none"]
            ),
            (
                #","hash_on":"ip","hash_fallback":"ip""#,
                ["hash_fallback: expected one of: none, consumer, header, cookie, path, query_arg, uri_capture"]
            ),
            (
                #","hash_on":"consumer","hash_fallback":"of nothing""#,
                ["hash_fallback: expected one of: none, ip, header, cookie, path, query_arg, uri_capture"]
            ),
            (
                #","hash_on":"path","hash_fallback":"path""#,
                ["hash_fallback: expected one of: none, consumer, ip, header, cookie, query_arg, uri_capture"]
            ),
        ])
    func conditions(rest: String, problems: [String]) throws {
        let told = try #require(try Self.error("upstreams", Self.upstream(rest)))
        let field = rest.contains("hash_fallback") && problems[0].hasPrefix("hash_fallback_") ? "hash_fallback" : nil
        #expect(told.problems.problems.filter { !$0.isOfEntity }.map(\.text) == problems)
        let ofEntity = told.problems.problems.filter(\.isOfEntity).map(\.message)
        #expect(ofEntity.count == 1)
        #expect(ofEntity[0].hasPrefix("failed conditional validation given value of field '\(field ?? "hash_")"))
    }

    @Test("two inputs of one kind must have different names", arguments: ["header", "query_arg", "uri_capture"])
    func distinct(kind: String) throws {
        let both = #","hash_on":"\#(kind)","hash_fallback":"\#(kind)","hash_on_\#(kind)":"a","hash_fallback_\#(kind)":"#
        #expect(try Self.error("upstreams", Self.upstream(both + #""b""#)) == nil)
        #expect(
            try Self.error("upstreams", Self.upstream(both + #""a""#))?.message
                == "schema violation (values of these fields must be distinct: 'hash_on_\(kind)', 'hash_fallback_\(kind)')"
        )
    }

    @Test(
        "what is wrong with a field is told in Kong's words",
        arguments: [
            (#"{}"#, "name: required field missing"),
            (#"{"name":"a b"}"#, "name: Invalid name ('a b'); must be a valid hostname"),
            (#"{"name":"1.2.3.4"}"#, "name: Invalid name ('1.2.3.4'); no ip addresses allowed"),
            (#"{"name":"::1"}"#, "name: Invalid name ('::1'); no ip addresses allowed"),
            (#"{"name":"a:80"}"#, "name: Invalid name ('a:80'); no port allowed"),
            (upstream(#","slots":9"#), "slots: value should be between 10 and 65536"),
            (upstream(#","slots":65537"#), "slots: value should be between 10 and 65536"),
            (
                upstream(#","algorithm":"random""#),
                "algorithm: expected one of: consistent-hashing, least-connections, round-robin, latency"
            ),
            (
                upstream(#","hash_on":"luck""#),
                "hash_on: expected one of: none, consumer, ip, header, cookie, path, query_arg, uri_capture"
            ),
            (
                upstream(#","hash_on_header":"a b""#),
                "hash_on_header: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
            ),
            (
                upstream(#","hash_on_cookie":"a b""#),
                "hash_on_cookie: bad cookie name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
            ),
            (upstream(#","hash_on_cookie_path":"a""#), "hash_on_cookie_path: should start with: /"),
            (upstream(#","hash_on_query_arg":"""#), "hash_on_query_arg: length must be at least 1"),
            (upstream(#","host_header":"a b""#), "host_header: invalid value: a b"),
            (upstream(#","use_srv_name":1"#), "use_srv_name: expected a boolean"),
            (upstream(#","client_certificate":{"id":"x"}"#), "client_certificate.id: expected a valid UUID"),
            (upstream(#","healthchecks":3"#), "healthchecks: expected a record"),
            (
                upstream(#","healthchecks":{"threshold":100.5}"#),
                "healthchecks.threshold: value should be between 0 and 100"
            ),
            (
                upstream(#","healthchecks":{"active":{"type":"icmp"}}"#),
                "healthchecks.active.type: expected one of: tcp, http, https, grpc, grpcs"
            ),
            (
                upstream(#","healthchecks":{"active":{"timeout":-1}}"#),
                "healthchecks.active.timeout: value should be between 0 and 65535"
            ),
            (
                upstream(#","healthchecks":{"active":{"concurrency":0}}"#),
                "healthchecks.active.concurrency: value should be between 1 and 2147483648"
            ),
            (
                upstream(#","healthchecks":{"active":{"http_path":"x"}}"#),
                "healthchecks.active.http_path: should start with: /"
            ),
            (
                upstream(#","healthchecks":{"active":{"https_sni":"1.2.3.4"}}"#),
                "healthchecks.active.https_sni: must not be an IP"
            ),
            (
                upstream(#","healthchecks":{"active":{"headers":{"x":"y"}}}"#),
                "healthchecks.active.headers.x: expected an array"
            ),
            (
                upstream(#","healthchecks":{"active":{"healthy":{"successes":256}}}"#),
                "healthchecks.active.healthy.successes: value should be between 0 and 255"
            ),
            (
                upstream(#","healthchecks":{"passive":{"unhealthy":{"http_statuses":[99]}}}"#),
                "healthchecks.passive.unhealthy.http_statuses.1: value should be between 100 and 999"
            ),
            (
                upstream(#","healthchecks":{"passive":{"unhealthy":{"interval":1}}}"#),
                "healthchecks.passive.unhealthy.interval: unknown field"
            ),
        ])
    func fields(input: String, problem: String) throws {
        #expect(try Self.error("upstreams", input)?.message == "schema violation (\(problem))")
    }

    @Test(
        "a target is stored as host and port, addresses of version 6 in full",
        arguments: [
            ("a.test", "a.test:8000"), ("a.test:81", "a.test:81"), ("1.2.3.4", "1.2.3.4:8000"),
            ("010.2.3.4:5", "10.2.3.4:5"), ("[::1]:80", "[0000:0000:0000:0000:0000:0000:0000:0001]:80"),
            ("::", "[0000:0000:0000:0000:0000:0000:0000:0000]:8000"),
            ("[FE80::1:2]", "[fe80:0000:0000:0000:0000:0000:0001:0002]:8000"),
            ("1::", "[0001:0000:0000:0000:0000:0000:0000:0000]:8000"),
            ("[::ffff:1.2.3.4]:9", "[0000:0000:0000:0000:0000:ffff:0102:0304]:9"),
            ("1:2:3:4:5:6:7:8", "[0001:0002:0003:0004:0005:0006:0007:0008]:8000"),
        ])
    func normalized(given: String, stored: String) throws {
        var bench = Workbench()
        try bench.create("upstreams", ["name": "u"])
        let target = try bench.create("targets", ["upstream": ["name": "u"], "target": .string(given)])
        #expect(target.text("target") == stored && target.fields["weight"] == 100)
        #expect(TargetAddress(stored).map { "\($0.host):\($0.port)" } == stored)
        let upstream = try #require(target.reference("upstream"))
        let definition = TestSchema.definition("targets")
        for key in [given, stored, target.id] {
            let found = bench.configuration.find(definition, key, where: "upstream", references: upstream)
            #expect(found?.id == target.id, "\(key)")
        }
    }

    @Test(
        "what is wrong with a target is told in Kong's words",
        arguments: [
            (#"{"upstream":"there"}"#, "target: required field missing"),
            (#"{"target":"a"}"#, "upstream: required field missing"),
            (
                #"{"upstream":"there","target":"a b"}"#,
                "target: Invalid target ('a b'); not a valid hostname or ip address"
            ),
            (
                #"{"upstream":"there","target":"a:70000"}"#,
                "target: Invalid target ('a:70000'); not a valid hostname or ip address"
            ),
            (#"{"upstream":"there","target":"a","weight":65536}"#, "weight: value should be between 0 and 65535"),
            (#"{"upstream":"there","target":"a","weight":"5"}"#, "weight: expected an integer"),
            (#"{"upstream":"there","target":"a","failover":true}"#, "failover: unknown field"),
        ])
    func targets(input: String, problem: String) throws {
        #expect(try Self.error("targets", input)?.message == "schema violation (\(problem))")
    }

    @Test("a target is one of its upstream's, and goes with it")
    func uniqueTargets() throws {
        var bench = Workbench()
        let first = try bench.create("upstreams", ["name": "u"])
        try bench.create("upstreams", ["name": "v"])
        try bench.create("targets", ["upstream": ["name": "u"], "target": "a"])
        try bench.create("targets", ["upstream": ["name": "v"], "target": "a"])
        let error = Workbench.error {
            try bench.create("targets", ["upstream": ["name": "u"], "target": "a:8000"])
        }
        #expect(error?.status == 409)
        #expect(
            error?.message == #"UNIQUE violation detected on '{target="a:8000",upstream={id="\#(first.id)"}}'"#)
        try bench.delete("upstreams", "u")
        #expect(bench.configuration.all("targets").count == 1)
    }

    @Test("targets' times have milliseconds, others' whole seconds")
    func times() throws {
        var bench = Workbench()
        let now = Timestamp(milliseconds: 1_700_000_000_123)
        let upstream = try bench.create("upstreams", ["name": "u"], now: now)
        #expect(upstream.fields["created_at"] == 1_700_000_000)
        let target = try bench.create("targets", ["upstream": ["name": "u"], "target": "a"], now: now)
        #expect(target.fields["created_at"] == 1_700_000_000.123 && target.fields["updated_at"] == 1_700_000_000.123)
        #expect(JSONValue.object(target.fields).text.contains(#""created_at":1700000000.123,"#))
        let later = Timestamp(milliseconds: 1_700_000_001_500)
        let changed = try bench.update("targets", target.id, ["weight": 5], now: later)
        #expect(changed.fields["created_at"] == target.fields["created_at"])
        #expect(changed.fields["updated_at"] == 1_700_000_001.5)
    }

    @Test("a certificate that an upstream shows stays")
    func certificateInUse() throws {
        var bench = Workbench()
        let certificate = try bench.create(
            "certificates", ["cert": .string(Samples.certificate), "key": .string(Samples.key)])
        try bench.create("upstreams", ["name": "u", "client_certificate": ["id": .string(certificate.id)]])
        #expect(
            Workbench.error { try bench.delete("certificates", certificate.id) }?.message
                == "an existing 'upstreams' entity references this 'certificates' entity")
    }
}
