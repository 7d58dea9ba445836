internal import GatewayModel
internal import JSON

extension RequestTransformer {
    static let schema = PluginSchema(
        name: "request-transformer", priority: 801, version: "0.1.0", allowsConsumerGroup: true,
        summary: "Changes requests before they go on: what is to be removed, renamed, replaced, added and appended, in "
            + "this order. Values may have parts taken from the request: `$(headers.name)`, `$(query_params.name)`, "
            + "`$(uri_captures.name)`, also with `[\"name\"]`, `[1]`, `or \"text\"` and `..`.",
        config: RecordSchema(fields: [
            NamedField(
                "http_method",
                .string.check { value in
                    let text = value.stringValue ?? ""
                    let isUpper = !text.isEmpty && text.utf8.allSatisfy { (0x41...0x5a).contains($0) }
                    return isUpper ? nil : "invalid value: \(text)"
                }.describe(
                    "The method that the service gets. With GET, HEAD and TRACE a form's fields become arguments of the "
                        + "query.")),
            NamedField("remove", lists("Taken away.", value: .none)),
            NamedField("rename", lists("`old:new`.", value: .name)),
            NamedField(
                "replace",
                lists(
                    "`name:value`, where the name is there.", value: .template,
                    further: [
                        NamedField(
                            "uri",
                            .string.check { templateProblem($0.stringValue) }.describe(
                                "The path at the service, in place of the one that route and service make."))
                    ])),
            NamedField("add", lists("`name:value`, where the name is not there.", value: .template)),
            NamedField("append", lists("`name:value`, beside what is there.", value: .template)),
        ]))

    private enum ValueForm {
        case none, name, template
    }

    private static func lists(_ text: String, value: ValueForm, further: [NamedField] = []) -> Field {
        func list(isOfHeaders: Bool, _ place: String) -> NamedField {
            NamedField(
                place,
                .array(.string.check { problem($0.stringValue ?? "", value, isOfHeaders: isOfHeaders) })
                    .default([]))
        }
        return .record(
            [
                list(isOfHeaders: false, "body"), list(isOfHeaders: true, "headers"),
                list(isOfHeaders: false, "querystring"),
            ]
                + further
        ).default([:]).describe(text)
    }

    /// What is wrong with an entry; nil when nothing is.
    private static func problem(_ text: String, _ value: ValueForm, isOfHeaders: Bool) -> String? {
        let rule = TransformRule(text)
        if value != .none, let problem = TransformRule.problemOfPair(text) { return problem }
        if isOfHeaders, let problem = TransformRule.problemOfHeader(rule.name) { return problem }
        switch value {
        case .none: return nil
        case .name:
            if isOfHeaders { return TransformRule.problemOfHeader(rule.value) }
            return rule.value == nil ? "invalid value: \(text)" : templateProblem(rule.value)
        case .template: return templateProblem(rule.value)
        }
    }

    private static func templateProblem(_ text: String?) -> String? {
        do {
            _ = try RequestTemplate(text ?? "")
            return nil
        } catch { return error.description }
    }
}
