internal import JSON

extension CompatibilityCheck {
    mutating func arrays(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        if own.isUnique, !view.facets.isUnique, view.facets.most["maxItems"] ?? 2 > 1 {
            outcome.add(fault(.uniqueItemsAdded, reader, ["uniqueItems"], "the writer's elements may be equal"))
        }
        for items in own.items { try self.items(items, reader, view, &outcome) }
        for contained in own.contains { try contains(contained, reader, view, &outcome) }
    }

    private mutating func items(
        _ own: SchemaFacets.Items, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        let prefix = view.facets.items.map(\.prefix.count).max() ?? 0
        for index in 0..<max(own.prefix.count, prefix) {
            try step()
            // No array has this element.
            if let most = view.facets.most["maxItems"], most <= index { break }
            let written = WriterCase(writtenItems(index, view))
            if index >= own.prefix.count {
                guard let rest = own.rest else { break }
                let inner = try compare(rest, written)
                if inner.fits { continue }
                let place = tokens(reader) + [prefixKeyword(own, view), String(index)]
                let isClosed = isNever(rest)
                outcome.add(
                    told(
                        isClosed ? .itemRemovedFromClosedContentModel : .itemRemovedNotCovered, reader, place,
                        isClosed ? "there is no such element any more" : "does not fit\(Self.reason(inner))"))
            } else if index < prefix {
                outcome.add(try compare(own.prefix[index], written))
            } else {
                let inner = try compare(own.prefix[index], written)
                if inner.fits { continue }
                let isOpen = written.places.isEmpty
                outcome.add(
                    fault(
                        isOpen ? .itemAddedToOpenContentModel : .itemAddedNotCovered, own.prefix[index], [],
                        isOpen ? "the writer may have anything here" : "the writer has others\(Self.reason(inner))"))
            }
        }
        if let rest = own.rest {
            outcome.add(
                try restOfItems(rest, hasPrefix: !own.prefix.isEmpty, view, from: max(own.prefix.count, prefix)))
        }
    }

    /// All elements that no other schema names.
    mutating func restOfItems(
        _ rest: SchemaPlace, hasPrefix: Bool, _ view: WriterView, from index: Int
    ) throws(JSONSchemaError) -> Outcome {
        if isAnything(rest) { return Outcome() }
        if let most = view.facets.most["maxItems"], most <= index { return Outcome() }
        let places = writtenItems(max(index, view.facets.items.map(\.prefix.count).max() ?? 0), view)
        let inner = try compare(rest, WriterCase(places))
        if inner.fits { return inner }
        if places.isEmpty, !hasPrefix { return fault(.schemaAdded, rest, [], "the writer's elements may be anything") }
        if isNever(rest) { return fault(.additionalItemsRemoved, rest, [], "the writer may have more elements") }
        if places.isEmpty {
            return fault(.additionalItemsNarrowed, rest, [], "the writer's further elements may be anything")
        }
        return inner
    }

    /// The schemas that an element has to fit.
    mutating func writtenItems(_ index: Int, _ view: WriterView) -> [SchemaPlace] {
        var places = view.facets.items.compactMap { index < $0.prefix.count ? $0.prefix[index] : $0.rest }
        let isKnown = view.facets.items.contains { index < $0.prefix.count || $0.rest != nil }
        if !isKnown, view.facets.sums.isEmpty, view.facets.conditions.isEmpty, view.facets.contains.isEmpty {
            places += view.facets.unevaluatedItems
        }
        return places.filter { !isAnything($0) }
    }

    /// What the reader, or else the writer, calls the schemas of single elements.
    private func prefixKeyword(_ own: SchemaFacets.Items, _ view: WriterView) -> String {
        let named = own.prefix.first ?? view.facets.items.lazy.compactMap(\.prefix.first).first
        return named.flatMap { tokens($0).dropLast().last } ?? "items"
    }

    private func told(
        _ kind: JSONSchemaIncompatibility.Kind, _ reader: SchemaPlace, _ tokens: [String], _ message: String
    ) -> Outcome {
        fault(kind, reader, Array(tokens.dropFirst(self.tokens(reader).count)), message)
    }

    private mutating func contains(
        _ own: SchemaFacets.Contained, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        var least = 0
        for earlier in view.facets.contains where earlier.minimum > least {
            if try compare(own.place, WriterCase([earlier.place])).fits { least = earlier.minimum }
        }
        if least < own.minimum, view.facets.least["minItems"] ?? 0 >= own.minimum {
            // All elements fit.
            let prefix = view.facets.items.map(\.prefix.count).max() ?? 0
            var isAll = true
            for index in 0...prefix where isAll {
                isAll = try compare(own.place, WriterCase(writtenItems(index, view))).fits
            }
            if isAll { least = own.minimum }
        }
        if least < own.minimum {
            outcome.add(
                least > 0
                    ? fault(.minItemsIncreased, reader, ["minContains"], "the writer has \(least) or more")
                    : fault(.schemaAdded, reader, ["contains"], "the writer's arrays need not contain such an element"))
        }
        guard let maximum = own.maximum, view.facets.most["maxItems"] ?? Int.max > maximum else { return }
        var most = Int.max
        for earlier in view.facets.contains {
            guard let limit = earlier.maximum, limit < most else { continue }
            if try compare(earlier.place, WriterCase([own.place])).fits { most = limit }
        }
        if most > maximum {
            outcome.add(
                fault(
                    most == Int.max ? .maxItemsAdded : .maxItemsDecreased, reader, ["maxContains"],
                    "the writer may have more than \(maximum)"))
        }
    }
}
