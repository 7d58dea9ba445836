internal import JSON
internal import RegularExpression

extension Evaluation {
    /// Whether what is on the tape at `position` does what one keyword demands.
    mutating func apply(
        _ keyword: SchemaAssertion, of number: Int, _ position: Int, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        switch keyword.rule {
        case .reference(let target): return try evaluate(target, position, &coverage)
        case .dynamicReference(let target, let anchor):
            return try evaluate(dynamicTarget(target, anchor: anchor), position, &coverage)
        case .recursiveReference(let target): return try evaluate(recursiveTarget(target), position, &coverage)
        case .allOf(let nodes):
            var fits = true
            for node in nodes where try !evaluate(node, position, &coverage) {
                fits = false
                if isEnough { break }
            }
            return fits
        case .anyOf(let nodes): return try anyOf(nodes, keyword, of: number, position, &coverage)
        case .oneOf(let nodes): return try oneOf(nodes, keyword, of: number, position, &coverage)
        case .not(let node):
            var none: Coverage?
            guard try attempt(node, position, &none) else { return true }
            report(keyword.name, of: number, "a value that does not fit the schema in 'not'", position)
            return false
        case .conditional(let condition, let then, let otherwise):
            let holds = try attempt(condition, position, &coverage)
            guard let next = holds ? then : otherwise else { return true }
            return try evaluate(next, position, &coverage)
        case .enumeration, .constant: return try equality(keyword, of: number, position)
        case .multipleOf, .minimum, .maximum: return numbers(keyword, of: number, position)
        case .length, .pattern, .format: return try texts(keyword, of: number, position)
        case .itemCount, .uniqueItems, .items, .contains, .unevaluatedItems:
            guard let elements = tape.array(at: position) else { return true }
            return try array(keyword, of: number, elements, position, &coverage)
        case .propertyCount, .required, .properties, .propertyNames, .dependentRequired, .dependentSchemas,
            .unevaluatedProperties:
            guard let members = tape.object(at: position) else { return true }
            return try self.members(keyword, of: number, members, position, &coverage)
        }
    }

    private mutating func equality(
        _ keyword: SchemaAssertion, of number: Int, _ position: Int
    ) throws(JSONSchemaFailure) -> Bool {
        // How many steps it is worth to look at all of the value.
        try step(tape.next(position) - position)
        let expected: String
        switch keyword.rule {
        case .enumeration(let values, let set):
            if let set {
                if set.contains(tape.value(at: position)) { return true }
            } else {
                for value in values where tape.isEqual(at: position, to: value) { return true }
            }
            expected = ValueWords.list(values)
        case .constant(let constant):
            if tape.isEqual(at: position, to: constant) { return true }
            expected = ValueWords.words(constant)
        default: return true
        }
        report(keyword.name, of: number, expected, position)
        return false
    }

    private mutating func numbers(_ keyword: SchemaAssertion, of number: Int, _ position: Int) -> Bool {
        guard let value = tape.number(at: position) else { return true }
        let expected: String
        switch keyword.rule {
        case .multipleOf(let factor):
            if Decimal.isMultiple(value, of: factor) { return true }
            expected = "a multiple of \(factor)"
        case .minimum(let limit, let isExclusive):
            guard let order = Decimal.compare(value, limit) else { return true }
            if order > 0 || order == 0 && !isExclusive { return true }
            expected = isExclusive ? "a number above \(limit)" : "a number that is at least \(limit)"
        case .maximum(let limit, let isExclusive):
            guard let order = Decimal.compare(value, limit) else { return true }
            if order < 0 || order == 0 && !isExclusive { return true }
            expected = isExclusive ? "a number below \(limit)" : "a number that is at most \(limit)"
        default: return true
        }
        report(keyword.name, of: number, expected, position)
        return false
    }

    private mutating func texts(
        _ keyword: SchemaAssertion, of number: Int, _ position: Int
    ) throws(JSONSchemaFailure) -> Bool {
        guard let text = tape.string(at: position) else { return true }
        try step(text.count / 256)
        let expected: String
        switch keyword.rule {
        case .length(let limit):
            // A character has one to four bytes.
            if case .atMost(let most) = limit, text.count <= most { return true }
            if case .atLeast(let least) = limit, text.count / 4 >= least { return true }
            var count = 0
            for index in text.indices where text[index] & 0xc0 != 0x80 { count += 1 }
            if limit.allows(count) { return true }
            if isAttempt { return false }
            let found = "\(ValueWords.words(tape, at: position)) of \(CountLimit.words(count, "character"))"
            report(keyword.name, of: number, limit.words("character"), found: found)
            return false
        case .pattern(let pattern):
            if try matches(pattern, at: position) { return true }
            expected = "a string that matches '\(pattern.text)'"
        case .format(let check):
            if check.accepts(tape.text(at: position)) { return true }
            expected = check.words
        default: return true
        }
        report(keyword.name, of: number, expected, position)
        return false
    }

    /// Whether the string, or the name, on the tape at `position` matches a pattern. Steps are paid for the work that the
    /// match may be: what takes few backtracks is cheap, what takes very many can be done a few times.
    mutating func matches(_ pattern: Pattern, at position: Int) throws(JSONSchemaFailure) -> Bool {
        guard let text = tape.string(at: position) else { return false }
        for effort in MatchEffort.allCases {
            guard let backtracks = effort.backtracks(bytes: text.count) else { break }
            try step(effort.steps(bytes: text.count, isAnchored: pattern.expression.isAnchored))
            let isFound: Bool?
            do { isFound = try pattern.expression.isFound(in: text, steps: backtracks) } catch {
                throw .patternGivenUp(pattern: pattern.text)
            }
            if let isFound { return isFound }
        }
        throw .patternGivenUp(pattern: pattern.text)
    }
}
