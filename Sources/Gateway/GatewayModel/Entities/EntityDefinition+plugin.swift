internal import JSON

extension EntityDefinition {
    /// A plugin's configuration for its scope. `config` is checked by the plugin's own schema.
    static let plugin = EntityDefinition(
        name: "plugins", singular: "plugin", nameField: "instance_name",
        cacheKey: ["name", "route", "service", "consumer", "consumer_group"], optionalKey: ["consumer_group"],
        schema: RecordSchema(
            fields: [
                CommonFields.id, NamedField("name", .string.required().describe("Which plugin.")),
                NamedField(
                    "instance_name",
                    .string.unique().check(CommonFields.nameProblem).describe("A unique name of this configuration.")),
                CommonFields.createdAt, CommonFields.updatedAt,
                NamedField("route", .foreign("routes").cascading().describe("Only for requests of this route.")),
                NamedField("service", .foreign("services").cascading().describe("Only for requests to this service.")),
                NamedField(
                    "consumer", .foreign("consumers").cascading().describe("Only for requests of this consumer.")),
                NamedField(
                    "consumer_group",
                    .foreign("consumer_groups").cascading().describe("Only for requests of this group's consumers.")),
                NamedField("config", .record([]).describe("The plugin's own fields.")),
                NamedField(
                    "protocols",
                    .set(.string.oneOf(CommonFields.protocols.map { .string($0) })).length(atLeast: 1)
                        .describe("Request protocols it runs for.")),
                NamedField("enabled", .boolean.required().default(true).describe("Whether it runs.")),
                CommonFields.tags,
            ], checks: [.mutuallyExclusive(["consumer", "consumer_group"])]))
}
