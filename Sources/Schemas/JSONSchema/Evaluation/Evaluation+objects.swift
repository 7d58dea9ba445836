internal import JSON

extension Evaluation {
    mutating func members(
        _ keyword: SchemaAssertion, of number: Int, _ object: JSONTape.Container, _ position: Int,
        _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        // What is looked at only by its name costs as well, where it is much.
        try step(tape.count(at: position) / 16)
        var fits = true
        switch keyword.rule {
        case .properties(let rules): return try properties(rules, object, &coverage)
        case .required(let names): return try required(names, keyword, of: number, object)
        case .propertyCount(let limit):
            if limit.allows(tape.count(at: position)) { return true }
            report(keyword.name, of: number, limit.words("member"), position)
            return false
        case .dependentRequired(let rules):
            for rule in rules where try has(rule.name, object) {
                for name in rule.names where try !has(name, object) {
                    report(
                        keyword.name, of: number,
                        "a member \(ValueWords.quoted(name)) beside \(ValueWords.quoted(rule.name))",
                        found: "an object without it")
                    fits = false
                }
            }
        case .dependentSchemas(let rules):
            for rule in rules where try has(rule.name, object) {
                if try !evaluate(rule.node, position, &coverage) {
                    fits = false
                    if isEnough { break }
                }
            }
        case .propertyNames(let node):
            var name = object.first
            while name < object.end {
                path.append(name)
                defer { path.removeLast() }
                var none: Coverage?
                if try !evaluate(node, name, &none) {
                    fits = false
                    if isEnough { break }
                }
                name = tape.next(name + 1)
            }
        case .unevaluatedProperties(let node):
            var name = object.first
            while name < object.end {
                if let seen = coverage, !seen.hasAllProperties, !seen.properties.contains(name),
                    try !evaluate(node, member: name)
                {
                    fits = false
                    if isEnough { break }
                }
                name = tape.next(name + 1)
            }
            coverage?.hasAllProperties = true
        default: break
        }
        return fits
    }

    private mutating func properties(
        _ rules: PropertyRules, _ object: JSONTape.Container, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fits = true
        var name = object.first
        // Most documents have their members in the order of the schema.
        var likely = 0
        while name < object.end {
            var isKnown = false
            if let place = rules.named.place(of: name, in: tape, likely: likely) {
                isKnown = true
                likely = place + 1
                if try !evaluate(rules.named.values[place], member: name) { fits = false }
            }
            for rule in rules.patterns where try matches(rule.pattern, at: name) {
                isKnown = true
                if try !evaluate(rule.node, member: name) { fits = false }
            }
            if !isKnown, let additional = rules.additional {
                isKnown = true
                if try !evaluate(additional, member: name) { fits = false }
            }
            if isKnown { coverage?.properties.insert(name) }
            if !fits, isEnough { break }
            name = tape.next(name + 1)
        }
        return fits
    }

    private mutating func required(
        _ names: NameTable, _ keyword: SchemaAssertion, of number: Int, _ object: JSONTape.Container
    ) throws(JSONSchemaFailure) -> Bool {
        try step(names.count)
        let count = tape.count(at: object.first - 1)
        var fits = true
        // Where the next name is looked for first: most documents have their members in the order of the schema.
        var likely = object.first
        for place in 0..<names.count {
            var member = likely
            while member < object.end, !names.isName(place, at: member, in: tape) { member = tape.next(member + 1) }
            if member >= object.end {
                member = object.first
                while member < likely, !names.isName(place, at: member, in: tape) { member = tape.next(member + 1) }
                if member >= likely {
                    report(
                        keyword.name, of: number, "a member \(ValueWords.quoted(names.name(place)))",
                        found: "an object without it")
                    fits = false
                    if isEnough { break }
                    try step(1 + count / 64)
                    continue
                }
            }
            likely = tape.next(member + 1)
        }
        return fits
    }

    private mutating func has(_ name: String, _ object: JSONTape.Container) throws(JSONSchemaFailure) -> Bool {
        try step(1 + tape.count(at: object.first - 1) / 64)
        return tape.member(name, of: object) != nil
    }
}
