internal import Bytes
package import JSON

extension RecordSchema {
    /// Fills in defaults and checks everything: the complete record, or all that is wrong.
    ///
    /// Fields that were not given get their default or null; given nulls stay, unless the field is required. As in
    /// Kong, a record that was not given has its fields' defaults when it is required, and is null otherwise.
    package func complete(_ input: JSONObject) -> Result<JSONObject, FieldErrors> {
        var errors = FieldErrors()
        let output = complete(input, path: [], errors: &errors)
        return errors.isEmpty ? .success(output) : .failure(errors)
    }

    func complete(_ input: JSONObject, path: [PathElement], errors: inout FieldErrors) -> JSONObject {
        var output: JSONObject = [:]
        let before = errors.problems.count
        for key in input.keys where field(key) == nil {
            errors.add(path + [.name(key)], "unknown field")
        }
        for named in fields {
            let given = input[named.name]
            output[named.name] = named.field.complete(given, path: path + [.name(named.name)], errors: &errors)
        }
        if checks.isEmpty { return output }
        let invalid = Set(
            errors.problems[before...].compactMap { problem -> String? in
                guard problem.path.count > path.count, case .name(let name) = problem.path[path.count] else {
                    return nil
                }
                return name
            })
        for check in checks { check.apply(to: output, path: path, invalid: invalid, errors: &errors) }
        return output
    }
}

extension Field {
    /// The complete value for what was given; problems go to `errors`.
    func complete(_ given: JSONValue?, path: [PathElement], errors: inout FieldErrors) -> JSONValue {
        var value: JSONValue
        if let given {
            value = given
        } else if let defaultValue {
            value = defaultValue
        } else if case .record = kind, isRequired {
            value = .object([:])
        } else {
            value = .null
        }
        if value.isNull {
            if isRequired, !isAutomatic { errors.add(path, "required field missing") }
            return .null
        }
        if let unsupported, value != defaultValue, !honoured.contains(value) {
            // Exported files spell out records in which nothing is set.
            if Self.isBlank(value) { return .null }
            errors.add(path, unsupported)
            return value
        }
        value = completeByKind(value, path: path, errors: &errors)
        return value
    }

    /// Null, or lists, maps and records that hold nothing else.
    private static func isBlank(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .array(let array): array.allSatisfy(isBlank)
        case .object(let object): object.values.allSatisfy(isBlank)
        default: false
        }
    }

    private func completeByKind(_ value: JSONValue, path: [PathElement], errors: inout FieldErrors) -> JSONValue {
        let before = errors.problems.count
        var value = value
        switch kind {
        case .string:
            guard value.stringValue != nil else { return wrongType(value, "a string", path, &errors) }
        case .boolean:
            guard value.boolValue != nil else { return wrongType(value, "a boolean", path, &errors) }
        case .number:
            guard value.numberValue != nil else { return wrongType(value, "a number", path, &errors) }
        case .integer:
            guard let whole = value.integerValue else { return wrongType(value, "an integer", path, &errors) }
            value = .integer(whole)
        case .array(let element):
            guard let array = value.arrayValue else { return wrongType(value, "an array", path, &errors) }
            value = .array(completeElements(array, element, path, &errors))
        case .set(let element):
            guard let array = value.arrayValue else { return wrongType(value, "a set", path, &errors) }
            var seen = Set<JSONValue>()
            value = .array(completeElements(array, element, path, &errors).filter { seen.insert($0).inserted })
        case .map(let key, let element):
            guard let object = value.objectValue ?? (value == .array([]) ? [:] : nil) else {
                return wrongType(value, "a map", path, &errors)
            }
            var map: JSONObject = [:]
            for (name, member) in object {
                // As in Kong, a wrong key is a fault of the map.
                _ = key.complete(.string(name), path: path, errors: &errors)
                map[name] = Self.completeElement(element, member, path + [.name(name)], &errors)
            }
            value = .object(map)
        case .record(let schema):
            guard let object = value.objectValue ?? (value == .array([]) ? [:] : nil) else {
                return wrongType(value, "a record", path, &errors)
            }
            value = .object(schema.complete(object, path: path, errors: &errors))
        case .foreign:
            guard value.objectValue != nil || value.stringValue != nil else {
                return wrongType(value, "a record", path, &errors)
            }
        }
        if errors.problems.count == before { checkLimits(value, path, &errors) }
        return value
    }

    private func wrongType(
        _ value: JSONValue, _ expected: String, _ path: [PathElement], _ errors: inout FieldErrors
    ) -> JSONValue {
        errors.add(path, "expected \(expected)")
        return value
    }

    private func completeElements(
        _ array: [JSONValue], _ element: Field, _ path: [PathElement], _ errors: inout FieldErrors
    ) -> [JSONValue] {
        array.enumerated().map { Self.completeElement(element, $1, path + [.index($0)], &errors) }
    }

    /// What is in a list or map is never null.
    private static func completeElement(
        _ element: Field, _ value: JSONValue, _ path: [PathElement], _ errors: inout FieldErrors
    ) -> JSONValue {
        if value.isNull {
            errors.add(path, "required field missing")
            return value
        }
        return element.complete(value, path: path, errors: &errors)
    }

    private func checkLimits(_ value: JSONValue, _ path: [PathElement], _ errors: inout FieldErrors) {
        if isReferenceable, let text = value.stringValue, VaultReference.looksLikeOne(text) {
            if let problem = VaultReference.problem(with: text) { errors.add(path, problem) }
            return
        }
        if !oneOf.isEmpty, !oneOf.contains(value) {
            let choices = oneOf.map { $0.stringValue ?? $0.text }.joined(separator: ", ")
            return errors.add(path, "expected one of: \(choices)")
        }
        if let between, let number = value.numberValue, !between.contains(number) {
            return errors.add(
                path,
                "value should be between \(Self.plain(between.lowerBound)) and \(Self.plain(between.upperBound))")
        }
        let length = value.arrayValue?.count ?? value.objectValue?.count ?? value.stringValue?.utf8.count ?? 0
        // An empty string is no value, as in Kong, unless the field allows it.
        let minimum = minimumLength ?? (value.stringValue != nil ? 1 : 0)
        if length < minimum { return errors.add(path, "length must be at least \(minimum)") }
        if let maximumLength, length > maximumLength {
            return errors.add(path, "length must be at most \(maximumLength)")
        }
        if let greaterThan, let number = value.numberValue, number <= greaterThan {
            return errors.add(path, "value must be greater than \(Self.plain(greaterThan))")
        }
        if isUUID, let text = value.stringValue, !UUIDText.isValid(Array(text.utf8).span) {
            return errors.add(path, "expected a valid UUID")
        }
        if let startsWith, let text = value.stringValue, !text.hasPrefix(startsWith) {
            return errors.add(path, "should start with: \(startsWith)")
        }
        for check in checks {
            if let problem = check(value) { return errors.add(path, problem) }
        }
        if !exclusiveSubsets.isEmpty {
            let present = exclusiveSubsets.filter { subset in
                (value.arrayValue ?? []).contains { subset.contains($0.stringValue ?? "") }
            }
            if present.count > 1 {
                let sets = present.map { "(" + $0.map { "'\($0)'" }.joined(separator: ", ") + ")" }
                errors.add(path, "these sets are mutually exclusive: \(sets.joined(separator: ", "))")
            }
        }
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
