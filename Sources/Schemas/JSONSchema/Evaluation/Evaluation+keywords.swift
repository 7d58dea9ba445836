internal import JSON
internal import RegularExpression

extension Evaluation {
    /// Whether `value` does what one keyword demands.
    mutating func apply(
        _ keyword: SchemaAssertion, of number: Int, _ value: JSONValue, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        switch keyword.rule {
        case .reference(let target): return try evaluate(target, value, &coverage)
        case .dynamicReference(let target, let anchor):
            return try evaluate(dynamicTarget(target, anchor: anchor), value, &coverage)
        case .recursiveReference(let target): return try evaluate(recursiveTarget(target), value, &coverage)
        case .allOf(let nodes):
            var fits = true
            for node in nodes where try !evaluate(node, value, &coverage) {
                fits = false
                if isEnough { break }
            }
            return fits
        case .anyOf(let nodes): return try anyOf(nodes, keyword, of: number, value, &coverage)
        case .oneOf(let nodes): return try oneOf(nodes, keyword, of: number, value, &coverage)
        case .not(let node):
            var none: Coverage?
            guard try attempt(node, value, &none) else { return true }
            report(keyword.name, of: number, "a value that does not fit the schema in 'not'", value)
            return false
        case .conditional(let condition, let then, let otherwise):
            let holds = try attempt(condition, value, &coverage)
            guard let next = holds ? then : otherwise else { return true }
            return try evaluate(next, value, &coverage)
        case .dependentSchemas(let rules):
            guard case .object(let object) = value else { return true }
            var fits = true
            for rule in rules where object[rule.name] != nil {
                if try !evaluate(rule.node, value, &coverage) {
                    fits = false
                    if isEnough { break }
                }
            }
            return fits
        case .type, .enumeration, .constant, .multipleOf, .minimum, .maximum, .length, .pattern, .format:
            return try scalar(keyword, of: number, value)
        case .itemCount, .uniqueItems, .items, .contains, .unevaluatedItems:
            guard case .array(let elements) = value else { return true }
            return try array(keyword, of: number, elements, value, &coverage)
        case .propertyCount, .required, .properties, .propertyNames, .dependentRequired, .unevaluatedProperties:
            guard case .object(let object) = value else { return true }
            return try members(keyword, of: number, object, value, &coverage)
        }
    }

    private mutating func anyOf(
        _ nodes: [Int], _ keyword: SchemaAssertion, of number: Int, _ value: JSONValue, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fits = false
        for node in nodes where try attempt(node, value, &coverage) {
            fits = true
            // Others may look at more of the value.
            if coverage == nil { break }
        }
        if !fits { report(keyword.name, of: number, "a value that fits one of \(nodes.count) schemas or more", value) }
        return fits
    }

    private mutating func oneOf(
        _ nodes: [Int], _ keyword: SchemaAssertion, of number: Int, _ value: JSONValue, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fitting: [Int] = []
        for (place, node) in nodes.enumerated() where try attempt(node, value, &coverage) {
            fitting.append(place)
            if fitting.count > 1 { break }
        }
        if fitting.count == 1 { return true }
        let expected = "a value that fits exactly one of \(nodes.count) schemas"
        if fitting.isEmpty {
            report(keyword.name, of: number, expected, value)
        } else {
            report(
                keyword.name, of: number, expected,
                found: "\(ValueWords.words(value)), which fits those at \(fitting[0]) and \(fitting[1])")
        }
        return false
    }

    private mutating func scalar(
        _ keyword: SchemaAssertion, of number: Int, _ value: JSONValue
    ) throws(JSONSchemaFailure) -> Bool {
        try chargeFor(keyword.rule, value)
        let expected: String
        switch keyword.rule {
        case .type(let types):
            if types.accepts(value) { return true }
            expected = types.words
        case .enumeration(let values, let set):
            if set?.contains(value) ?? values.contains(value) { return true }
            expected = ValueWords.list(values)
        case .constant(let constant):
            if constant == value { return true }
            expected = ValueWords.words(constant)
        case .multipleOf(let factor):
            if value.kind != .number || Decimal.isMultiple(value, of: factor) { return true }
            expected = "a multiple of \(factor)"
        case .minimum(let limit, let isExclusive):
            guard let order = Decimal.compare(value, limit) else { return true }
            if order > 0 || order == 0 && !isExclusive { return true }
            expected = isExclusive ? "a number above \(limit)" : "a number that is at least \(limit)"
        case .maximum(let limit, let isExclusive):
            guard let order = Decimal.compare(value, limit) else { return true }
            if order < 0 || order == 0 && !isExclusive { return true }
            expected = isExclusive ? "a number below \(limit)" : "a number that is at most \(limit)"
        case .length(let limit):
            guard case .string(let text) = value else { return true }
            let count = text.unicodeScalars.count
            if limit.allows(count) { return true }
            report(
                keyword.name, of: number, limit.words("character"),
                found: "\(ValueWords.words(value)) of \(CountLimit.words(count, "character"))")
            return false
        case .pattern(let pattern):
            guard case .string(let text) = value else { return true }
            if try matches(pattern, text) { return true }
            expected = "a string that matches '\(pattern.text)'"
        case .format(let check):
            guard case .string(let text) = value else { return true }
            if check.accepts(text) { return true }
            expected = check.words
        default: return true
        }
        report(keyword.name, of: number, expected, value)
        return false
    }

    private mutating func chargeFor(_ rule: SchemaRule, _ value: JSONValue) throws(JSONSchemaFailure) {
        switch rule {
        case .enumeration, .constant: try step(Self.weight(value))
        case .length, .pattern, .format:
            if case .string(let text) = value { try step(text.utf8.count / 256) }
        default: break
        }
    }

    /// How many steps it is worth to look at all of a value.
    static func weight(_ value: JSONValue) -> Int {
        var weight = 0
        var waiting = [value]
        while let value = waiting.popLast() {
            switch value {
            case .string(let text): weight += text.utf8.count / 256
            case .array(let elements):
                weight += elements.count
                waiting.append(contentsOf: elements)
            case .object(let object):
                weight += object.count
                waiting.append(contentsOf: object.values)
            default: break
            }
        }
        return weight
    }

    /// What a match counts for, which has limits of its own.
    private static let stepsOfMatch = 10

    mutating func matches(_ pattern: Pattern, _ text: String) throws(JSONSchemaFailure) -> Bool {
        try step(Self.stepsOfMatch)
        let bytes = Array(text.utf8)
        do { return try pattern.expression.firstMatch(in: bytes.span) != nil } catch {
            throw .patternGivenUp(pattern: pattern.text)
        }
    }
}
