internal import Bytes
package import JSON

extension RecordSchema {
    /// Fills in defaults and checks everything: the complete record, or all that is wrong.
    ///
    /// Fields that were not given get their default or null; given nulls stay, unless the field is required.
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
        // A rule between fields says nothing when a field by itself is wrong.
        if errors.problems.count == before {
            for check in checks { check.apply(to: output, path: path, errors: &errors) }
        }
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
            // A record that was not given still shows its fields' defaults, as Kong's do.
            if given == nil, case .record(let schema) = kind {
                var ignored = FieldErrors()
                let filled = schema.complete([:], path: path, errors: &ignored)
                return ignored.isEmpty && schema.hasDefaults ? .object(filled) : .null
            }
            return .null
        }
        if let unsupported, value != defaultValue, !honoured.contains(value) {
            errors.add(path, unsupported)
            return value
        }
        value = completeByKind(value, path: path, errors: &errors)
        return value
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
                let here = path + [.name(name)]
                _ = key.complete(.string(name), path: here, errors: &errors)
                map[name] = element.complete(member, path: here, errors: &errors)
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
        var required = element
        required.isRequired = true
        return array.enumerated().map { required.complete($1, path: path + [.index($0)], errors: &errors) }
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
        if isUUID, let text = value.stringValue, !UUIDText.isValid(Array(text.utf8).span) {
            return errors.add(path, "expected a valid UUID")
        }
        for check in checks {
            if let problem = check(value) { return errors.add(path, problem) }
        }
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}

extension RecordSchema {
    /// Whether an absent record still has something to show.
    var hasDefaults: Bool {
        fields.contains { named in
            if named.field.defaultValue != nil { return true }
            if case .record(let inner) = named.field.kind { return inner.hasDefaults }
            return false
        }
    }
}

extension EntityCheck {
    func apply(to record: JSONObject, path: [PathElement], errors: inout FieldErrors) {
        func isSet(_ name: String) -> Bool { Self.isSet(record[name]) }
        func quoted(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
        switch self {
        case .atLeastOneOf(let names):
            if !names.contains(where: isSet) {
                errors.addEntity(path, "at least one of these fields must be non-empty: \(quoted(names))")
            }
        case .onlyOneOf(let names):
            if names.filter(isSet).count != 1 {
                errors.addEntity(path, "exactly one of these fields must be non-empty: \(quoted(names))")
            }
        case .mutuallyRequired(let names):
            let missing = names.filter { !isSet($0) }
            if !missing.isEmpty, missing.count < names.count {
                errors.addEntity(
                    path, "all or none of these fields must be set: \(quoted(names))")
            }
        case .conditional(let field, let holds, let other, let satisfies):
            if let value = record[field], holds(value), let problem = satisfies(record[other] ?? .null) {
                errors.add(path + [.name(other)], problem)
            }
        case .custom(let check):
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
    static func isSet(_ value: JSONValue?) -> Bool {
        guard let value, !value.isNull else { return false }
        if let array = value.arrayValue { return !array.isEmpty }
        if let object = value.objectValue { return !object.isEmpty }
        if let text = value.stringValue { return !text.isEmpty }
        return true
    }
}
