package import JSON

/// The fields of a record in their order, and what must hold between them.
package struct RecordSchema: Sendable {
    package var fields: [NamedField]
    package var checks: [EntityCheck]

    package init(fields: [NamedField], checks: [EntityCheck] = []) {
        self.fields = fields
        self.checks = checks
    }

    package func field(_ name: String) -> Field? { fields.first { $0.name == name }?.field }

    /// Changes laid over what was there: records merge field by field, everything else is replaced.
    func merge(_ old: JSONObject, with changes: JSONObject) -> JSONObject {
        var merged = old
        for (name, value) in changes {
            if case .record(let inner) = field(name)?.kind, let before = old[name]?.objectValue,
                let change = value.objectValue
            {
                merged[name] = .object(inner.merge(before, with: change))
            } else {
                merged[name] = value
            }
        }
        return merged
    }

    /// A complete record without the nulls that it would have again if they were not given.
    func withoutBlanks(_ record: JSONObject) -> JSONObject {
        var output: JSONObject = [:]
        for (name, value) in record {
            let field = field(name)
            if case .record(let inner) = field?.kind, let object = value.objectValue {
                output[name] = .object(inner.withoutBlanks(object))
            } else if !value.isNull || field?.defaultValue != nil {
                output[name] = value
            }
        }
        return output
    }

    /// A record with `(secret)` for what is one.
    package func withoutSecrets(_ record: JSONObject) -> JSONObject {
        var output: JSONObject = [:]
        for (name, value) in record { output[name] = field(name)?.withoutSecrets(value) ?? value }
        return output
    }

    /// Where this record and those within it hold ids of entities of other collections.
    func identifierPaths() -> [(path: [String], collection: String)] {
        fields.flatMap { named -> [(path: [String], collection: String)] in
            if let collection = named.field.identifies { return [([named.name], collection)] }
            guard case .record(let inner) = named.field.kind else { return [] }
            return inner.identifierPaths().map { ([named.name] + $0.path, $0.collection) }
        }
    }
}

extension Field {
    fileprivate func withoutSecrets(_ value: JSONValue) -> JSONValue {
        if isEncrypted, !value.isNull { return "(secret)" }
        switch (kind, value) {
        case (.record(let record), .object(let object)): return .object(record.withoutSecrets(object))
        case (.array(let element), .array(let array)), (.set(let element), .array(let array)):
            return .array(array.map(element.withoutSecrets))
        case (.map(_, let element), .object(let object)):
            return .object(JSONObject(object.map { ($0.key, element.withoutSecrets($0.value)) }))
        default: return value
        }
    }
}
