internal import JSON

extension EntityDefinition {
    /// A vault: what references with its prefix stand for. `config` is checked by the kind's own schema.
    static let vault = EntityDefinition(
        name: "vaults", singular: "vault", nameField: "prefix",
        schema: RecordSchema(fields: [
            CommonFields.id,
            NamedField(
                "prefix",
                .string.required().unique().check(prefixProblem)
                    .describe("The first part of its references: `{vault://prefix/…}`.")),
            NamedField("name", .string.required().describe("Which kind of vault: `env` or `file`.")),
            NamedField("description", .string), NamedField("config", .record([]).describe("The kind's own fields.")),
            CommonFields.createdAt, CommonFields.updatedAt, CommonFields.tags,
        ]))

    /// A letter in lower case, then letters, digits and dashes, a dash not at the end; no kind's own name.
    private static let prefixProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        let letters = text.utf8.map { (97...122).contains($0) }
        let isFine =
            letters.count > 1 && letters[0] && text.utf8.last != 0x2d
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 0x2d }
        if !isFine { return "invalid value: \(text)" }
        let kinds = VaultKind.all.map(\.name)
        return kinds.contains(text) ? "must not be one of: \(kinds.joined(separator: ", "))" : nil
    }
}
