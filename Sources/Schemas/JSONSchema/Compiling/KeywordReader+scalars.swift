internal import JSON

extension KeywordReader {
    /// Keywords that look at a value alone.
    mutating func scalars(_ compiler: SchemaCompiler) throws(JSONSchemaError) {
        if let value = object["type"] { types = try types(value, compiler) }
        if let value = object["enum"] {
            guard let values = value.arrayValue else { throw fault("enum", "a list of values", compiler) }
            add("enum", .enumeration(values, set: values.count > 16 ? Set(values) : nil))
        }
        if draft >= .draft6, let value = object["const"] { add("const", .constant(value)) }
        if let factor = try numeric("multipleOf", compiler) {
            guard let number = factor.numberValue, number > 0 else {
                throw fault("multipleOf", "a number above 0", compiler)
            }
            add("multipleOf", .multipleOf(factor))
        }
        if draft == .draft4 {
            let exclusive = ["exclusiveMinimum", "exclusiveMaximum"]
            for name in exclusive where object[name] != nil && object[name]?.boolValue == nil {
                throw fault(name, "true or false in draft 4", compiler)
            }
            if let limit = try numeric("minimum", compiler) {
                add("minimum", .minimum(limit, isExclusive: object[exclusive[0]]?.boolValue ?? false))
            }
            if let limit = try numeric("maximum", compiler) {
                add("maximum", .maximum(limit, isExclusive: object[exclusive[1]]?.boolValue ?? false))
            }
        } else {
            for name in ["minimum", "exclusiveMinimum"] {
                guard let limit = try numeric(name, compiler) else { continue }
                add(name, .minimum(limit, isExclusive: name == "exclusiveMinimum"))
            }
            for name in ["maximum", "exclusiveMaximum"] {
                guard let limit = try numeric(name, compiler) else { continue }
                add(name, .maximum(limit, isExclusive: name == "exclusiveMaximum"))
            }
        }
        if let value = object["pattern"] {
            guard let text = value.stringValue else { throw fault("pattern", "a string", compiler) }
            add("pattern", .pattern(try pattern(text, "pattern", compiler)))
        }
    }

    /// Keywords that are a whole number of something.
    mutating func counts(_ compiler: SchemaCompiler) throws(JSONSchemaError) {
        if let count = try count("minLength", compiler) { add("minLength", .length(.atLeast(count))) }
        if let count = try count("maxLength", compiler) { add("maxLength", .length(.atMost(count))) }
        if let count = try count("minItems", compiler) { add("minItems", .itemCount(.atLeast(count))) }
        if let count = try count("maxItems", compiler) { add("maxItems", .itemCount(.atMost(count))) }
        if let count = try count("minProperties", compiler) { add("minProperties", .propertyCount(.atLeast(count))) }
        if let count = try count("maxProperties", compiler) { add("maxProperties", .propertyCount(.atMost(count))) }
        if let value = object["uniqueItems"] {
            guard let isUnique = value.boolValue else { throw fault("uniqueItems", "true or false", compiler) }
            if isUnique { add("uniqueItems", .uniqueItems) }
        }
        if let value = object["required"] {
            let names = try names(value, "required", compiler)
            add("required", .required(NameTable(names.enumerated().map { ($0.element, $0.offset) })))
        }
        if draft >= .draft2019, let value = object["dependentRequired"] {
            guard let members = value.objectValue else {
                throw fault("dependentRequired", "an object of lists of names", compiler)
            }
            var rules: [(String, [String])] = []
            for (name, list) in members { rules.append((name, try names(list, "dependentRequired", compiler))) }
            add("dependentRequired", .dependentRequired(rules))
        }
    }

    mutating func format(_ compiler: SchemaCompiler) throws(JSONSchemaError) {
        guard let value = object["format"] else { return }
        guard let name = value.stringValue else { throw fault("format", "a string", compiler) }
        let isAsserted = compiler.options.assertsFormats || place.dialect.vocabularies.contains(.formatAssertion)
        // A format that is not known is a remark.
        guard isAsserted, let check = FormatCheck(rawValue: name), check.first <= draft else { return }
        add("format", .format(check))
    }

    private func types(_ value: JSONValue, _ compiler: SchemaCompiler) throws(JSONSchemaError) -> TypeNames {
        let expected = "the name of a type, or a list of them"
        let names: [JSONValue]
        switch value {
        case .string: names = [value]
        case .array(let list): names = list
        default: throw fault("type", expected, compiler)
        }
        var types: TypeNames = []
        for name in names {
            guard let text = name.stringValue, !text.isEmpty,
                let known = TypeNames.names.first(where: { $0.name == text })
            else { throw fault("type", expected, compiler) }
            types.insert(known.type == .integer && draft == .draft4 ? .integerAsWritten : known.type)
        }
        return types
    }

    private func numeric(_ name: String, _ compiler: SchemaCompiler) throws(JSONSchemaError) -> JSONValue? {
        guard let value = object[name] else { return nil }
        guard value.kind == .number else { throw fault(name, "a number", compiler) }
        return value
    }

    /// A count above all that can be is as good as the largest.
    func count(_ name: String, _ compiler: SchemaCompiler) throws(JSONSchemaError) -> Int? {
        guard let value = object[name] else { return nil }
        guard let number = value.numberValue, number >= 0, number.rounded() == number else {
            throw fault(name, "a whole number from 0", compiler)
        }
        return value.integerValue ?? Int.max
    }

    func names(_ value: JSONValue, _ keyword: String, _ compiler: SchemaCompiler) throws(JSONSchemaError) -> [String] {
        guard let list = value.arrayValue else { throw fault(keyword, "a list of names", compiler) }
        var names: [String] = []
        for element in list {
            guard let name = element.stringValue else { throw fault(keyword, "a list of names", compiler) }
            names.append(name)
        }
        return names
    }
}
