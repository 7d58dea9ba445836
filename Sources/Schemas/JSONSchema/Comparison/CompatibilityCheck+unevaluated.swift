internal import JSON

/// `unevaluatedProperties` and `unevaluatedItems` beside other schemas for the same value: what those leave over.
extension CompatibilityCheck {
    mutating func unevaluated(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        for place in own.unevaluatedProperties where view.types.contains(.object) && !isAnything(place) {
            outcome.add(try members(place, reader, view))
        }
        for place in own.unevaluatedItems where view.types.contains(.array) && !isAnything(place) {
            outcome.add(try elements(place, reader, view))
        }
    }

    private mutating func members(
        _ place: SchemaPlace, _ reader: SchemaPlace, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        var outcome = Outcome()
        let rules = rules(reader, view).flatMap(\.properties)
        if rules.contains(where: { $0.additional != nil }) { return outcome }
        let written = inPlace(view.closure).flatMap(\.properties)
        let isClosed = isNever(place)
        for name in Set(written.flatMap(\.named.keys)).sorted() {
            try step()
            var isKnown = rules.contains { $0.named[name] != nil }
            for (pattern, _) in rules.flatMap(\.patterns) where !isKnown { isKnown = try matches(pattern, name) }
            if isKnown { continue }
            let inner = try compare(place, WriterCase(written.compactMap { $0.named[name] }))
            if inner.fits { continue }
            outcome.add(
                fault(
                    isClosed ? .propertyRemovedFromClosedContentModel : .propertyRemovedNotCovered, reader,
                    ["properties", name],
                    isClosed ? "there is no such member any more" : "does not fit\(Self.reason(inner))"))
        }
        let patterns = Set(rules.flatMap(\.patterns).map(\.pattern.text))
        var rest = written.flatMap(\.patterns).filter { !patterns.contains($0.pattern.text) }.map(\.place)
        rest += written.compactMap(\.additional)
        for other in rest where outcome.fits { outcome.fits = try compare(place, WriterCase([other])).fits }
        if outcome.fits, try !isLeftOver(place, view.facets.unevaluatedProperties) {
            outcome.fits = try additional(place, view).fits
        }
        if !outcome.fits, outcome.faults.isEmpty {
            return fault(
                isClosed ? .additionalPropertiesRemoved : .additionalPropertiesNarrowed, place, [],
                "the writer may have other members")
        }
        return outcome
    }

    private mutating func elements(
        _ place: SchemaPlace, _ reader: SchemaPlace, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        let rules = rules(reader, view)
        if rules.contains(where: { $0.items.contains { $0.rest != nil } }) { return Outcome() }
        let prefix = rules.flatMap(\.items).map(\.prefix.count).max() ?? 0
        let written = inPlace(view.closure).flatMap(\.items)
        var fits = true
        for other in written.flatMap({ $0.prefix.dropFirst(prefix) }) + written.compactMap(\.rest) where fits {
            fits = try compare(place, WriterCase([other])).fits
        }
        if fits, try !isLeftOver(place, view.facets.unevaluatedItems) {
            fits = try restOfItems(place, hasPrefix: true, view, from: prefix).fits
        }
        if fits { return Outcome() }
        return fault(
            isNever(place) ? .additionalItemsRemoved : .additionalItemsNarrowed, place, [],
            "the writer may have other elements")
    }

    /// Whether a schema takes all that a schema of the writer's for the same does.
    private mutating func isLeftOver(
        _ place: SchemaPlace, _ written: [SchemaPlace]
    ) throws(JSONSchemaError) -> Bool {
        for other in written { if try compare(place, WriterCase([other])).fits { return true } }
        return false
    }

    /// The reader's schemas that look at the same value. Those that may or may not count only where the writer has such
    /// as well.
    private mutating func rules(_ reader: SchemaPlace, _ view: WriterView) -> [SchemaFacets] {
        hasSimpleRest(view) ? closure([reader]).map { facets($0) } : inPlace([reader])
    }

    /// All schemas that look at the same value, or may.
    private mutating func inPlace(_ places: [SchemaPlace]) -> [SchemaFacets] {
        var waiting = places
        var seen = Set(waiting)
        var found: [SchemaFacets] = []
        while let place = waiting.popLast() {
            let facets = facets(place)
            found.append(facets)
            let conditions = facets.conditions.flatMap { [$0.condition, $0.then, $0.otherwise].compactMap { $0 } }
            let next = facets.references + facets.parts + facets.sums.flatMap(\.branches) + conditions
            for place in next + facets.dependentSchemas.map(\.place) where seen.insert(place).inserted {
                waiting.append(place)
            }
        }
        return found
    }
}
