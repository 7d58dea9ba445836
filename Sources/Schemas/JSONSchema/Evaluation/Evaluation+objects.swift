internal import JSON

extension Evaluation {
    mutating func members(
        _ keyword: SchemaAssertion, of number: Int, _ object: JSONObject, _ value: JSONValue,
        _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fits = true
        switch keyword.rule {
        case .propertyCount(let limit):
            if limit.allows(object.count) { return true }
            report(keyword.name, of: number, limit.words("member"), value)
            return false
        case .required(let names):
            try step(names.count)
            for name in names where object[name] == nil {
                report(
                    keyword.name, of: number, "a member \(ValueWords.quoted(name))",
                    found: "an object without it")
                fits = false
                if isEnough { break }
            }
        case .dependentRequired(let rules):
            for rule in rules where object[rule.name] != nil {
                try step(rule.names.count)
                for name in rule.names where object[name] == nil {
                    report(
                        keyword.name, of: number,
                        "a member \(ValueWords.quoted(name)) beside \(ValueWords.quoted(rule.name))",
                        found: "an object without it")
                    fits = false
                }
            }
        case .properties(let rules): return try properties(rules, object, &coverage)
        case .propertyNames(let node):
            for (name, _) in object where try !evaluate(node, .string(name), at: .key(name)) {
                fits = false
                if isEnough { break }
            }
        case .unevaluatedProperties(let node):
            for (name, member) in object {
                guard let seen = coverage, !seen.hasAllProperties, !seen.properties.contains(name) else { continue }
                if try !evaluate(node, member, at: .key(name)) {
                    fits = false
                    if isEnough { break }
                }
            }
            coverage?.hasAllProperties = true
        default: break
        }
        return fits
    }

    private mutating func properties(
        _ rules: PropertyRules, _ object: JSONObject, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fits = true
        for (name, member) in object {
            var isKnown = false
            if let node = rules.named[name] {
                isKnown = true
                if try !evaluate(node, member, at: .key(name)) { fits = false }
            }
            for rule in rules.patterns where try matches(rule.pattern, name) {
                isKnown = true
                if try !evaluate(rule.node, member, at: .key(name)) { fits = false }
            }
            if !isKnown, let additional = rules.additional {
                isKnown = true
                if try !evaluate(additional, member, at: .key(name)) { fits = false }
            }
            if isKnown { coverage?.properties.insert(name) }
            if !fits, isEnough { break }
        }
        return fits
    }
}
