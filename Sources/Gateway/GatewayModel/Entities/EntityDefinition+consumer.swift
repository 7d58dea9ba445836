internal import JSON

extension EntityDefinition {
    /// Who requests come from.
    static let consumer = EntityDefinition(
        name: "consumers", singular: "consumer", nameField: "username", cascades: ["plugins"],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField("username", .string.unique().describe("A unique name.")),
                NamedField("custom_id", .string.unique().describe("Its id in a system of yours.")), CommonFields.tags,
            ],
            checks: [.atLeastOneOf(["custom_id", "username"])]))
}
