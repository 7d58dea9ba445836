internal import JSON

extension KeywordReader {
    /// Keywords that look into an array.
    mutating func arrays(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) {
        var prefix: [Int] = []
        var rest: Int?
        // What the rest of the elements is held against has had three names.
        if draft >= .draft2020 {
            prefix = try list("prefixItems", &compiler) ?? []
            if object["items"] != nil { rest = try compiler.schema(number, ["items"]) }
        } else if object["items"]?.arrayValue != nil {
            prefix = try list("items", &compiler) ?? []
            if object["additionalItems"] != nil { rest = try compiler.schema(number, ["additionalItems"]) }
        } else if object["items"] != nil {
            rest = try compiler.schema(number, ["items"])
        }
        if !prefix.isEmpty || rest != nil { add("items", .items(prefix: prefix, rest: rest)) }
        guard draft >= .draft6, object["contains"] != nil else { return }
        let isCounted = draft >= .draft2019 && place.dialect.vocabularies.contains(.validation)
        let least = isCounted ? try count("minContains", compiler) : nil
        let most = isCounted ? try count("maxContains", compiler) : nil
        let node = try compiler.schema(number, ["contains"])
        add("contains", .contains(node, minimum: least ?? 1, maximum: most, isCounted: draft >= .draft2020))
    }

    /// Keywords that look into an object.
    mutating func objects(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) {
        let named = NameTable(try map("properties", &compiler)?.map { ($0.name, $0.node) } ?? [])
        var patterns: [(pattern: Pattern, node: Int)] = []
        for (name, node) in try map("patternProperties", &compiler) ?? [] {
            patterns.append((try pattern(name, "patternProperties", compiler), node))
        }
        let hasRest = object["additionalProperties"] != nil
        let rest = hasRest ? try compiler.schema(number, ["additionalProperties"]) : nil
        if !named.isEmpty || !patterns.isEmpty || hasRest {
            add("properties", .properties(PropertyRules(named: named, patterns: patterns, additional: rest)))
        }
        if draft >= .draft6 { try one("propertyNames", &compiler) { .propertyNames($0) } }
        if draft >= .draft2019, let schemas = try map("dependentSchemas", &compiler) {
            add("dependentSchemas", .dependentSchemas(schemas))
            sameValue += schemas.map(\.node)
        }
        try dependencies(&compiler)
    }

    /// Since 2019-09 these are two keywords; the old one goes on to be understood.
    private mutating func dependencies(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) {
        guard let value = object["dependencies"] else { return }
        guard let members = value.objectValue else { throw fault("dependencies", "an object", compiler) }
        var schemas: [(String, Int)] = []
        var required: [(String, [String])] = []
        for (name, member) in members {
            if member.arrayValue != nil {
                required.append((name, try names(member, "dependencies", compiler)))
            } else {
                schemas.append((name, try compiler.schema(number, ["dependencies", name])))
            }
        }
        if !schemas.isEmpty { add("dependencies", .dependentSchemas(schemas)) }
        if !required.isEmpty { add("dependencies", .dependentRequired(required)) }
        sameValue += schemas.map(\.1)
    }
}
