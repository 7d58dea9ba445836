internal import GatewayModel
internal import JSON

extension ResponseTransformer {
    static let schema = PluginSchema(
        name: "response-transformer", priority: 800, version: "0.1.0", allowsConsumerGroup: true,
        summary: "Changes answers before they go to the client: what is to be removed, renamed, replaced, added and "
            + "appended, in this order. Bodies are changed where they are JSON objects.",
        config: RecordSchema(fields: [
            NamedField("remove", .record([list("json"), list("headers")]).default([:]).describe("Taken away.")),
            NamedField(
                "rename",
                .record([list("json", value: .name), list("headers", value: .name)]).default([:])
                    .describe("`old:new`.")),
            NamedField("replace", values("`name:value`, where the name is there.")),
            NamedField("add", values("`name:value`, where the name is not there.")),
            NamedField("append", values("`name:value`, beside what is there.")),
        ]))

    private enum ValueForm {
        case none, name, any
    }

    private static func values(_ text: String) -> Field {
        .record([
            list("json", value: .any),
            NamedField(
                "json_types",
                .array(.string.oneOf(["boolean", "number", "string"])).default([]).describe(
                    "What the values of `json` are, in their order; strings where nothing is said. A value that is no "
                        + "number is left out where one is wanted.")),
            list("headers", value: .any),
        ]).default([:]).describe(text)
    }

    private static func list(_ place: String, value: ValueForm = .none) -> NamedField {
        let isOfHeaders = place == "headers"
        return NamedField(
            place,
            .array(
                .string.check { element in
                    let text = element.stringValue ?? ""
                    let rule = TransformRule(text)
                    if value != .none, let problem = TransformRule.problemOfPair(text) { return problem }
                    if isOfHeaders, let problem = TransformRule.problemOfHeader(rule.name) { return problem }
                    guard value == .name else { return nil }
                    if isOfHeaders { return TransformRule.problemOfHeader(rule.value) }
                    return rule.value == nil ? "invalid value: \(text)" : nil
                }
            ).default([]))
    }
}
