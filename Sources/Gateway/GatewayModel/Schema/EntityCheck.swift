package import JSON

/// A rule over several fields of a record. Fields within records are named with dots.
package enum EntityCheck: Sendable {
    /// At least one of these is neither null nor empty.
    case atLeastOneOf([String])
    /// Exactly one of these is set.
    case onlyOneOf([String])
    /// At most one of these is set.
    case mutuallyExclusive([String])
    /// Those of these that are set differ from each other.
    case distinct([String])
    /// If one of these is set, all are.
    case mutuallyRequired([String])
    /// When the field matches, the other one does too. The record is told `message`, or that the condition failed.
    case conditional(field: String, matches: FieldMatch, then: String, satisfies: FieldMatch, message: String? = nil)
    /// When the field matches, at least one of these is set. In `message`, `%s` stands for their names.
    case conditionalAtLeastOneOf(field: String, matches: FieldMatch, names: [String], message: String)
    /// Problems with their paths; an empty path is the record itself. Runs when every field by itself is right.
    case custom(@Sendable (JSONObject) -> [(path: [PathElement], message: String)])

    /// Adds what is wrong with `record`.
    ///
    /// - Parameter invalid: Fields that are wrong by themselves; rules about their values say nothing more.
    func apply(to record: JSONObject, path: [PathElement], invalid: Set<String>, errors: inout FieldErrors) {
        func isSet(_ name: String) -> Bool { Self.isSet(record.value(dotted: name)) }
        func isValid(_ name: String) -> Bool {
            !invalid.contains(String(name.prefix { $0 != "." }))
        }
        switch self {
        case .atLeastOneOf(let names):
            if !names.contains(where: isSet) {
                errors.addEntity(path, "at least one of these fields must be non-empty: \(Self.quoted(names))")
            }
        case .onlyOneOf(let names):
            if names.filter(isSet).count != 1 {
                errors.addEntity(path, "exactly one of these fields must be non-empty: \(Self.quoted(names))")
            }
        case .mutuallyExclusive(let names):
            if names.filter(isSet).count > 1 {
                errors.addEntity(path, "only one or none of these fields must be set: \(Self.quoted(names))")
            }
        case .distinct(let names):
            let values = names.compactMap { record.value(dotted: $0) }.filter { !$0.isNull }
            if Set(values).count < values.count {
                errors.addEntity(path, "values of these fields must be distinct: \(Self.quoted(names))")
            }
        case .mutuallyRequired(let names):
            let present = names.filter(isSet).count
            if present != 0, present != names.count {
                errors.addEntity(path, "all or none of these fields must be set: \(Self.quoted(names))")
            }
        case .conditional(let field, let matches, let other, let satisfies, let message):
            guard isValid(field), matches.holds(record.value(dotted: field) ?? .null),
                let problem = satisfies.problem(with: record.value(dotted: other) ?? .null)
            else { return }
            // As in Kong, the rule has the last word, also on a value that is wrong by itself.
            errors.replace(path + other.split(separator: ".").map { .name(String($0)) }, problem)
            errors.addEntity(path, message ?? "failed conditional validation given value of field '\(field)'")
        case .conditionalAtLeastOneOf(let field, let matches, let names, let message):
            guard isValid(field), matches.holds(record.value(dotted: field) ?? .null), !names.contains(where: isSet)
            else { return }
            let parts = message.split(separator: "%s", maxSplits: 1, omittingEmptySubsequences: false)
            errors.addEntity(path, parts.joined(separator: Self.quoted(names)))
        case .custom(let check):
            guard invalid.isEmpty else { return }
            for problem in check(record) {
                if problem.path.isEmpty {
                    errors.addEntity(path, problem.message)
                } else {
                    errors.add(path + problem.path, problem.message)
                }
            }
        }
    }

    /// Neither null nor empty.
    package static func isSet(_ value: JSONValue?) -> Bool {
        guard let value, !value.isNull else { return false }
        if let array = value.arrayValue { return !array.isEmpty }
        if let object = value.objectValue { return !object.isEmpty }
        if let text = value.stringValue { return !text.isEmpty }
        return true
    }

    private static func quoted(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

    /// As `/schemas/…` shows it; nil for what only code can say.
    var describedSchema: JSONValue? {
        func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        switch self {
        case .atLeastOneOf(let names): return ["at_least_one_of": list(names)]
        case .onlyOneOf(let names): return ["only_one_of": list(names)]
        case .mutuallyExclusive(let names): return ["mutually_exclusive": list(names)]
        case .distinct(let names): return ["distinct": list(names)]
        case .mutuallyRequired(let names): return ["mutually_required": list(names)]
        case .conditional(let field, let matches, let other, let satisfies, let message):
            var rule: JSONObject = [
                "if_field": .string(field), "if_match": matches.describedSchema, "then_field": .string(other),
                "then_match": satisfies.describedSchema,
            ]
            if let message { rule["then_err"] = .string(message) }
            return ["conditional": .object(rule)]
        case .conditionalAtLeastOneOf(let field, let matches, let names, let message):
            return [
                "conditional_at_least_one_of": [
                    "if_field": .string(field), "if_match": matches.describedSchema,
                    "then_at_least_one_of": list(names), "then_err": .string(message),
                ]
            ]
        case .custom: return nil
        }
    }
}

extension JSONObject {
    /// The value at a path such as `security.ssl`.
    func value(dotted name: String) -> JSONValue? {
        var names = name.split(separator: ".").map(String.init)[...]
        guard let first = names.popFirst(), var value = self[first] else { return nil }
        while let next = names.popFirst() {
            guard let member = value[next] else { return nil }
            value = member
        }
        return value
    }
}
