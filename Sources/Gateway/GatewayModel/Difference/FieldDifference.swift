package import JSON

/// A field that has one value here and another there.
package struct FieldDifference: Sendable, Equatable {
    package let path: [PathElement]
    /// Of a reference the id.
    package let before: JSONValue
    package let after: JSONValue
    /// Holds a secret: neither value is for people's eyes.
    package let isSecret: Bool

    /// `config.servers.1.port`, as Kong writes it.
    package var pathText: String { path.map(\.text).joined(separator: ".") }

    /// The fields that differ between two complete records. Sets are the same in whatever order; records and maps are
    /// looked into.
    static func all(
        _ schema: RecordSchema, _ before: JSONObject, _ after: JSONObject, path: [PathElement] = [],
        isSecret: Bool = false
    ) -> [FieldDifference] {
        let known = schema.fields.flatMap { named in
            all(
                named.field, before[named.name] ?? .null, after[named.name] ?? .null, path: path + [.name(named.name)],
                isSecret: isSecret)
        }
        var others: Set<String> = []
        let unknown = (before.keys + after.keys).filter { schema.field($0) == nil && others.insert($0).inserted }
        return known
            + unknown.compactMap { name in
                plain(before[name] ?? .null, after[name] ?? .null, path + [.name(name)], isSecret)
            }
    }

    private static func all(
        _ field: Field, _ before: JSONValue, _ after: JSONValue, path: [PathElement], isSecret: Bool
    ) -> [FieldDifference] {
        let isSecret = isSecret || field.isEncrypted
        switch (field.kind, before, after) {
        case (.record(let inner), .object(let before), .object(let after)):
            return all(inner, before, after, path: path, isSecret: isSecret)
        case (.map(_, let element), .object(let before), .object(let after)):
            let names = before.keys + after.keys.filter { before[$0] == nil }
            return names.flatMap { name in
                all(
                    element, before[name] ?? .null, after[name] ?? .null, path: path + [.name(name)],
                    isSecret: isSecret)
            }
        case (.array(let element), .array(let before), .array(let after)) where before.count == after.count:
            return zip(before, after).enumerated().flatMap { index, pair in
                all(element, pair.0, pair.1, path: path + [.index(index)], isSecret: isSecret)
            }
        case (.set(let element), .array(let before), .array(let after)):
            if Set(before) == Set(after) { return [] }
            return plain(.array(before), .array(after), path, isSecret || holdsSecret(element)).map { [$0] } ?? []
        case (.foreign, _, _):
            return plain(before["id"] ?? before, after["id"] ?? after, path, isSecret).map { [$0] } ?? []
        case (.array(let element), _, _):
            return plain(before, after, path, isSecret || holdsSecret(element)).map { [$0] } ?? []
        default: return plain(before, after, path, isSecret || holdsSecret(field)).map { [$0] } ?? []
        }
    }

    private static func plain(
        _ before: JSONValue, _ after: JSONValue, _ path: [PathElement], _ isSecret: Bool
    ) -> FieldDifference? {
        before == after ? nil : FieldDifference(path: path, before: before, after: after, isSecret: isSecret)
    }

    /// Whether something within it is one.
    private static func holdsSecret(_ field: Field) -> Bool {
        if field.isEncrypted { return true }
        switch field.kind {
        case .array(let element), .set(let element), .map(_, let element): return holdsSecret(element)
        case .record(let record): return record.fields.contains { holdsSecret($0.field) }
        default: return false
        }
    }
}
