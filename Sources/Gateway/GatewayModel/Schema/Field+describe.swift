package import JSON

extension RecordSchema {
    /// The fields as `/schemas/…` shows them: a list of objects with one key each.
    package var description: JSONValue {
        .array(fields.map { .object([$0.name: $0.field.describedSchema]) })
    }

    /// The whole answer of `/schemas/{entity}`.
    package var document: JSONValue {
        ["fields": description, "entity_checks": .array(checks.compactMap(\.describedSchema))]
    }
}

extension Field {
    /// The field as `/schemas/…` shows it, in Kong's words.
    package var describedSchema: JSONValue {
        var object: JSONObject = ["type": .string(typeName)]
        if isRequired { object["required"] = true }
        if let defaultValue { object["default"] = defaultValue }
        if !oneOf.isEmpty { object["one_of"] = .array(oneOf) }
        if let between { object["between"] = [Self.number(between.lowerBound), Self.number(between.upperBound)] }
        if let minimumLength { object["len_min"] = .integer(minimumLength) }
        if let maximumLength { object["len_max"] = .integer(maximumLength) }
        if let startsWith { object["starts_with"] = .string(startsWith) }
        if let greaterThan { object["gt"] = Self.number(greaterThan) }
        if !exclusiveSubsets.isEmpty {
            object["mutually_exclusive_subsets"] = .array(
                exclusiveSubsets.map { .array($0.map { .string($0) }) })
        }
        if isUUID { object["uuid"] = true }
        if isUnique { object["unique"] = true }
        if isAutomatic { object["auto"] = true }
        if isReferenceable { object["referenceable"] = true }
        if isEncrypted { object["encrypted"] = true }
        if !description.isEmpty { object["description"] = .string(description) }
        if isSluiceOnly { object["sluice_only"] = true }
        if let unsupported { object["unsupported"] = .string(unsupported) }
        switch kind {
        case .array(let element), .set(let element): object["elements"] = element.describedSchema
        case .map(let key, let value):
            object["keys"] = key.describedSchema
            object["values"] = value.describedSchema
        case .record(let schema):
            object["fields"] = schema.description
            let checks = schema.checks.compactMap(\.describedSchema)
            if !checks.isEmpty { object["entity_checks"] = .array(checks) }
        case .foreign(let collection):
            object["reference"] = .string(collection)
            if isCascading { object["on_delete"] = "cascade" }
        case .string, .integer, .number, .boolean: break
        }
        return .object(object)
    }

    private static func number(_ value: Double) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .number(value)
    }
}
