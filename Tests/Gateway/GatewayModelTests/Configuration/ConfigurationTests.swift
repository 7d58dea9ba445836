import JSON
import TestRandom
import Testing

@testable import GatewayModel

@Suite("Configuration")
struct ConfigurationTests {
    private static let someID = "0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"

    @Test("names are unique within their collection, and whoever has one keeps it")
    func uniqueNames() throws {
        var bench = Workbench()
        let first = try bench.create("services", ["host": "a", "name": "s"])
        let error = Workbench.error { try bench.create("services", ["host": "b", "name": "s"]) }
        #expect(error?.status == 409 && error?.code == 5)
        #expect(error?.message == #"UNIQUE violation detected on '{name="s"}'"#)
        #expect(error?.fields == ["name": "s"])
        try bench.update("services", "s", ["port": 81])
        let second = try bench.create("services", ["host": "b", "name": "t"])
        #expect(Workbench.error { try bench.update("services", second.id, ["name": "s"]) }?.code == 5)
        try bench.update("services", first.id, ["name": "u"])
        try bench.update("services", second.id, ["name": "s"])
        #expect(bench.configuration.find(TestSchema.definition("services"), "s")?.id == second.id)
    }

    @Test("an id is taken once, in lower case")
    func ids() throws {
        var bench = Workbench()
        let service = try bench.create("services", ["host": "a", "id": .string(Self.someID.uppercased())])
        #expect(service.id == Self.someID)
        let error = Workbench.error { try bench.create("services", ["host": "a", "id": .string(Self.someID)]) }
        #expect(error?.code == 3 && error?.status == 400 && error?.name == "primary key violation")
        #expect(error?.message == "primary key violation on key '{id=\"\(Self.someID)\"}'")
        #expect(bench.configuration.find(TestSchema.definition("services"), Self.someID.uppercased()) != nil)
    }

