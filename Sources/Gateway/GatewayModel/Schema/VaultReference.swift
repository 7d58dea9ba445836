package import JSON

/// A reference to a secret kept elsewhere, in the place of a field's text: `{vault://env/NAME}` or
/// `{vault://env/name/key}`. The entity keeps the reference; plugins get what it stands for.
package enum VaultReference {
    package static func looksLikeOne(_ text: String) -> Bool { text.hasPrefix("{vault://") && text.hasSuffix("}") }

    /// Why a reference cannot be used; nil if it can.
    static func problem(with text: String) -> String? {
        guard let (vault, name, _) = parts(text) else { return "the vault reference is malformed" }
        if vault != "env" { return "vault '\(vault)' is not available; use {vault://env/NAME}" }
        return name.isEmpty ? "the vault reference names nothing" : nil
    }

    private static func parts(_ text: String) -> (vault: String, name: String, key: String?)? {
        let path = text.dropFirst("{vault://".count).dropLast().split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 2 || path.count == 3 else { return nil }
        return (String(path[0]), String(path[1]), path.count == 3 ? String(path[2]) : nil)
    }

    /// What a reference stands for; nil when the environment has no such variable. With a key, the variable holds a
    /// JSON object and the key's text counts.
    package static func resolve(_ text: String, environment: [String: String]) -> String? {
        guard problem(with: text) == nil, let (_, name, key) = parts(text) else { return nil }
        // Kong upper-cases names and turns dashes into underscores.
        let variable = name.uppercased().map { $0 == "-" ? "_" : $0 }
        guard let value = environment[String(variable)] ?? environment[name] else { return nil }
        guard let key else { return value }
        do { return try JSONValue.parse(text: value)[key]?.stringValue } catch { return nil }
    }
}

extension RecordSchema {
    /// The record with every reference replaced by what it stands for.
    package func resolvingReferences(
        in record: JSONObject, environment: [String: String]
    ) throws(FieldErrors) -> JSONObject {
        var errors = FieldErrors()
        let resolved = resolve(record, environment, path: [], errors: &errors)
        if !errors.isEmpty { throw errors }
        return resolved
    }

    private func resolve(
        _ record: JSONObject, _ environment: [String: String], path: [PathElement], errors: inout FieldErrors
    ) -> JSONObject {
        var output = record
        for named in fields {
            guard let value = record[named.name] else { continue }
            let here = path + [.name(named.name)]
            output[named.name] = Self.resolve(value, named.field, environment, here, &errors)
        }
        return output
    }

    private static func resolve(
        _ value: JSONValue, _ field: Field, _ environment: [String: String], _ path: [PathElement],
        _ errors: inout FieldErrors
    ) -> JSONValue {
        switch field.kind {
        case .string:
            guard field.isReferenceable, let text = value.stringValue, VaultReference.looksLikeOne(text) else {
                return value
            }
            guard let found = VaultReference.resolve(text, environment: environment) else {
                errors.add(path, "the vault reference \(text) stands for nothing: is the environment variable set?")
                return value
            }
            return .string(found)
        case .record(let schema):
            guard let object = value.objectValue else { return value }
            return .object(schema.resolve(object, environment, path: path, errors: &errors))
        case .array(let element), .set(let element):
            guard let array = value.arrayValue else { return value }
            return .array(
                array.enumerated().map { resolve($1, element, environment, path + [.index($0)], &errors) })
        case .map(_, let element):
            guard let object = value.objectValue else { return value }
            var output: JSONObject = [:]
            for (key, member) in object {
                output[key] = resolve(member, element, environment, path + [.name(key)], &errors)
            }
            return .object(output)
        case .integer, .number, .boolean, .foreign: return value
        }
    }
}
