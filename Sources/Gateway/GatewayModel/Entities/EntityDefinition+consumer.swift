internal import JSON

extension EntityDefinition {
    /// Who requests come from.
    static let consumer = EntityDefinition(
        name: "consumers", singular: "consumer", nameField: "username",
        linkLists: [
            LinkList(
                name: "groups", collection: "consumer_group_consumers", reference: "consumer", other: "consumer_group")
        ],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField("username", .string.unique().describe("A unique name.")),
                NamedField("custom_id", .string.unique().describe("Its id in a system of yours.")), CommonFields.tags,
            ],
            checks: [.atLeastOneOf(["custom_id", "username"])]))

    /// Consumers that plugins treat alike.
    static let consumerGroup = EntityDefinition(
        name: "consumer_groups", singular: "consumer_group", nameField: "name",
        linkLists: [
            LinkList(
                name: "consumers", collection: "consumer_group_consumers", reference: "consumer_group",
                other: "consumer")
        ],
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            CommonFields.name("A unique name; of a consumer's groups the first by name counts most.", required: true),
            CommonFields.tags,
        ]))

    /// That a consumer is in a group.
    static let consumerGroupConsumer = EntityDefinition(
        name: "consumer_group_consumers", singular: "consumer_group_consumer", paths: .custom, nameField: nil,
        cacheKey: ["consumer_group", "consumer"],
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            NamedField(
                "consumer_group",
                .foreign("consumer_groups").required().cascading().describe("The group.")),
            NamedField("consumer", .foreign("consumers").required().cascading().describe("Who is in it.")),
        ]))
}
