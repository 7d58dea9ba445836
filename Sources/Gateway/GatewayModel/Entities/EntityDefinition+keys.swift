internal import JSON

extension EntityDefinition {
    /// Keys that belong together.
    static let keySet = EntityDefinition(
        name: "key_sets", singular: "key_set", pathName: "key-sets", nameField: "name",
        schema: RecordSchema(fields: [
            CommonFields.id, NamedField("name", .string.unique().describe("A unique name.")), CommonFields.tags,
            CommonFields.createdAt, CommonFields.updatedAt,
        ]))

    /// A key in one of two formats.
    static let key = EntityDefinition(
        name: "keys", singular: "key", nameField: "name", cacheKey: ["kid", "set"],
        schema: RecordSchema(
            fields: [
                CommonFields.id,
                NamedField("set", .foreign("key_sets").cascading().describe("The set that it is in.")),
                NamedField("name", .string.unique().describe("A unique name.")),
                NamedField("kid", .string.required().describe("What tells it from the others of its set.")),
                NamedField(
                    "jwk", .string.referenceable().encrypted().describe("A JSON Web Key (RFC 7517), as text.")),
                NamedField(
                    "pem",
                    .record([
                        NamedField(
                            "private_key",
                            .string.referenceable().encrypted().check(KeyRules.privateKeyProblem)
                                .describe("PEM of the private key.")),
                        NamedField(
                            "public_key",
                            .string.referenceable().check(KeyRules.publicKeyProblem)
                                .describe("PEM of the public key.")),
                    ])), CommonFields.tags, CommonFields.createdAt, CommonFields.updatedAt,
            ],
            checks: [
                .mutuallyExclusive(["jwk", "pem"]), .atLeastOneOf(["jwk", "pem"]), .custom(KeyRules.formatProblems),
            ]))
}
