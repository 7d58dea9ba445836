internal import JSON
internal import RegularExpression

extension CompatibilityCheck {
    /// Members by name, by pattern, and all others: the content models.
    mutating func properties(
        _ own: SchemaFacets.Properties, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        let written = Set(view.facets.properties.flatMap(\.named.keys))
        for name in written.union(own.named.keys).sorted() {
            try step()
            if let place = own.named[name] {
                outcome.add(try named(name, place, own, view))
            } else {
                outcome.add(try removed(name, own, reader, view))
            }
        }
        for (pattern, place) in own.patterns { outcome.add(try self.pattern(pattern, place, reader, view)) }
        for (pattern, place) in view.facets.properties.flatMap(\.patterns) {
            outcome.add(try removed(pattern, place, own, reader))
        }
        if let place = own.additional { outcome.add(try additional(place, view)) }
    }

    private mutating func named(
        _ name: String, _ place: SchemaPlace, _ own: SchemaFacets.Properties, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        let written = try writtenMember(name, view)
        let value = WriterCase(written.places)
        var inner = try compare(place, value)
        if written.isNamed {
            for (pattern, place) in own.patterns where try matches(pattern, name) {
                inner.add(try compare(place, value))
            }
            return inner
        }
        if inner.fits { return inner }
        if written.places.isEmpty {
            return fault(
                .propertyAddedToOpenContentModel, place, [], "the writer's objects may have any member '\(name)'")
        }
        return fault(.propertyAddedNotCovered, place, [], "the writer has others\(Self.reason(inner))")
    }

    /// A member that only the writer names.
    private mutating func removed(
        _ name: String, _ own: SchemaFacets.Properties, _ reader: SchemaPlace, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        var covering: [SchemaPlace] = []
        for (pattern, place) in own.patterns where try matches(pattern, name) { covering.append(place) }
        let isMatched = !covering.isEmpty
        if !isMatched, let additional = own.additional { covering = [additional] }
        var inner = Outcome()
        let value = WriterCase(try writtenMember(name, view).places)
        for place in covering { inner.add(try compare(place, value)) }
        if inner.fits { return inner }
        let isClosed = !isMatched && covering.allSatisfy { isNever($0) }
        return fault(
            isClosed ? .propertyRemovedFromClosedContentModel : .propertyRemovedNotCovered, reader,
            ["properties", name], isClosed ? "there is no such member any more" : "does not fit\(Self.reason(inner))")
    }

    /// A pattern of the reader's: what the writer has for names that match it has to fit.
    private mutating func pattern(
        _ pattern: Pattern, _ place: SchemaPlace, _ reader: SchemaPlace, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        try step()
        let same = view.facets.properties.flatMap(\.patterns).filter { $0.pattern.text == pattern.text }
        if !same.isEmpty { return try compare(place, WriterCase(same.map(\.place))) }
        var inner = try compare(place, WriterCase(writtenRest(view)))
        for (other, written) in view.facets.properties.flatMap(\.patterns) where !other.excludes(pattern) {
            inner.add(try compare(place, WriterCase([written])))
        }
        if inner.fits { return inner }
        return fault(
            .schemaAdded, reader, ["patternProperties", pattern.text],
            "the writer's members of such names may be others")
    }

    /// A pattern of the writer's that the reader has not: what matches it counts as any other member.
    private mutating func removed(
        _ pattern: Pattern, _ place: SchemaPlace, _ own: SchemaFacets.Properties, _ reader: SchemaPlace
    ) throws(JSONSchemaError) -> Outcome {
        try step()
        guard let additional = own.additional, !own.patterns.contains(where: { $0.pattern.text == pattern.text }) else {
            return Outcome()
        }
        let inner = try compare(additional, WriterCase([place]))
        if inner.fits { return inner }
        return fault(
            .propertyRemovedNotCovered, reader, ["patternProperties", pattern.text], "does not fit\(Self.reason(inner))"
        )
    }

    /// A schema for all members that are not named.
    mutating func additional(_ place: SchemaPlace, _ view: WriterView) throws(JSONSchemaError) -> Outcome {
        let rest = writtenRest(view)
        let inner = try compare(place, WriterCase(rest))
        if inner.fits { return inner }
        if isNever(place) { return fault(.additionalPropertiesRemoved, place, [], "the writer may have more members") }
        return rest.isEmpty
            ? fault(.additionalPropertiesNarrowed, place, [], "the writer's further members may be anything") : inner
    }

    /// What the writer's members have to fit that it does not name.
    private mutating func writtenRest(_ view: WriterView) -> [SchemaPlace] {
        var places = view.facets.properties.compactMap(\.additional)
        if places.isEmpty, hasSimpleRest(view) { places = view.facets.unevaluatedProperties }
        return places.filter { !isAnything($0) }
    }

    /// Whether it is certain which schemas look at a value.
    func hasSimpleRest(_ view: WriterView) -> Bool {
        view.facets.sums.isEmpty && view.facets.conditions.isEmpty && view.facets.dependentSchemas.isEmpty
    }

    /// The schemas that the writer's member of a name has to fit: none when it may be anything.
    mutating func writtenMember(
        _ name: String, _ view: WriterView
    ) throws(JSONSchemaError) -> (places: [SchemaPlace], isNamed: Bool) {
        var places: [SchemaPlace] = []
        var isNamed = false
        var isKnown = false
        for rule in view.facets.properties {
            var isOfRule = false
            if let place = rule.named[name] {
                places.append(place)
                (isNamed, isOfRule) = (true, true)
            }
            for (pattern, place) in rule.patterns where try matches(pattern, name) {
                places.append(place)
                isOfRule = true
            }
            if !isOfRule, let additional = rule.additional {
                places.append(additional)
                isOfRule = true
            }
            isKnown = isKnown || isOfRule
        }
        if !isKnown, hasSimpleRest(view) { places += view.facets.unevaluatedProperties }
        return (places.filter { !isAnything($0) }, isNamed)
    }

    mutating func matches(_ pattern: Pattern, _ name: String) throws(JSONSchemaError) -> Bool {
        try step(10 + name.utf8.count / 64)
        let bytes = Array(name.utf8)
        do { return try pattern.expression.firstMatch(in: bytes.span) != nil } catch {
            throw JSONSchemaError(.tooComplex, "the pattern '\(pattern.text)' takes too long for the name of a member")
        }
    }
}

extension Pattern {
    /// Whether it is plain that no text matches both: they begin otherwise.
    func excludes(_ other: Pattern) -> Bool {
        let (own, others) = (beginning, other.beginning)
        return !zip(own, others).allSatisfy { $0 == $1 }
    }

    /// What each text that matches begins with.
    private var beginning: [Unicode.Scalar] {
        guard text.unicodeScalars.first == "^", !text.unicodeScalars.contains("|") else { return [] }
        var literal: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars.dropFirst() {
            guard
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "_- /:".unicodeScalars.contains(scalar)
            else {
                // What stands before it need not be there.
                if ["?", "*", "{"].contains(scalar), !literal.isEmpty { literal.removeLast() }
                break
            }
            literal.append(scalar)
        }
        return literal
    }
}
