internal import JSON

/// Whether all values of a writer's schema fit a reader's: each keyword of the reader has to follow from the writer's.
/// A pair that stands within itself is compatible unless something else speaks against it.
struct CompatibilityCheck {
    struct Pair: Hashable {
        let reader: SchemaPlace
        let writer: WriterCase
    }

    struct Outcome {
        var fits = true
        /// May be none where a schema that leads back to itself does not fit: then it is told there.
        var faults: [JSONSchemaIncompatibility] = []

        mutating func add(_ other: Outcome) {
            fits = fits && other.fits
            for fault in other.faults where !faults.contains(fault) {
                guard faults.count < JSONSchemaIncompatibility.most else { return }
                faults.append(fault)
            }
        }
    }

    private enum State {
        case open
        case done(Outcome)
    }

    /// The reader's and the writer's. Beneath `not` they change places.
    let graphs: [SchemaGraph]
    var knownFacets: [SchemaPlace: SchemaFacets] = [:]
    var views: [WriterCase: WriterView] = [:]
    var knownSumTypes: [SchemaFacets.SumID: TypeNames] = [:]
    private var known: [Pair: State] = [:]
    /// Pairs that were taken for compatible within themselves, and those for which that was wrong.
    private var assumed: Set<Pair> = []
    private var refuted: Set<Pair> = []
    private var isUnsettled = false
    private var depth = 0
    private var steps = 0

    private static let mostSteps = 100_000
    private static let mostDepth = 256
    /// How many sums are taken apart at once: each multiplies the work.
    static let mostSplits = 3

    init(reader: SchemaGraph, writer: SchemaGraph) { graphs = [reader, writer] }

    mutating func run() throws(JSONSchemaError) -> [JSONSchemaIncompatibility] {
        let reader = SchemaPlace(graph: 0, node: graphs[0].root)
        let writer = WriterCase([SchemaPlace(graph: 1, node: graphs[1].root)])
        while true {
            isUnsettled = false
            (known, assumed) = ([:], [])
            let outcome = try compare(reader, writer)
            if !isUnsettled { return outcome.faults }
        }
    }

    /// Looks at a few things more.
    mutating func step(_ count: Int = 1) throws(JSONSchemaError) {
        steps += count
        guard steps <= Self.mostSteps else {
            throw JSONSchemaError(.tooComplex, "comparing the schemas takes more than \(Self.mostSteps) steps")
        }
    }

