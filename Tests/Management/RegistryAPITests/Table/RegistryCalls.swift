import JSON

/// The table: calls that are made one after the other.
enum RegistryCalls {
    static let all: [RegistryCall] =
        server + subjects + schemas + faults + softDeletion + hardDeletion + references + levels + levelsOfLanguages
        + modes + importing

    static func avro(_ text: String) -> JSONValue { ["schema": .string(text)] }

    /// An Avro record with these fields, all with defaults.
    static func record(_ name: String, _ fields: String...) -> JSONValue {
        let fields = fields.map { #"{"name":"\#($0)","type":"int","default":0}"# }
        return avro(#"{"type":"record","name":"\#(name)","fields":[\#(fields.joined(separator: ","))]}"#)
    }

    private static let object = #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}"#

    private static let server: [RegistryCall] = [
        RegistryCall("the root answers", "GET", "/", .body([:]))
            .apicurio(.root, .status(200)),
        RegistryCall("languages", "GET", "/schemas/types", .body(["JSON", "PROTOBUF", "AVRO"])),
        RegistryCall("contexts", "GET", "/contexts", .body(["."]))
            .apicurio(.contexts, .body([":.:"])),
        RegistryCall("the cluster's id", "GET", "/v1/metadata/id", .body(["id": ""]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("the version", "GET", "/v1/metadata/version", .body(["version": "9.9.9"]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("a path that is not there", "GET", "/nowhere", .code(404))
            .apicurio(.bareErrors, .status(404)),
        RegistryCall("a method that is not there", "PATCH", "/subjects", .code(405))
            .apicurio(.bareErrors, .status(405)),
        RegistryCall("no subjects", "GET", "/subjects", .body([])),
        RegistryCall("no schemas", "GET", "/schemas", .body([]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("the level at the start", "GET", "/config", .body(["compatibilityLevel": "BACKWARD"]))
            .apicurio(.initialLevel, .body(["compatibilityLevel": "NONE"])),
        RegistryCall("the mode at the start", "GET", "/mode", .body(["mode": "READWRITE"]))
            .apicurio(.noModes, .status(404)),
        RegistryCall(
            "the level is set", "PUT", "/config", ["compatibility": "BACKWARD"], .body(["compatibility": "BACKWARD"])
        )
        .apicurio(.levelAnswers, .body(["compatibilityLevel": "BACKWARD"])),
    ]

    private static let subjects: [RegistryCall] = [
        RegistryCall("the first version", "POST", "/subjects/a/versions", record("A", "x"), .body(["id": "{a1}"]))
            .saving("id", as: "a1"),
        RegistryCall("the same again", "POST", "/subjects/a/versions", record("A", "x"), .body(["id": "{a1}"])),
        RegistryCall("the second version", "POST", "/subjects/a/versions", record("A", "x", "y"), .body(["id": "{a2}"]))
            .saving("id", as: "a2"),
        RegistryCall(
            "the same schema elsewhere", "POST", "/subjects/b/versions", record("A", "x"), .body(["id": "{a1}"])),
        RegistryCall("names with slashes", "POST", "/subjects/c%2Fd/versions", record("A", "x"), .body(["id": "{a1}"])),
        RegistryCall("the subjects", "GET", "/subjects", .body(["a", "b", "c/d"])),
        RegistryCall("some subjects", "GET", "/subjects?subjectPrefix=a", .body(["a"]))
            .apicurio(.filters, .body(["a", "b", "c/d"])),
        RegistryCall("the versions", "GET", "/subjects/a/versions", .body([1, 2])),
        RegistryCall(
            "a version", "GET", "/subjects/a/versions/1", .body(["subject": "a", "version": 1, "id": "{a1}"])),
        RegistryCall("Avro is not named", "GET", "/subjects/a/versions/1", .without(["schemaType", "references"]))
            .apicurio(.namesAll, .body(["schemaType": "AVRO", "references": []])),
        RegistryCall("the latest", "GET", "/subjects/a/versions/latest", .body(["version": 2, "id": "{a2}"])),
        RegistryCall("the latest by -1", "GET", "/subjects/a/versions/-1", .body(["version": 2])),
        RegistryCall(
            "a version's schema alone", "GET", "/subjects/a/versions/1/schema", .body(["type": "record", "name": "A"])),
        RegistryCall(
            "a look-up", "POST", "/subjects/a", record("A", "x"),
            .body(["subject": "a", "version": 1, "id": "{a1}"])),
        RegistryCall(
            "a look-up of what is not there", "POST", "/subjects/a", record("A", "none"), .code(40403)),
        RegistryCall("a look-up where nothing is", "POST", "/subjects/none", record("A", "x"), .code(40401)),
        RegistryCall("versions of a subject that is not there", "GET", "/subjects/none/versions", .code(40401)),
        RegistryCall("a version of a subject that is not there", "GET", "/subjects/none/versions/1", .code(40401)),
        RegistryCall("the latest where nothing is", "GET", "/subjects/none/versions/latest", .code(40401)),
        RegistryCall("a version that is not there", "GET", "/subjects/a/versions/9", .code(40402)),
        RegistryCall("no version", "GET", "/subjects/a/versions/0", .code(42202))
            .apicurio(.versions, .code(40402)),
        RegistryCall("a word instead of a version", "GET", "/subjects/a/versions/two", .code(42202))
            .apicurio(.versions, .code(40402)),
        RegistryCall(
            "a schema", "POST", "/subjects/blanks/versions", avro(#"["null", {"type": "string"}]"#),
            .body(["id": "{blanks}"])
        ).saving("id", as: "blanks"),
        RegistryCall(
            "the same, written otherwise", "POST", "/subjects/blanks/versions", avro(#"["null","string"]"#),
            .body(["id": "{blanks}"])
        ).apicurio(.texts, .without(["error_code"])),
        RegistryCall("is one version", "GET", "/subjects/blanks/versions", .body([1])).apicurio(.texts, .body([1, 2])),
    ]

    private static let schemas: [RegistryCall] = [
        RegistryCall("a schema by its id", "GET", "/schemas/ids/{a1}", .without(["schemaType", "references", "id"]))
            .apicurio(.namesAll, .body(["schemaType": "AVRO", "references": []])),
        RegistryCall("a schema's text by its id", "GET", "/schemas/ids/{a1}/schema", .body(["name": "A"])),
        RegistryCall("where an id is", "GET", "/schemas/ids/{a1}/subjects", .body(["a", "b", "c/d"]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall(
            "where an id is, with versions", "GET", "/schemas/ids/{a2}/versions",
            .body([["subject": "a", "version": 2]])),
        RegistryCall("an id that is not there", "GET", "/schemas/ids/99999", .code(40403)),
        RegistryCall("the subjects of an id that is not there", "GET", "/schemas/ids/99999/subjects", .code(40403))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("the versions of an id that is not there", "GET", "/schemas/ids/99999/versions", .code(40403)),
        RegistryCall("a word instead of an id", "GET", "/schemas/ids/one", .code(404))
            .apicurio(.bareErrors, .status(404)),
        RegistryCall("a guid that is not there", "GET", "/schemas/guids/none", .code(40403))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall(
            "all schemas of a prefix", "GET", "/schemas?subjectPrefix=a",
            .body([["subject": "a", "version": 1], ["subject": "a", "version": 2]])
        )
        .apicurio(.missingEndpoints, .status(404)),
        RegistryCall(
            "the latest schemas of a prefix", "GET", "/schemas?subjectPrefix=a&latestOnly=true",
            .body([["subject": "a", "version": 2]])
        )
        .apicurio(.missingEndpoints, .status(404)),
        RegistryCall(
            "JSON Schema", "POST", "/subjects/json/versions",
            ["schema": .string(object), "schemaType": "JSON"], .body(["id": "{json}"])
        ).saving("id", as: "json"),
        RegistryCall(
            "JSON Schema is named", "GET", "/schemas/ids/{json}",
            .body(["schemaType": "JSON", "schema": .string(object)])),
        RegistryCall(
            "Protobuf", "POST", "/subjects/protobuf/versions",
            ["schema": .string(message), "schemaType": "PROTOBUF"], .body(["id": "{protobuf}"])
        ).saving("id", as: "protobuf"),
        RegistryCall(
            "Protobuf is named", "GET", "/schemas/ids/{protobuf}",
            .body(["schemaType": "PROTOBUF", "schema": .string(message)])),
    ]

    private static let message = "syntax = \"proto3\";\n\nmessage M {\n  string a = 1;\n}"

    private static let faults: [RegistryCall] = [
        RegistryCall("a body that is no JSON", "POST", "/subjects/bad/versions", "x", .code(422))
            .apicurio(.bodies, .status(400)),
        RegistryCall("no schema", "POST", "/subjects/bad/versions", [:], .code(42201))
            .apicurio(.faults500, .status(500)),
        RegistryCall("no JSON in an Avro schema", "POST", "/subjects/bad/versions", avro("{"), .code(42201)),
        RegistryCall(
            "a bad Avro schema", "POST", "/subjects/bad/versions", avro(#"{"type":"record","name":"A"}"#), .code(42201)),
        RegistryCall(
            "a bad JSON schema", "POST", "/subjects/bad/versions",
            ["schema": #"{"type":1}"#, "schemaType": "JSON"], .code(42201)),
        RegistryCall(
            "a bad Protobuf schema", "POST", "/subjects/bad/versions",
            ["schema": "syntax = \"proto3\"; message {}", "schemaType": "PROTOBUF"], .code(42201)),
        RegistryCall(
            "an unknown language", "POST", "/subjects/bad/versions", ["schema": "x", "schemaType": "XML"], .code(42201)),
        RegistryCall(
            "a set of rules", "POST", "/subjects/rules/versions",
            ["schema": #""string""#, "ruleSet": ["domainRules": []]], .code(42210)
        )
        .apicurio(.ruleSets, .status(200)),
        RegistryCall(
            "a subject's name with control characters", "POST", "/subjects/a%07/versions", record("A"), .code(42208)
        )
        .apicurio(.limits, .status(200)),
        RegistryCall(
            "a schema that is too large", "POST", "/subjects/large/versions",
            avro(#"{"type":"string","doc":"\#(String(repeating: "x", count: 1 << 20))"}"#), .code(42209)
        )
        .apicurio(.limits, .status(200)),
        RegistryCall("nothing of it stays", "GET", "/subjects/bad/versions?deleted=true", .code(40401)),
    ]
}
