import JSON

extension RegistryCalls {
    static let softDeletion: [RegistryCall] = [
        RegistryCall("to be deleted", "POST", "/subjects/d/versions", record("D", "x"), .body(["id": "{d1}"]))
            .saving("id", as: "d1"),
        RegistryCall("to be deleted, too", "POST", "/subjects/d/versions", record("D", "x", "y"), .body(["id": "{d2}"]))
            .saving("id", as: "d2"),
        RegistryCall("a version goes softly", "DELETE", "/subjects/d/versions/2", .body(2)),
        RegistryCall("and is not there", "GET", "/subjects/d/versions/2", .code(40402)),
        RegistryCall("but for who asks for it", "GET", "/subjects/d/versions/2?deleted=true", .body(["version": 2])),
        RegistryCall("nor in the list", "GET", "/subjects/d/versions", .body([1])),
        RegistryCall("but in that of all", "GET", "/subjects/d/versions?deleted=true", .body([1, 2])),
        RegistryCall("the latest is the one before", "GET", "/subjects/d/versions/latest", .body(["version": 1])),
        RegistryCall("its id is still read", "GET", "/schemas/ids/{d2}", .without(["id"])),
        RegistryCall("its id is nowhere", "GET", "/schemas/ids/{d2}/subjects", .body([]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("but for who asks for it", "GET", "/schemas/ids/{d2}/subjects?deleted=true", .body(["d"]))
            .apicurio(.missingEndpoints, .status(404)),
        RegistryCall("a look-up does not find it", "POST", "/subjects/d", record("D", "x", "y"), .code(40403)),
        RegistryCall(
            "but one of all does", "POST", "/subjects/d?deleted=true", record("D", "x", "y"), .body(["version": 2])),
        RegistryCall("it cannot go softly again", "DELETE", "/subjects/d/versions/2", .code(40406))
            .apicurio(.deletionStatus, .refusal(409, 40406)),
        RegistryCall("a live one cannot go for good", "DELETE", "/subjects/d/versions/1?permanent=true", .code(40407))
            .apicurio(.deletionStatus, .refusal(409, 40407)),
        RegistryCall("a version that is not there", "DELETE", "/subjects/d/versions/9", .code(40402)),
        RegistryCall("no version", "DELETE", "/subjects/d/versions/0", .code(42202))
            .apicurio(.versions, .code(40402)),
        RegistryCall("a version where nothing is", "DELETE", "/subjects/none/versions/1", .code(40401)),
        RegistryCall("a subject that is not there", "DELETE", "/subjects/none", .code(40401)),
        RegistryCall("a live subject cannot go for good", "DELETE", "/subjects/d?permanent=true", .code(40405))
            .apicurio(.deletionStatus, .refusal(409, 40405)),
        RegistryCall("a subject goes softly", "DELETE", "/subjects/d", .body([1])),
        RegistryCall("and is not there", "GET", "/subjects/d/versions", .code(40401)),
        RegistryCall("nor in the list of subjects", "GET", "/subjects", .lacks("d")),
        RegistryCall("but in that of all", "GET", "/subjects?deleted=true", .contains("d")),
        RegistryCall("and in that of the deleted", "GET", "/subjects?deletedOnly=true", .lacks("a")).apicurio(
            .filters, .contains("a")),
        RegistryCall("it cannot go softly again", "DELETE", "/subjects/d", .code(40404)),
        RegistryCall(
            "the same schema comes again as a version", "POST", "/subjects/d/versions", record("D", "x"),
            .body(["id": "{d1}"])),
        RegistryCall("with the next number", "GET", "/subjects/d/versions", .body([3])),
    ]

    static let hardDeletion: [RegistryCall] = [
        RegistryCall("a version goes for good", "DELETE", "/subjects/d/versions/2?permanent=true", .body(2)),
        RegistryCall(
            "and is not there for who asks for it", "GET", "/subjects/d/versions/2?deleted=true", .code(40402)),
        RegistryCall("nor its id", "GET", "/schemas/ids/{d2}", .code(40403)),
        RegistryCall("the subject goes softly", "DELETE", "/subjects/d", .body([3])),
        RegistryCall("and for good", "DELETE", "/subjects/d?permanent=true", .body([1, 3])),
        RegistryCall(
            "and is not there for who asks for it", "GET", "/subjects?deleted=true", .lacks("d")),
        RegistryCall("nor its ids", "GET", "/schemas/ids/{d1}", .code(40403)),
        RegistryCall("it cannot go again", "DELETE", "/subjects/d?permanent=true", .code(40401)),
        RegistryCall("its numbers begin anew", "POST", "/subjects/d/versions", record("D", "z"), .body(["id": "{d3}"]))
            .saving("id", as: "d3"),
        RegistryCall("with 1", "GET", "/subjects/d/versions", .body([1])),
    ]

    private static let item = record("Item", "sku")
    private static let order: JSONValue = [
        "schema": #"{"type":"record","name":"Order","fields":[{"name":"item","type":"Item"}]}"#,
        "references": [["name": "Item", "subject": "item", "version": 1]],
    ]

    static let references: [RegistryCall] = [
        RegistryCall("what is referred to", "POST", "/subjects/item/versions", item, .body(["id": "{item}"]))
            .saving("id", as: "item"),
        RegistryCall("what refers to it", "POST", "/subjects/order/versions", order, .body(["id": "{order}"]))
            .saving("id", as: "order"),
        RegistryCall(
            "references come back", "GET", "/schemas/ids/{order}",
            .body(["references": [["name": "Item", "subject": "item", "version": 1]]])),
        RegistryCall(
            "with a version, too", "GET", "/subjects/order/versions/1",
            .body(["references": [["name": "Item", "subject": "item", "version": 1]]])),
        RegistryCall("a look-up with references", "POST", "/subjects/order", order, .body(["id": "{order}"])),
        RegistryCall("who refers to it", "GET", "/subjects/item/versions/1/referencedby", .body(["{order}"])),
        RegistryCall("who refers to the other", "GET", "/subjects/order/versions/1/referencedby", .body([])),
        RegistryCall("who refers to what is not there", "GET", "/subjects/none/versions/1/referencedby", .code(40401))
            .apicurio(.referrers, .body([])),
        RegistryCall(
            "who refers to a version that is not there", "GET", "/subjects/item/versions/9/referencedby", .code(40402)
        )
        .apicurio(.referrers, .body([])),
        RegistryCall(
            "a reference to what is not there", "POST", "/subjects/bad/versions",
            [
                "schema": #"{"type":"record","name":"Order","fields":[{"name":"item","type":"Item"}]}"#,
                "references": [["name": "Item", "subject": "none", "version": 1]],
            ], .code(42201)),
        RegistryCall(
            "no reference where one is needed", "POST", "/subjects/bad/versions",
            avro(#"{"type":"record","name":"Order","fields":[{"name":"item","type":"Item"}]}"#), .code(42201)),
        RegistryCall(
            "what is compared has references", "POST", "/compatibility/subjects/order/versions/latest", order,
            .body(["is_compatible": true])
        )
        .apicurio(.comparedReferences, .code(42201)),
        RegistryCall("what is referred to stays", "DELETE", "/subjects/item/versions/1", .code(42206)),
        RegistryCall("with its subject", "DELETE", "/subjects/item", .code(42206)),
        RegistryCall("what refers to it goes", "DELETE", "/subjects/order", .body([1])),
        RegistryCall("then it goes", "DELETE", "/subjects/item", .body([1]))
            .apicurio(.softReferrers, .code(42206)),
        RegistryCall(
            "not for good while the other is softly there", "DELETE", "/subjects/item?permanent=true", .code(42206)
        ),
        RegistryCall("the other goes for good", "DELETE", "/subjects/order?permanent=true", .body([1])),
        RegistryCall("and it", "DELETE", "/subjects/item?permanent=true", .body([1]))
            .apicurio(.softReferrers, .refusal(409, 40405)),
        RegistryCall(
            "a JSON schema that is referred to", "POST", "/subjects/name/versions",
            [
                "schema": #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#,
                "schemaType": "JSON",
            ], .body(["id": "{name}"])
        ).saving("id", as: "name"),
        RegistryCall(
            "a JSON schema that refers", "POST", "/subjects/person/versions",
            [
                "schema":
                    #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"name":{"$ref":"name.json"}}}"#,
                "schemaType": "JSON",
                "references": [["name": "name.json", "subject": "name", "version": 1]],
            ], .body(["id": "{person}"])
        ).saving("id", as: "person"),
        RegistryCall("who refers to it by URI", "GET", "/subjects/name/versions/1/referencedby", .body(["{person}"])),
    ]
}
