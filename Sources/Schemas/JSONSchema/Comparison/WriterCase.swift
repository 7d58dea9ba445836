/// What is known of a value of the writer's: it fits some schemas, and is of one of some types.
struct WriterCase: Hashable {
    /// In order.
    private(set) var places: [SchemaPlace]
    private var types = TypeNames.everyAtom.rawValue
    /// Of which it is known already which branch the value fits.
    private(set) var settled: Set<SchemaFacets.SumID> = []

    init(_ places: [SchemaPlace]) { self.places = Set(places).sorted() }

    var mask: TypeNames { TypeNames(rawValue: types) }

    func adding(_ place: SchemaPlace, settling sum: SchemaFacets.SumID? = nil) -> WriterCase {
        var more = self
        if !places.contains(place) { more.places = (places + [place]).sorted() }
        if let sum { more.settled.insert(sum) }
        return more
    }

    func restricted(to types: TypeNames) -> WriterCase {
        var less = self
        less.types &= types.rawValue
        return less
    }
}

/// What the schemas of a case say together.
struct WriterView {
    /// The schemas, and what they name.
    let closure: [SchemaPlace]
    let facets: SchemaFacets
    let types: TypeNames
    /// The types that the keywords are about, where the schemas name none.
    let implied: TypeNames

    /// Whether no value is one.
    var isEmpty: Bool { facets.isNever || types.isEmpty }
    var isAnything: Bool { !facets.isNever && !facets.hasKeywords && types == .everyAtom }
}

extension CompatibilityCheck {
    mutating func facets(_ place: SchemaPlace) -> SchemaFacets {
        if let known = knownFacets[place] { return known }
        let facets = SchemaFacets(graphs[place.graph].nodes[place.node], place)
        knownFacets[place] = facets
        return facets
    }

    mutating func view(_ writer: WriterCase) -> WriterView {
        if let known = views[writer] { return known }
        let closure = closure(writer.places)
        var facets = SchemaFacets()
        for place in closure { facets.add(self.facets(place)) }
        facets.sums.removeAll { writer.settled.contains($0.id) }
        var types = types(facets, depth: 0).intersection(writer.mask)
        if facets.isNever { types = [] }
        let view = WriterView(closure: closure, facets: facets, types: types, implied: facets.implied)
        views[writer] = view
        return view
    }

    /// One schema of several, alone.
    mutating func view(_ place: SchemaPlace, mask: TypeNames) -> WriterView {
        var facets = facets(place)
        // What it leaves over says nothing without the others.
        (facets.unevaluatedProperties, facets.unevaluatedItems) = ([], [])
        return WriterView(
            closure: [place], facets: facets, types: types(facets, depth: 0).intersection(mask), implied: facets.implied
        )
    }

    mutating func isNever(_ place: SchemaPlace) -> Bool { view(WriterCase([place])).isEmpty }

    mutating func isAnything(_ place: SchemaPlace) -> Bool { view(WriterCase([place])).isAnything }

    /// Schemas and all that they name for the same value, each once.
    mutating func closure(_ places: [SchemaPlace]) -> [SchemaPlace] {
        var closure = places
        var seen = Set(places)
        var position = 0
        while position < closure.count {
            let facets = facets(closure[position])
            for place in facets.references + facets.parts where seen.insert(place).inserted { closure.append(place) }
            position += 1
        }
        return closure
    }

    /// The types that values have.
    mutating func types(_ facets: SchemaFacets, depth: Int) -> TypeNames {
        var types = facets.types
        func narrow(_ other: TypeNames) { types = types.map { $0.intersection(other) } ?? other }
        if let values = facets.values { narrow(values.reduce(into: []) { $0.formUnion(.atom(of: $1)) }) }
        if depth < 4 {
            for sum in facets.sums {
                let union = sumTypes(sum, depth: depth)
                if union != .everyAtom { narrow(union) }
            }
        }
        return types ?? .everyAtom
    }

    private mutating func sumTypes(_ sum: SchemaFacets.Sum, depth: Int) -> TypeNames {
        if let known = knownSumTypes[sum.id] { return known }
        var union: TypeNames = []
        for branch in sum.branches {
            var inner = SchemaFacets()
            for place in closure([branch]) { inner.add(self.facets(place)) }
            if !inner.isNever { union.formUnion(types(inner, depth: depth + 1)) }
        }
        if depth == 0 { knownSumTypes[sum.id] = union }
        return union
    }
}