    @Test("one plugin is configured once for a scope")
    func pluginScopes() throws {
        var bench = Workbench()
        let service = try bench.create("services", ["host": "a", "name": "s"])
        let input: JSONObject = ["name": "access", "config": ["allow": ["a"]]]
        var scoped = input
        scoped["service"] = ["name": "s"]
        try bench.create("plugins", input)
        try bench.create("plugins", scoped)
        let error = Workbench.error { try bench.create("plugins", scoped) }
        #expect(error?.status == 409)
        #expect(
            error?.message
                == #"UNIQUE violation detected on '{consumer=null,name="access",route=null,service={id="\#(service.id)"}}'"#
        )
        #expect(error?.fields["service"] == ["id": .string(service.id)] && error?.fields["route"] == .null)
        #expect(Workbench.error { try bench.create("plugins", input) }?.status == 409)
        scoped["name"] = "echo"
        scoped["config"] = ["text": "a"]
        try bench.create("plugins", scoped)
    }

    @Test("a plugin must share a protocol with its route, or with a route of its service")
    func pluginProtocols() throws {
        var bench = Workbench()
        try bench.create("services", ["host": "a", "name": "s"])
        let input: JSONObject = ["name": "echo", "config": ["text": "a"], "protocols": ["grpc"]]
        var forService = input
        forService["service"] = ["name": "s"]
        let early = try bench.create("plugins", forService)
        try bench.delete("plugins", early.id)
        try bench.create("routes", ["name": "r", "paths": ["/"], "service": ["name": "s"]])
        var forRoute = input
        forRoute["route"] = ["name": "r"]
        #expect(
            Workbench.error { try bench.create("plugins", forRoute) }?.message
                == "schema violation (protocols: must match the associated route's protocols)")
        #expect(
            Workbench.error { try bench.create("plugins", forService) }?.message
                == "schema violation (protocols: must match the protocols of at least one route pointing to this Plugin's service)"
        )
    }

    @Test("a parent in use stays, its plugins go with it")
    func deletion() throws {
        var bench = Workbench()
        try bench.create("services", ["host": "a", "name": "s"])
        try bench.create("routes", ["paths": ["/"], "service": ["name": "s"], "name": "r"])
        try bench.create("plugins", ["name": "echo", "config": ["text": "a"], "route": ["name": "r"]])
        try bench.create("plugins", ["name": "echo", "config": ["text": "a"], "service": ["name": "s"]])
        let error = Workbench.error { try bench.delete("services", "s") }
        #expect(error?.code == 4 && error?.status == 400)
        #expect(error?.message == "an existing 'routes' entity references this 'services' entity")
        #expect(error?.fields == ["@referenced_by": "routes"])
        bench.change.steps = []
        #expect(try bench.delete("routes", "r"))
        #expect(bench.steps == ["delete plugins", "delete routes"])
        #expect(try bench.delete("services", "s"))
        #expect(bench.configuration.isEmpty)
        #expect(bench.configuration.hash == String(repeating: "0", count: 32))
        #expect(try !bench.delete("services", "s"))
    }

    @Test("PATCH keeps what it does not mention: records merge, lists and maps are replaced, null clears")
    func patch() throws {
        var bench = Workbench()
        let plugin = try bench.create(
            "plugins",
            json:
                #"{"name":"echo","config":{"text":"a","count":5,"words":["x","y"],"labels":{"a":1},"inner":{"deep":{"on":false}}}}"#
        )
        let patched = try bench.update(
            "plugins", plugin.id, ["config": ["text": "b", "words": ["z"], "labels": ["b": 2]]], now: 2)
        let config = patched.fields["config"]
        #expect(config?["count"] == 5 && config?["text"] == "b")
        #expect(config?["inner"] == ["deep": ["on": false]])
        #expect(config?["words"] == ["z"] && config?["labels"] == ["b": 2])
        #expect(patched.fields["created_at"] == 1 && patched.fields["updated_at"] == 2)
        let cleared = try bench.update("plugins", plugin.id, ["config": ["words": .null]], now: 3)
        #expect(cleared.fields["config"]?["words"] == .null)
        let other = try bench.update(
            "plugins", plugin.id, ["name": "access", "protocols": .null, "config": ["deny": ["x"]]])
        #expect(other.fields["config"] == ["allow": .null, "deny": ["x"]])
        #expect(
            Workbench.error { try bench.update("plugins", plugin.id, ["id": .string(Self.someID)]) }?.message
                == "schema violation (id: immutable field cannot be updated)")
        let missing = Workbench.error { try bench.update("services", "none", [:]) }
        #expect(missing?.status == 404 && missing?.message == "could not find the entity with '{name=\"none\"}'")
    }

    @Test("PUT returns what is not mentioned to its default, keeps the id and the time of creation")
    func put() throws {
        var bench = Workbench()
        let first = try bench.upsert("services", "s", ["host": "a", "port": 81], now: 5)
        #expect(first.fields["name"] == "s" && first.fields["created_at"] == 5)
        let second = try bench.upsert("services", "s", ["host": "b"], now: 6)
        #expect(second.id == first.id && second.fields["port"] == 80)
        #expect(second.fields["created_at"] == 5 && second.fields["updated_at"] == 6)
        let byID = try bench.upsert("services", Self.someID, ["host": "c", "name": "t"])
        #expect(byID.id == Self.someID)
        #expect(Workbench.error { try bench.upsert("services", Self.someID, ["host": "c", "name": "s"]) }?.code == 5)
        let noName = Workbench.error { try bench.upsert("ca_certificates", "x", [:]) }
        #expect(noName?.code == 1 && noName?.message == "invalid primary key: '{id=\"x\"}'")
    }

    @Test("pages follow the ids, each entity once, whatever is left after the last")
    func pages() throws {
        var bench = Workbench()
        for number in 0..<25 {
            let tags: JSONValue = number % 2 == 0 ? ["even", "all"] : ["all"]
            try bench.create("services", ["host": "a", "name": .string("s\(number)"), "tags": tags])
        }
        for (filter, count) in [
            (Configuration.Filter.none, 25), (.allTags(["all", "even"]), 13), (.allTags(["all", "none"]), 0),
            (.anyTag(["even", "none"]), 13), (.anyTag(["all", "even"]), 25),
        ] {
            for size in [1, 4, 12, 13, 25, 100] {
                var seen: [String] = []
                var after: String?
                repeat {
                    let page = bench.configuration.page("services", after: after, size: size, filter: filter)
                    #expect(page.entities.count <= size)
                    seen += page.entities.map(\.id)
                    #expect(page.next == nil || page.entities.count == size)
                    after = page.next
                } while after != nil
                #expect(seen.count == count && seen == Set(seen).sorted())
            }
        }
        try bench.create("routes", ["paths": ["/"], "service": ["name": "s3"]])
        try bench.create("routes", ["paths": ["/"]])
        let parent = try #require(bench.configuration.find(TestSchema.definition("services"), "s3"))
        let nested = bench.configuration.page(
            "routes", after: nil, size: 10, filter: .references(field: "service", id: parent.id))
        #expect(nested.entities.count == 1 && nested.next == nil)
    }

    @Test("tags are listed with what bears them, in order and in pages")
    func tags() throws {
        var bench = Workbench()
        try bench.create("services", ["host": "a", "name": "s", "tags": ["x", "y"]])
        try bench.create("consumers", ["username": "c", "tags": ["x"]])
        let all = bench.configuration.tagPage(nil, after: nil, size: 10)
        #expect(all.rows.map { "\($0.tag) \($0.collection)" } == ["x consumers", "x services", "y services"])
        var rows: [Configuration.TagRow] = []
        var after: Configuration.TagRow?
        repeat {
            let page = bench.configuration.tagPage(nil, after: after, size: 1)
            rows += page.rows
            after = page.next
        } while after != nil
        #expect(rows == all.rows)
        #expect(bench.configuration.tagPage("x", after: nil, size: 10).rows.count == 2)
        try bench.update("services", "s", ["tags": .null])
        #expect(bench.configuration.tagPage(nil, after: nil, size: 10).rows.count == 1)
    }

    @Test("the order of ids holds through any order of insertions and removals", arguments: [1, 2, 3])
    func sortedIDs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var sorted = SortedIDs()
        var expected: Set<String> = []
        for _ in 0..<6000 {
            let id = String(UInt64.random(in: 0..<4000, using: &random), radix: 16)
            if Bool.random(using: &random) || Bool.random(using: &random) {
                #expect(sorted.insert(id) == expected.insert(id).inserted)
            } else {
                sorted.remove(id)
                expected.remove(id)
            }
        }
        #expect(Array(sorted) == expected.sorted())
        #expect(sorted.count == expected.count)
        #expect(Array(sorted.after("7")) == expected.filter { $0 > "7" }.sorted())
        #expect(Array(sorted.after("zz")).isEmpty)
    }

    @Test("references to the environment are resolved for plugins, and a missing variable names its field")
    func vaults() throws {
        let config: JSONObject = ["text": "a", "secret": "{vault://env/my-secret}"]
        func secrets(_ environment: [String: String]) -> Secrets {
            Secrets(SecretSources(environment: environment), vaults: [])
        }
        let resolved = try TestSchema.echo.config.resolvingReferences(
            in: config, by: secrets(["MY_SECRET": "s3"]))
        #expect(resolved["secret"] == "s3")
        let inObject = try TestSchema.echo.config.resolvingReferences(
            in: ["secret": "{vault://env/A/b}"], by: secrets(["A": #"{"b":"c"}"#]))
        #expect(inObject["secret"] == "c")
        for environment in [[:], ["A": "no object"], ["A": #"{"x":1}"#]] as [[String: String]] {
            let error = #expect(throws: FieldErrors.self) {
                try TestSchema.echo.config.resolvingReferences(
                    in: ["secret": "{vault://env/A/b}"], by: secrets(environment))
            }
            #expect(error?.problems.first?.pathText == "secret")
        }
    }

    @Test("errors are told with Kong's codes, names and statuses")
    func errorBodies() {
        let cases: [(ModelError, Int, String, Int)] = [
            (.invalidPrimaryKey(["id": "x"]), 1, "invalid primary key", 400),
            (.schemaViolation(FieldErrors(["a"], "b")), 2, "schema violation", 400),
            (.primaryKeyViolation(id: "x"), 3, "primary key violation", 400),
            (.foreignKeyViolation(["id": "x"], collection: "c", field: "f"), 4, "foreign key violation", 400),
            (.uniqueViolation(["name": "x"]), 5, "unique constraint violation", 409),
            (.notFound(["id": "x"]), 6, "not found", 404),
            (.invalidOffset("x", "bad base64 encoding"), 7, "invalid offset", 400),
            (.database("x"), 8, "database error", 500), (.invalidSize("x"), 9, "invalid size", 400),
            (.invalidUnique("name", "x"), 10, "invalid unique name", 400),
            (.invalidOption("tags", "cannot be null"), 11, "invalid options", 400),
            (.unsupported("x"), 12, "operation unsupported", 405),
            (
                .foreignKeyUnresolved(field: "f", nameField: "name", value: "x", collection: "c"), 13,
                "foreign keys unresolved", 400
            ),
            (.declarative(["a": "b"]), 14, "invalid declarative configuration", 400),
            (.stillReferenced("ca_certificate", id: "x", by: "services", id: "y"), 19, "referenced by others", 400),
        ]
        for (error, code, name, status) in cases {
            #expect(error.code == code && error.name == name && error.status == status)
            #expect(error.body["code"] == .integer(code) && error.body["message"]?.stringValue == error.message)
        }
        #expect(
            ModelError.invalidOption("tags", "cannot be null").body == [
                "code": 11, "name": "invalid options", "message": "invalid option (tags: cannot be null)",
                "options": ["tags": "cannot be null"],
            ])
        #expect(
            ModelError.declarative(["routes": [.null, ["paths": ["x"]]]]).message
                == #"declarative config is invalid: {routes={[2]={paths={"x"}}}}"#)
    }
}
