import GatewayModel
import JSON

extension PluginSchema {
    /// A plugin that brings kinds of entities of its own, as those that authenticate do: credentials that are found by
    /// their number and keep a pin as something else, and rights that are told by their door among a consumer's own.
    static let badges = PluginSchema(
        name: "badges", priority: 1, allowsConsumerGroup: true, config: RecordSchema(fields: []),
        entities: [
            EntityDefinition(
                name: "badge_credentials", singular: "badge_credential", pathName: "badges", nestedPathName: "badge",
                nameField: "number",
                schema: RecordSchema(fields: [
                    CommonFields.id, CommonFields.createdAt,
                    NamedField("consumer", .foreign("consumers").required().cascading()),
                    NamedField("number", .string.required().unique()), NamedField("pin", .string.encrypted()),
                    NamedField("floors", .array(.integer.between(0, 99))), CommonFields.tags,
                ]),
                transform: { (fields, given) throws(FieldErrors) in
                    guard given.contains("pin"), let pin = fields["pin"]?.stringValue else { return fields }
                    if pin == "0000" { throw FieldErrors(["pin"], "too easy") }
                    var fields = fields
                    fields["pin"] = .string("hash of \(pin)")
                    return fields
                }),
            EntityDefinition(
                name: "badge_rights", singular: "badge_right", pathName: "badge-rights", nameField: "door",
                cacheKey: ["consumer", "door"],
                schema: RecordSchema(fields: [
                    CommonFields.id, CommonFields.createdAt,
                    NamedField("consumer", .foreign("consumers").required().cascading()),
                    NamedField("door", .string.required()), CommonFields.tags,
                ])),
        ])
}
