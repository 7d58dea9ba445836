package import JSON

/// A kind of vault: where the secrets are that references stand for.
package struct VaultKind: Sendable {
    /// The vault's `name`.
    package let name: String
    package let config: RecordSchema
    package let summary: String

    /// All kinds.
    package static let all = [environment, file]

    package static func named(_ name: String) -> VaultKind? { all.first { $0.name == name } }

    /// Variables of the node's environment. It is there also without an entity.
    static let environment = VaultKind(
        name: "env",
        config: RecordSchema(fields: [
            NamedField(
                "prefix",
                .string.check { isVariableName($0.stringValue ?? "") ? nil : "invalid value: \($0.stringValue ?? "")" }
                    .describe("What the names of its variables begin with."))
        ]), summary: "Variables of the node's environment.")

    /// Files of a folder, a secret each, as container platforms mount them.
    static let file = VaultKind(
        name: "file",
        config: RecordSchema(fields: [
            NamedField(
                "directory",
                .string.required().startsWith("/").describe("The folder whose files are the secrets.").sluiceOnly())
        ]), summary: "Files of a folder.")

    /// A letter, an underscore or a dash, then digits too.
    private static func isVariableName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 0x5f || $0 == 0x2d
        }
    }

    /// As `/schemas/vaults/{name}` shows it.
    package var description: JSONValue {
        [
            "fields": [
                ["config": ["type": "record", "required": true, "fields": config.description]]
            ], "entity_checks": [],
        ]
    }
}
