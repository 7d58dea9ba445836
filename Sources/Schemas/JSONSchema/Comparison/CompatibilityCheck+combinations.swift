internal import JSON

extension CompatibilityCheck {
    /// Schemas in `allOf`: each has to take all values.
    mutating func parts(
        _ own: SchemaFacets, _ writer: WriterCase, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        let written = view.facets.parts.count
        for part in own.parts {
            let inner = try compare(part, writer)
            if !inner.fits, written > 0, own.parts.count > written {
                outcome.add(fault(.productTypeExtended, part, [], "one more schema to fit\(Self.reason(inner))"))
            } else {
                outcome.add(inner)
            }
        }
    }

    /// `anyOf` and `oneOf`: each of the writer's alternatives has to fit one of the reader's.
    mutating func sum(
        _ own: SchemaFacets.Sum, _ reader: SchemaPlace, _ writer: WriterCase, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        if own.branches.count == 1 { return try compare(own.branches[0], writer) }
        let isOne = own.keyword == "oneOf"
        if try covers(own, writer, splitsAny: !isOne, depth: 0) { return Outcome() }
        if isOne, try covers(own, writer, splitsAny: true, depth: 0) {
            return fault(
                .combinedTypeChanged, reader, [own.keyword], "a value may fit several schemas, where one has to do now")
        }
        if let sum = view.facets.sums.first(where: { $0.branches.count > 1 }) {
            let isLess = own.branches.count < sum.branches.count
            var lost = sum.branches[0]
            for branch in sum.branches {
                let more = writer.adding(branch, settling: sum.id)
                if try !covers(own, more, splitsAny: true, depth: 1) {
                    lost = branch
                    break
                }
            }
            return fault(
                isLess ? .sumTypeNarrowed : .combinedTypeSubschemasChanged, reader, [own.keyword],
                "no schema takes all that fits the writer's at '\(JSONPointer(tokens: tokens(lost)))'")
        }
        var isPart = false
        if view.types != .everyAtom {
            for type in view.types.each where !isPart {
                isPart = try covers(own, writer.restricted(to: type), splitsAny: true, depth: 1)
            }
        }
        return fault(
            isPart ? .sumTypeNarrowed : .typeChanged, reader, [own.keyword],
            "no schema takes \(view.types.words) as the writer has it")
    }

    private mutating func covers(
        _ own: SchemaFacets.Sum, _ writer: WriterCase, splitsAny: Bool, depth: Int
    ) throws(JSONSchemaError) -> Bool {
        try step()
        for branch in own.branches { if try compare(branch, writer).fits { return true } }
        guard depth < Self.mostSplits else { return false }
        let view = view(writer)
        if view.isEmpty { return true }
        // The innermost last added: they say most.
        for sum in view.facets.sums.reversed() where splitsAny || sum.keyword == "oneOf" || sum.branches.count == 1 {
            var isCovered = true
            for branch in sum.branches where isCovered {
                let more = writer.adding(branch, settling: sum.id)
                isCovered = try covers(own, more, splitsAny: splitsAny, depth: depth + 1)
            }
            if isCovered { return true }
        }
        let types = view.types.each
        guard types.count > 1 else { return false }
        for type in types {
            if try !covers(own, writer.restricted(to: type), splitsAny: splitsAny, depth: depth + 1) { return false }
        }
        return true
    }

    /// `not`: what must not fit must not have fitted before, or be of another type.
    mutating func negations(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        for place in own.negated {
            var fits = isNever(place)
            if !fits {
                var inner = SchemaFacets()
                for one in closure([place]) { inner.add(facets(one)) }
                fits = types(inner, depth: 0).isDisjoint(with: view.types)
            }
            for earlier in view.facets.negated where !fits { fits = try compare(earlier, WriterCase([place])).fits }
            if !fits {
                outcome.add(
                    fault(.notTypeExtended, reader, ["not"], "more values must not be than the writer excludes"))
            }
        }
    }

    /// `if`: what follows has to be implied, whatever the condition, or by a condition of the writer's.
    mutating func conditions(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ writer: WriterCase, _ view: WriterView, _ outcome: inout Outcome
    ) throws(JSONSchemaError) {
        for condition in own.conditions {
            var (then, otherwise) = (true, true)
            if let place = condition.then { then = try compare(place, writer).fits }
            if let place = condition.otherwise { otherwise = try compare(place, writer).fits }
            for earlier in view.facets.conditions {
                if !then, let place = condition.then, let known = earlier.then {
                    then = try compare(earlier.condition, WriterCase([condition.condition])).fits
                    if then { then = try compare(place, writer.adding(known)).fits }
                }
                if !otherwise, let place = condition.otherwise, let known = earlier.otherwise {
                    otherwise = try compare(condition.condition, WriterCase([earlier.condition])).fits
                    if otherwise { otherwise = try compare(place, writer.adding(known)).fits }
                }
            }
            if !then || !otherwise {
                outcome.add(
                    fault(
                        .combinedTypeChanged, reader, ["if"],
                        "what '\(then ? "else" : "then")' demands does not follow from the writer's schema"))
            }
        }
    }

    /// The first thing that is wrong, for the end of a sentence.
    static func reason(_ outcome: Outcome) -> String { outcome.faults.first.map { ": \($0.message)" } ?? "" }
}
