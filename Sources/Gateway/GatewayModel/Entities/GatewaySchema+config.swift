internal import JSON

/// Entities whose `config` has a schema of its own, told by their `name`.
extension GatewaySchema {
    func completePlugin(_ input: JSONObject, _ definition: EntityDefinition) -> Result<JSONObject, FieldErrors> {
        var generic = input
        let config = generic.removeValue(forKey: "config")
        guard let name = input["name"]?.stringValue else { return definition.schema.complete(generic) }
        guard let plugin = plugins[name] else {
            return .failure(
                FieldErrors(["name"], "plugin '\(name)' not enabled; add it to the 'plugins' configuration property"))
        }
        if generic["protocols"]?.isNull ?? true {
            generic["protocols"] = .array(plugin.protocols.map { .string($0) })
        }
        var errors = FieldErrors()
        var output = definition.schema.complete(generic, path: [], errors: &errors)
        for (index, value) in (output["protocols"]?.arrayValue ?? []).enumerated() {
            guard let text = value.stringValue, CommonFields.protocols.contains(text) else { continue }
            if !plugin.protocols.contains(text) {
                errors.add(
                    ["protocols", .index(index)], "expected one of: \(plugin.protocols.joined(separator: ", "))")
            }
        }
        for (field, isAllowed) in plugin.scopes where !isAllowed && EntityCheck.isSet(output[field]) {
            errors.add([.name(field)], "value must be null")
        }
        output["config"] = Self.complete(config, plugin.config, &errors)
        let invalid = Set(errors.problems.compactMap { $0.path.first?.text })
        for check in plugin.checks { check.apply(to: output, path: [], invalid: invalid, errors: &errors) }
        return errors.isEmpty ? .success(output) : .failure(errors)
    }

    func completeVault(_ input: JSONObject, _ definition: EntityDefinition) -> Result<JSONObject, FieldErrors> {
        var generic = input
        let config = generic.removeValue(forKey: "config")
        var errors = FieldErrors()
        var output = definition.schema.complete(generic, path: [], errors: &errors)
        if let name = input["name"]?.stringValue {
            if let kind = VaultKind.named(name) {
                output["config"] = Self.complete(config, kind.config, &errors)
            } else {
                errors.add(["name"], "vault '\(name)' is not installed")
            }
        }
        return errors.isEmpty ? .success(output) : .failure(errors)
    }

    private static func complete(
        _ config: JSONValue?, _ schema: RecordSchema, _ errors: inout FieldErrors
    ) -> JSONValue {
        let record = Field(.record(schema)).required()
        return record.complete(config?.isNull == true ? nil : config, path: ["config"], errors: &errors)
    }
}
