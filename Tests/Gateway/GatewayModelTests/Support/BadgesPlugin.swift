import JSON

@testable import GatewayModel

extension TestSchema {
    /// A plugin that brings kinds of entities of its own, as those that authenticate do.
    static let badges = PluginSchema(
        name: "badges", priority: 3, allowsConsumerGroup: true, config: RecordSchema(fields: []),
        entities: [badge, right])

    /// A credential: found by its number, which is made if it is not given; its pin is kept as something else.
    static let badge = EntityDefinition(
        name: "badge_credentials", singular: "badge_credential", pathName: "badges", nestedPathName: "badge",
        nameField: "number",
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt,
            NamedField("consumer", .foreign("consumers").required().cascading()),
            NamedField("number", .string.unique().automatic()), NamedField("pin", .string.encrypted()),
            CommonFields.tags,
        ]),
        finish: { fields in
            var fields = fields
            if fields["number"]?.isNull ?? true { fields["number"] = "made" }
            return fields
        },
        transform: { (fields, given) throws(FieldErrors) in
            guard given.contains("pin"), let pin = fields["pin"]?.stringValue else { return fields }
            if pin == "0000" { throw FieldErrors(["pin"], "too easy") }
            var fields = fields
            fields["pin"] = .string("\(pin)@\(fields["consumer"]?["id"]?.stringValue?.prefix(4) ?? "")")
            return fields
        })

    /// What is told by its name among those of its consumer alone.
    static let right = EntityDefinition(
        name: "badge_rights", singular: "badge_right", nameField: "door", cacheKey: ["consumer", "door"],
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt,
            NamedField("consumer", .foreign("consumers").required().cascading()),
            NamedField("door", .string.required()), CommonFields.tags,
        ]))
}
