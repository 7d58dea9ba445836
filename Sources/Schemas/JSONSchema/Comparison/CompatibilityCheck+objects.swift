internal import JSON

extension CompatibilityCheck {
    mutating func objects(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        try required(own, reader, view, &outcome)
        for (keyword, name, names) in own.dependentRequired {
            try step()
            outcome.add(dependent(keyword, name, names, reader, view))
        }
        for properties in own.properties { try self.properties(properties, reader, view, &outcome) }
        for place in own.propertyNames { outcome.add(try propertyNames(place, view)) }
    }

    private mutating func required(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        let known = Set(view.facets.required)
        for (index, name) in own.required.enumerated() where !known.contains(name) {
            try step()
            let named = own.properties.lazy.compactMap { $0.named[name] }.first
            // Confluent counts on the default for what is not there.
            if let named, hasDefault(named) { continue }
            let written = try writtenMember(name, view)
            if named != nil, !written.isNamed, !written.places.isEmpty {
                outcome.add(
                    fault(
                        .requiredPropertyAddedToUnopenContentModel, reader, ["properties", name],
                        "the writer has no member '\(name)', which is required"))
            } else {
                outcome.add(
                    fault(
                        .requiredAttributeAdded, reader, ["required", String(index)],
                        "the writer's objects need not have '\(name)'"))
            }
        }
    }

    private mutating func hasDefault(_ place: SchemaPlace) -> Bool {
        closure([place]).contains { graphs[$0.graph].nodes[$0.node].hasDefault }
    }

    private func dependent(
        _ keyword: String, _ name: String, _ names: [String], _ reader: SchemaPlace, _ view: WriterView
    ) -> Outcome {
        let earlier = view.facets.dependentRequired.filter { $0.name == name }
        let known = Set(earlier.flatMap(\.names)).union(view.facets.required).union([name])
        let lost = names.filter { !known.contains($0) }
        if lost.isEmpty { return Outcome() }
        let isMore = Set(earlier.flatMap(\.names)).isSubset(of: names)
        return fault(
            earlier.isEmpty ? .dependencyArrayAdded : isMore ? .dependencyArrayExtended : .dependencyArrayChanged,
            reader, [keyword, name],
            "the writer's objects with '\(name)' need not have '\(lost.joined(separator: "', '"))'")
    }

    mutating func dependent(
        _ keyword: String, _ name: String, _ place: SchemaPlace, _ reader: SchemaPlace, _ writer: WriterCase,
        _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        guard view.types.contains(.object) else { return Outcome() }
        var more = writer
        let earlier = view.facets.dependentSchemas.filter { $0.name == name }
        for (_, _, schema) in earlier { more = more.adding(schema) }
        let inner = try compare(place, more)
        if inner.fits { return inner }
        return earlier.isEmpty
            ? fault(.dependencySchemaAdded, reader, [keyword, name], "one more schema to fit\(Self.reason(inner))")
            : inner
    }

    private mutating func propertyNames(_ place: SchemaPlace, _ view: WriterView) throws(JSONSchemaError) -> Outcome {
        let inner = try compare(place, WriterCase(view.facets.propertyNames).restricted(to: .string))
        if inner.fits { return inner }
        let rules = view.facets.properties
        let isClosed = rules.contains { rule in
            rule.patterns.isEmpty && (rule.additional.map { isNever($0) } ?? false)
        }
        if isClosed {
            var isEach = true
            for name in Set(rules.flatMap(\.named.keys)).sorted() where isEach {
                isEach = try accepts(place, .string(name)) == true
            }
            if isEach { return Outcome() }
        }
        return view.facets.propertyNames.isEmpty
            ? fault(.schemaAdded, place, [], "the writer's members may have any name") : inner
    }
}
