import JSON
import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry API")
struct RegistryAPITests {
    private static let string: JSONValue = ["schema": #""string""#]

    @Test(
        "answers come by the type that the client likes best",
        arguments: [
            ([], "application/vnd.schemaregistry.v1+json"), (["Accept: */*"], "application/vnd.schemaregistry.v1+json"),
            (["Accept: application/json"], "application/json"),
            (
                ["Accept: application/json; q=0.5, application/vnd.schemaregistry+json; q=0.8"],
                "application/vnd.schemaregistry+json"
            ),
            (
                [
                    "Accept: application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json"
                ],
                "application/vnd.schemaregistry.v1+json"
            ), (["Accept: text/html"], "application/vnd.schemaregistry.v1+json"),
        ])
    func accept(fields: [String], type: String) async throws {
        let server = try await RegistryServer()
        #expect(try await server.base.ask("GET", "/subjects", fields: fields).type == type)
    }

    @Test(
        "bodies come by the types of the interface",
        arguments: [
            ("application/vnd.schemaregistry.v1+json", 200), ("application/vnd.schemaregistry+json", 200),
            ("application/json; charset=utf-8", 200), ("application/octet-stream", 200), ("none", 200),
            ("application/x-www-form-urlencoded", 415), ("text/plain", 415),
        ])
    func contentType(type: String, status: Int) async throws {
        let server = try await RegistryServer()
        let fields = type == "none" ? [] : ["Content-Type: \(type)"]
        let answer = try await server.base.ask("POST", "/subjects/s/versions", Self.string, fields: fields)
        #expect(answer.status == status)
        if status == 415 { #expect(answer.code == 415) }
    }

    @Test(
        "a body that cannot be understood is refused, with what is wrong",
        arguments: [
            ("{", 400, 400, "not JSON"), ("[]", 422, 422, "object"), ("{}", 422, 42201, "Empty schema"),
            (#"{"schema":" "}"#, 422, 42201, "Empty schema"), (#"{"schema":{}}"#, 422, 422, "schema"),
            (#"{"schema":"\"int\"","schemaType":"XML"}"#, 422, 42201, "XML"),
            (#"{"schema":"\"int\"","ruleSet":{"domainRules":[]}}"#, 422, 42210, "ruleSet"),
            (#"{"schema":"\"int\"","schemaTagsToAdd":[]}"#, 422, 422, "schemaTagsToAdd"),
            (#"{"schema":"\"int\"","references":{}}"#, 422, 422, "references"),
            (#"{"schema":"\"int\"","references":[{"name":"x"}]}"#, 422, 422, "references"),
            (#"{"schema":"\"int\"","metadata":{"properties":{"a":1}}}"#, 422, 422, "metadata"),
            (#"{"schema":"\"int\"","metadata":{"other":{}}}"#, 422, 422, "metadata"),
            (#"{"schema":"\"int\"","id":"one"}"#, 422, 422, "id"),
        ])
    func badBodies(body: String, status: Int, code: Int, part: String) async throws {
        let server = try await RegistryServer()
        for target in ["/subjects/s/versions", "/compatibility/subjects/s/versions"] {
            let answer = try await server.base.ask("POST", target, text: body)
            #expect(answer.status == status && answer.code == code, "\(answer)")
            #expect(answer.json?["message"]?.stringValue?.contains(part) == true, "\(answer)")
        }
        #expect(await server.registry.subjects(.all) == [])
    }

    @Test("members that say nothing are no fault")
    func emptyMembers() async throws {
        let server = try await RegistryServer()
        let text =
            #"{"schema":"\"int\"","schemaType":null,"references":null,"metadata":null,"ruleSet":null,"id":-1,"version":0}"#
        let answer = try await server.base.ask("POST", "/subjects/s/versions", text: text)
        #expect(answer.json == ["id": 1])
    }

    @Test("clients that know more members are told more")
    func unknownMembers() async throws {
        let server = try await RegistryServer()
        let fields = ["Content-Type: application/json", "Confluent-Accept-Unknown-Properties: true"]
        let registered = try await server.base.ask("POST", "/subjects/s/versions", Self.string, fields: fields).json
        #expect(registered?["schemaType"] == "AVRO" && registered?["version"] == 1)
        let guid = try #require(registered?["guid"]?.stringValue)
        let plain = try await server.base.ask("GET", "/subjects/s/versions/1").json
        #expect(plain?.objectValue?.keys == ["subject", "version", "id", "schema"])
        let byGUID = try await server.base.ask("GET", "/schemas/guids/\(guid)").json
        #expect(byGUID?["schema"] == #""string""# && byGUID?["id"] == 1)
        let byID = try await server.base.ask("GET", "/schemas/ids/1", fields: fields).json
        #expect(byID?["guid"]?.stringValue == guid)
    }

    @Test("lists come in parts, if asked for")
    func pages() async throws {
        let server = try await RegistryServer()
        for subject in ["a", "b", "c"] {
            _ = try await server.base.ask("POST", "/subjects/\(subject)/versions", Self.string)
        }
        for (query, expected) in [
            ("offset=1", ["b", "c"]), ("limit=1", ["a"]), ("offset=1&limit=1", ["b"]), ("offset=9", []),
            ("limit=-1", ["a", "b", "c"]), ("limit=0", []), ("subjectPrefix=b", ["b"]),
            ("subjectPrefix=%3A*%3A", ["a", "b", "c"]),
        ] {
            let answer = try await server.base.ask("GET", "/subjects?\(query)").json
            #expect(answer == .array(expected.map { .string($0) }), "\(query)")
            let subjects = try await server.base.ask("GET", "/schemas/ids/1/subjects?\(query)").json
            if !query.contains("Prefix") { #expect(subjects == answer) }
            let schemas = try await server.base.ask("GET", "/schemas?\(query)").json?.arrayValue
            #expect(schemas?.compactMap { $0["subject"]?.stringValue } == expected, "\(query)")
        }
        #expect(try await server.base.ask("GET", "/subjects?limit=x").code == 400)
    }

    @Test("a subject's name may have any character")
    func names() async throws {
        let server = try await RegistryServer()
        for (path, name) in [("a%2Fb", "a/b"), ("%C3%A9%20x", "é x"), ("a+b", "a+b"), ("..", "..")] {
            #expect(try await server.base.ask("POST", "/subjects/\(path)/versions", Self.string).status == 200)
            #expect(await server.registry.subjects(prefix: name) == [name])
            #expect(
                try await server.base.ask("GET", "/subjects/\(path)/versions/latest").json?["subject"]?.stringValue
                    == name)
        }
    }

    @Test("paths and methods that are not there")
    func unknown() async throws {
        let server = try await RegistryServer()
        for target in ["/nowhere", "/subjects/s/none", "/schemas/ids/x", "/schemas/ids/99999999999"] {
            let answer = try await server.base.ask("GET", target)
            #expect(answer.status == 404 && answer.code == 404, "\(target)")
        }
        let answer = try await server.base.ask("PATCH", "/subjects", text: nil)
        #expect(answer.status == 405 && answer.code == 405)
    }

    @Test("a body that no schema can need is refused")
    func largeBody() async throws {
        var limits = RegistryLimits()
        limits.schemaBytes = 1000
        let server = try await RegistryServer(limits: limits)
        let large = try await server.base.ask(
            "POST", "/subjects/s/versions", ["schema": .string(String(repeating: " ", count: 1 << 21))])
        #expect(large.status == 413 && large.code == 413)
        let schema = #"{"type":"string","doc":"\#(String(repeating: "x", count: 1000))"}"#
        let answer = try await server.base.ask("POST", "/subjects/s/versions", ["schema": .string(schema)])
        #expect(answer.status == 422 && answer.code == 42209)
    }

    @Test("clients that register the same at the same time get the same ids")
    func together() async throws {
        let server = try await RegistryServer()
        let answers = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
            for call in 0..<60 {
                group.addTask {
                    let body: JSONValue = ["schema": .string(#"{"type":"fixed","name":"F","size":\#(call % 6 + 1)}"#)]
                    let answer = try await server.base.ask("POST", "/subjects/s\(call % 12)/versions", body)
                    return (call % 6, answer.json?["id"]?.integerValue)
                }
            }
            var ids: [Int: Set<Int?>] = [:]
            for try await (schema, id) in group { ids[schema, default: []].insert(id) }
            return ids
        }
        #expect(answers.values.allSatisfy { $0.count == 1 && !$0.contains(nil) })
        #expect(Set(answers.values.compactMap { $0.first ?? nil }) == Set(1...6))
        #expect(await server.registry.subjects().count == 12)
    }

    @Test("settings that this registry does not have are refused")
    func unknownSettings() async throws {
        let server = try await RegistryServer()
        let body: JSONValue = ["compatibility": "FULL", "compatibilityGroup": "x"]
        #expect(try await server.base.ask("PUT", "/config/s", body).code == 422)
        #expect(try await server.base.ask("PUT", "/config/s", ["normalize": "yes"]).code == 422)
        #expect(try await server.base.ask("PUT", "/config/s", [:]).code == 42203)
        #expect(try await server.base.ask("GET", "/config/s").code == 40408)
        #expect(try await server.base.ask("PUT", "/mode", ["mode": "FORWARD"]).code == 42204)
    }

    @Test("a Protobuf schema is told as a descriptor to who asks for that; other forms are refused")
    func formats() async throws {
        let server = try await RegistryServer()
        let text = "syntax = \"proto3\"; message Order { int32 id = 1; }"
        let body: JSONValue = ["schemaType": "PROTOBUF", "schema": .string(text)]
        #expect(try await server.base.ask("POST", "/subjects/p/versions", body).json?["id"] == 1)
        for path in ["/schemas/ids/1", "/subjects/p/versions/1"] {
            let answer = try await server.base.ask("GET", "\(path)?format=serialized")
            let descriptor = try #require(answer.json?["schema"]?.stringValue)
            // Read again as a schema, it is the same.
            let read = try CompiledSchema(SchemaSource(.protobuf, descriptor))
            #expect(read.recordName == "Order" && read.serializedForm == descriptor)
            #expect(try await server.base.ask("GET", "\(path)?format=").json?["schema"] == .string(text))
            #expect(try await server.base.ask("GET", "\(path)?format=resolved").code == 422)
        }
        #expect(try await server.base.ask("POST", "/subjects/a/versions", ["schema": #""int""#]).json?["id"] == 2)
        #expect(try await server.base.ask("GET", "/schemas/ids/2?format=serialized").code == 422)
    }
}
