internal import JSON

extension CompatibilityCheck {
    /// Whether it is worth to look at more than the types.
    func types(_ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome) -> Bool {
        guard let types = own.types else { return true }
        let lost = view.types.subtracting(types)
        if lost.isEmpty { return true }
        // Nobody means values of other types where none is named and the keywords are about some.
        if view.types == .everyAtom, !view.implied.isEmpty, view.implied.isSubset(of: types) { return true }
        let isChanged = lost == view.types
        outcome.add(
            fault(
                isChanged ? .typeChanged : .typeNarrowed, reader, [],
                "expected \(types.atomWords), the writer has \(view.types.atomWords)"))
        return !isChanged
    }

    func values(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        guard let values = own.values else { return }
        var written = view.facets.values
        if written == nil, view.types.isSubset(of: [.null, .boolean]) {
            written =
                (view.types.contains(.null) ? [.null] : []) + (view.types.contains(.boolean) ? [true, false] : [])
        }
        let known = Set(values)
        let lost = written?.filter { !known.contains($0) && view.types.contains(.atom(of: $0)) }
        if let lost, lost.isEmpty { return }
        let isLess = own.valuesKeyword == "enum" && written.map { Set($0).isSuperset(of: known) } ?? true
        outcome.add(
            fault(
                isLess ? .enumArrayNarrowed : .enumArrayChanged, reader, [own.valuesKeyword],
                "expected \(ValueWords.list(values)), the writer has \(lost.map(ValueWords.list) ?? "any other as well")"
            ))
    }

    func numbers(_ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome) {
        bounds(own.lower, view.facets.lower, sign: 1, reader, &outcome)
        bounds(own.upper, view.facets.upper, sign: -1, reader, &outcome)
        for factor in own.multiples {
            let isWhole = view.types.isDisjoint(with: .number) && Decimal.isMultiple(1, of: factor)
            let written = view.facets.multiples
            if isWhole || written.contains(where: { $0 == factor || Decimal.isMultiple($0, of: factor) }) { continue }
            let isMore = written.contains { Decimal.isMultiple(factor, of: $0) }
            let kind: JSONSchemaIncompatibility.Kind =
                written.isEmpty ? .multipleOfAdded : isMore ? .multipleOfExpanded : .multipleOfChanged
            let earlier = written.first.map { "multiples of \($0)" } ?? "any"
            outcome.add(
                fault(kind, reader, ["multipleOf"], "expected multiples of \(factor), the writer has \(earlier)"))
        }
    }

    /// Limits below values when `sign` is 1, above them when it is -1.
    private func bounds(
        _ own: [SchemaFacets.Bound], _ written: [SchemaFacets.Bound], sign: Int, _ reader: SchemaPlace,
        _ outcome: inout Outcome
    ) {
        for bound in own {
            let isImplied = written.contains { earlier in
                let order = (Decimal.compare(earlier.limit, bound.limit) ?? 0) * sign
                return order > 0 || order == 0 && (!bound.isExclusive || earlier.isExclusive)
            }
            if isImplied { continue }
            var keyword = bound.keyword
            // In draft 4 the limit and whether it counts itself are two keywords.
            if bound.isExclusive, keyword == "minimum" || keyword == "maximum",
                written.contains(where: { $0.limit == bound.limit })
            {
                keyword = keyword == "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"
            }
            let earlier = written.first { $0.keyword == keyword }
            let kinds = Self.bounds[keyword] ?? (.minimumAdded, .minimumIncreased)
            outcome.add(
                fault(
                    earlier == nil ? kinds.added : kinds.changed, reader, [keyword],
                    "expected \(bound.limit), the writer has \(earlier.map { "\($0.limit)" } ?? "no limit")"))
        }
    }

    private static let bounds:
        [String: (added: JSONSchemaIncompatibility.Kind, changed: JSONSchemaIncompatibility.Kind)] = [
            "minimum": (.minimumAdded, .minimumIncreased), "maximum": (.maximumAdded, .maximumDecreased),
            "exclusiveMinimum": (.exclusiveMinimumAdded, .exclusiveMinimumIncreased),
            "exclusiveMaximum": (.exclusiveMaximumAdded, .exclusiveMaximumDecreased),
        ]

    func texts(_ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome) {
        let written = view.facets.patterns
        for pattern in own.patterns where !written.contains(pattern) {
            outcome.add(
                fault(
                    written.isEmpty ? .patternAdded : .patternChanged, reader, ["pattern"],
                    "expected '\(pattern)', the writer has \(written.first.map { "'\($0)'" } ?? "no pattern")"))
        }
        // Formats that must hold are patterns by name.
        let formats = view.facets.formats
        for format in own.formats where !formats.contains(format) {
            outcome.add(
                fault(
                    formats.isEmpty ? .patternAdded : .patternChanged, reader, ["format"],
                    "expected \(format.rawValue), the writer has \(formats.first?.rawValue ?? "no format")"))
        }
    }

    /// Keywords that are a whole number of something.
    func counts(_ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome) {
        for (keyword, type, added, changed) in Self.counts where view.types.contains(type) {
            let (isImplied, limit, earlier): (Bool, Int, Int?)
            if let least = own.least[keyword] {
                limit = least
                earlier = view.facets.least[keyword]
                let known = keyword == "minProperties" ? Set(view.facets.required).count : 0
                isImplied = max(earlier ?? 0, known) >= least
            } else if let most = own.most[keyword] {
                limit = most
                earlier = view.facets.most[keyword]
                isImplied = earlier.map { $0 <= most } ?? false
            } else {
                continue
            }
            if isImplied { continue }
            outcome.add(
                fault(
                    earlier == nil ? added : changed, reader, [keyword],
                    "expected \(limit), the writer has \(earlier.map(String.init) ?? "no limit")"))
        }
    }

    private static let counts:
        [(
            keyword: String, type: TypeNames, added: JSONSchemaIncompatibility.Kind,
            changed: JSONSchemaIncompatibility.Kind
        )] = [
            ("minLength", .string, .minLengthAdded, .minLengthIncreased),
            ("maxLength", .string, .maxLengthAdded, .maxLengthDecreased),
            ("minItems", .array, .minItemsAdded, .minItemsIncreased),
            ("maxItems", .array, .maxItemsAdded, .maxItemsDecreased),
            ("minProperties", .object, .minPropertiesAdded, .minPropertiesIncreased),
            ("maxProperties", .object, .maxPropertiesAdded, .maxPropertiesDecreased),
        ]
}

extension TypeNames {
    /// Such as "a number or a string".
    var atomWords: String {
        if self == .everyAtom { return "any type" }
        return contains(.number) ? subtracting(.integer).words : words
    }
}
