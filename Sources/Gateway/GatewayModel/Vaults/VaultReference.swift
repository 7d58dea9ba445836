package import JSON

/// A reference to a secret kept elsewhere, in the place of a field's text: `{vault://prefix/name}` or, for a value that
/// holds a JSON object, `{vault://prefix/name/key}`. The entity keeps the reference; plugins get what it stands for.
package struct VaultReference: Sendable, Hashable {
    /// The prefix of a vault, or `env`.
    let vault: String
    let name: String
    let key: String?

    package static func looksLikeOne(_ text: String) -> Bool { text.hasPrefix("{vault://") && text.hasSuffix("}") }

    /// Nil for a text that is malformed.
    init?(_ text: String) {
        guard Self.looksLikeOne(text) else { return nil }
        let path = text.dropFirst("{vault://".count).dropLast().split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 2 || path.count == 3, path.allSatisfy({ !$0.isEmpty && !$0.contains("?") }) else {
            return nil
        }
        vault = String(path[0])
        name = String(path[1])
        key = path.count == 3 ? String(path[2]) : nil
    }

    /// Why a reference cannot be used, as far as it tells by itself; nil if it can.
    static func problem(with text: String) -> String? {
        VaultReference(text) == nil ? "the vault reference is malformed" : nil
    }
}

extension RecordSchema {
    /// The record with every reference replaced by what it stands for.
    package func resolvingReferences(in record: JSONObject, by secrets: Secrets) throws(FieldErrors) -> JSONObject {
        var errors = FieldErrors()
        let resolved = mapReferences(in: record, path: []) { text, path in
            do throws(Secrets.Missing) { return try secrets.value(of: text) } catch {
                errors.add(path, error.message)
                return text
            }
        }
        if !errors.isEmpty { throw errors }
        return resolved
    }

    /// The references that a record holds, with their places.
    func references(in record: JSONObject) -> [(path: [PathElement], text: String)] {
        var found: [(path: [PathElement], text: String)] = []
        _ = mapReferences(in: record, path: []) { text, path in
            found.append((path, text))
            return text
        }
        return found
    }

    private func mapReferences(
        in record: JSONObject, path: [PathElement], _ replace: (String, [PathElement]) -> String
    ) -> JSONObject {
        var output = record
        for named in fields where named.field.holdsReferences {
            guard let value = record[named.name] else { continue }
            output[named.name] = Self.mapReferences(in: value, named.field, path + [.name(named.name)], replace)
        }
        return output
    }

    private static func mapReferences(
        in value: JSONValue, _ field: Field, _ path: [PathElement], _ replace: (String, [PathElement]) -> String
    ) -> JSONValue {
        switch (field.kind, value) {
        case (.string, .string(let text)):
            field.isReferenceable && VaultReference.looksLikeOne(text) ? .string(replace(text, path)) : value
        case (.record(let schema), .object(let object)):
            .object(schema.mapReferences(in: object, path: path, replace))
        case (.array(let element), .array(let array)), (.set(let element), .array(let array)):
            .array(array.enumerated().map { mapReferences(in: $1, element, path + [.index($0)], replace) })
        case (.map(_, let element), .object(let object)):
            .object(
                JSONObject(
                    object.map { ($0.key, mapReferences(in: $0.value, element, path + [.name($0.key)], replace)) }))
        default: value
        }
    }
}

extension Field {
    /// Whether any text in it may be a reference.
    var holdsReferences: Bool {
        switch kind {
        case .string: isReferenceable
        case .record(let schema): schema.fields.contains { $0.field.holdsReferences }
        case .array(let element), .set(let element), .map(_, let element): element.holdsReferences
        case .integer, .number, .boolean, .foreign: false
        }
    }
}