    mutating func compare(_ reader: SchemaPlace, _ writer: WriterCase) throws(JSONSchemaError) -> Outcome {
        try step()
        let pair = Pair(reader: reader, writer: writer)
        switch known[pair] {
        case .done(let outcome): return outcome
        case .open:
            assumed.insert(pair)
            return Outcome(fits: !refuted.contains(pair))
        case nil: break
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else {
            throw JSONSchemaError(.tooComplex, "the schemas nest deeper than \(Self.mostDepth) where they are compared")
        }
        known[pair] = .open
        let outcome = try look(reader, writer)
        known[pair] = .done(outcome)
        if !outcome.fits, assumed.contains(pair), refuted.insert(pair).inserted { isUnsettled = true }
        return outcome
    }

    private mutating func look(_ reader: SchemaPlace, _ writer: WriterCase) throws(JSONSchemaError) -> Outcome {
        let own = facets(reader)
        let view = view(writer)
        var outcome = Outcome()
        if view.isEmpty { return outcome }
        if own.isNever { return fault(.typeChanged, reader, [], "nothing fits any more") }
        if let values = view.facets.values, try accepts(reader, values, view) { return outcome }
        if own.hasKeywords { outcome.add(try keywords(own, reader, writer, view, splits: 0)) }
        for place in own.references { outcome.add(try compare(place, writer)) }
        try parts(own, writer, view, &outcome)
        for sum in own.sums { outcome.add(try self.sum(sum, reader, writer, view)) }
        try negations(own, reader, view, &outcome)
        try conditions(own, reader, writer, view, &outcome)
        try unevaluated(own, reader, view, &outcome)
        for (keyword, name, place) in own.dependentSchemas {
            outcome.add(try dependent(keyword, name, place, reader, writer, view))
        }
        return outcome
    }

    /// Whether a schema accepts the few values that can be.
    private mutating func accepts(
        _ reader: SchemaPlace, _ values: [JSONValue], _ view: WriterView
    ) throws(JSONSchemaError) -> Bool {
        try step(values.count)
        for value in values where view.types.contains(.atom(of: value)) {
            var isWritten = true
            for place in view.closure where isWritten { isWritten = try accepts(place, value) ?? true }
            if isWritten, try accepts(reader, value) != true { return false }
        }
        return true
    }

    /// Whether a schema accepts a value; nil when that takes too long.
    mutating func accepts(_ place: SchemaPlace, _ value: JSONValue) throws(JSONSchemaError) -> Bool? {
        try step(1 + value.text.utf8.count / 32)
        var graph = graphs[place.graph]
        graph.root = place.node
        var limits = JSONSchemaLimits()
        (limits.steps, limits.violations) = (1000, 1)
        do throws(JSONSchemaFailure) { try Evaluation.hold(value, against: graph, limits: limits) } catch {
            guard case .violations = error else { return nil }
            return false
        }
        return true
    }

    /// What a schema's own keywords demand. What holds for one of the writer's schemas, or for each branch of one of its
    /// sums, holds for all.
    private mutating func keywords(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ writer: WriterCase, _ view: WriterView, splits: Int
    ) throws(JSONSchemaError) -> Outcome {
        try step(view.closure.count)
        var outcome = try limits(own, reader, view)
        if outcome.fits { return outcome }
        if view.closure.count > 1 {
            for place in view.closure {
                if try limits(own, reader, self.view(place, mask: view.types)).fits { return Outcome() }
            }
        }
        guard splits < Self.mostSplits else { return outcome }
        for sum in view.facets.sums {
            var united = Outcome()
            for branch in sum.branches {
                let more = writer.adding(branch, settling: sum.id)
                let inner = self.view(more)
                if !inner.isEmpty { united.add(try keywords(own, reader, more, inner, splits: splits + 1)) }
            }
            if united.fits { return united }
            // A branch says more about what is wrong than what all have in common, but for what types they have.
            let isOfTypes = outcome.faults.contains { $0.kind == .typeChanged || $0.kind == .typeNarrowed }
            if !united.faults.isEmpty, !isOfTypes { outcome = united }
        }
        return outcome
    }

    private mutating func limits(
        _ own: SchemaFacets, _ reader: SchemaPlace, _ view: WriterView
    ) throws(JSONSchemaError) -> Outcome {
        var outcome = Outcome()
        if view.isEmpty { return outcome }
        guard types(own, reader, view, &outcome) else { return outcome }
        try values(own, reader, view, &outcome)
        if !view.types.isDisjoint(with: [.integer, .number]) { numbers(own, reader, view, &outcome) }
        if view.types.contains(.string) { texts(own, reader, view, &outcome) }
        counts(own, reader, view, &outcome)
        if view.types.contains(.array) { try arrays(own, reader, view, &outcome) }
        if view.types.contains(.object) { try objects(own, reader, view, &outcome) }
        return outcome
    }

    func fault(
        _ kind: JSONSchemaIncompatibility.Kind, _ place: SchemaPlace, _ below: [String], _ message: String
    ) -> Outcome {
        let node = graphs[place.graph].nodes[place.node]
        let document = graphs[place.graph].documents[node.document]
        return Outcome(
            fits: false,
            faults: [
                JSONSchemaIncompatibility(
                    kind: kind, pointer: JSONPointer(tokens: tokens(place) + below), document: document,
                    message: message)
            ])
    }

    /// Where a schema stands in its document.
    func tokens(_ place: SchemaPlace) -> [String] {
        do { return try JSONPointer(graphs[place.graph].nodes[place.node].pointer).tokens } catch { return [] }
    }
}
