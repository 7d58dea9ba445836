internal import JSON

/// A schema of one of the two graphs that are compared.
struct SchemaPlace: Hashable, Comparable {
    let graph: Int
    let node: Int

    func at(_ node: Int) -> SchemaPlace { SchemaPlace(graph: graph, node: node) }

    static func < (left: SchemaPlace, right: SchemaPlace) -> Bool {
        (left.graph, left.node) < (right.graph, right.node)
    }
}

/// The keywords of a schema, or of several that all have to fit, by what they limit.
struct SchemaFacets {
    struct Bound {
        let keyword: String
        let limit: JSONValue
        let isExclusive: Bool
    }

    struct Items {
        let prefix: [SchemaPlace]
        let rest: SchemaPlace?
    }

    struct Contained {
        let place: SchemaPlace
        let minimum: Int
        let maximum: Int?
    }

    struct Properties {
        let named: [String: SchemaPlace]
        let patterns: [(pattern: Pattern, place: SchemaPlace)]
        let additional: SchemaPlace?
    }

    /// `anyOf` or `oneOf`.
    struct Sum {
        let id: SumID
        let keyword: String
        let branches: [SchemaPlace]
    }

    struct SumID: Hashable {
        let place: SchemaPlace
        let keyword: Int
    }

    struct Condition {
        let condition: SchemaPlace
        let then: SchemaPlace?
        let otherwise: SchemaPlace?
    }

    var isNever = false
    /// Those aside that only name other schemas.
    var hasKeywords = false
    var types: TypeNames?
    /// What the keywords are about.
    var implied: TypeNames = []
    var values: [JSONValue]?
    var valuesKeyword = "enum"
    var lower: [Bound] = []
    var upper: [Bound] = []
    var multiples: [JSONValue] = []
    /// By keyword.
    var least: [String: Int] = [:]
    var most: [String: Int] = [:]
    var patterns: [String] = []
    var formats: [FormatCheck] = []
    var isUnique = false
    var items: [Items] = []
    var contains: [Contained] = []
    var unevaluatedItems: [SchemaPlace] = []
    var required: [String] = []
    var properties: [Properties] = []
    var propertyNames: [SchemaPlace] = []
    var dependentRequired: [(keyword: String, name: String, names: [String])] = []
    var dependentSchemas: [(keyword: String, name: String, place: SchemaPlace)] = []
    var unevaluatedProperties: [SchemaPlace] = []
    var references: [SchemaPlace] = []
    var parts: [SchemaPlace] = []
    var sums: [Sum] = []
    var negated: [SchemaPlace] = []
    var conditions: [Condition] = []

    init() {}

    init(_ node: SchemaNode, _ place: SchemaPlace) {
        isNever = node.isNever
        types = node.types?.atoms
        for (number, keyword) in node.keywords.enumerated() {
            combine(keyword.rule, place, number: number, named: keyword.name)
            scalar(keyword.rule, named: keyword.name)
            container(keyword.rule, place, named: keyword.name)
        }
        hasKeywords = types != nil || node.keywords.count > references.count + (parts.isEmpty ? 0 : 1)
        // Where nothing else looks at the same value, "not evaluated" is "additional".
        guard references.isEmpty, parts.isEmpty, sums.isEmpty, conditions.isEmpty, dependentSchemas.isEmpty else {
            return
        }
        if let rest = unevaluatedProperties.first, properties.allSatisfy({ $0.additional == nil }) {
            let own = properties.first
            properties = [Properties(named: own?.named ?? [:], patterns: own?.patterns ?? [], additional: rest)]
            unevaluatedProperties = []
        }
        if let rest = unevaluatedItems.first, contains.isEmpty, items.allSatisfy({ $0.rest == nil }) {
            items = [Items(prefix: items.first?.prefix ?? [], rest: rest)]
            unevaluatedItems = []
        }
    }

    private mutating func combine(_ rule: SchemaRule, _ place: SchemaPlace, number: Int, named name: String) {
        switch rule {
        case .reference(let node), .dynamicReference(let node, _), .recursiveReference(let node):
            references.append(place.at(node))
        case .allOf(let nodes): parts += nodes.map(place.at)
        case .anyOf(let nodes), .oneOf(let nodes):
            let id = SumID(place: place, keyword: number)
            sums.append(Sum(id: id, keyword: name, branches: nodes.map(place.at)))
        case .not(let node): negated.append(place.at(node))
        case .conditional(let condition, let then, let otherwise):
            conditions.append(
                Condition(
                    condition: place.at(condition), then: then.map(place.at), otherwise: otherwise.map(place.at)))
        default: break
        }
    }

    private mutating func scalar(_ rule: SchemaRule, named name: String) {
        switch rule {
        case .enumeration(let values, _): restrict(to: values, named: name)
        case .constant(let value): restrict(to: [value], named: name)
        case .multipleOf(let factor): multiples.append(factor)
        case .minimum(let limit, let isExclusive):
            lower.append(Bound(keyword: name, limit: limit, isExclusive: isExclusive))
        case .maximum(let limit, let isExclusive):
            upper.append(Bound(keyword: name, limit: limit, isExclusive: isExclusive))
        case .length(let limit), .itemCount(let limit), .propertyCount(let limit): count(limit, named: name)
        case .pattern(let pattern): patterns.append(pattern.text)
        case .format(let check): formats.append(check)
        default: return
        }
        switch rule {
        case .multipleOf, .minimum, .maximum: implied.formUnion([.integer, .number])
        case .length, .pattern, .format: implied.insert(.string)
        case .itemCount: implied.insert(.array)
        case .propertyCount: implied.insert(.object)
        default: break
        }
    }

    private mutating func count(_ limit: CountLimit, named name: String) {
        switch limit {
        case .atLeast(let count): least[name] = max(least[name] ?? 0, count)
        case .atMost(let count): most[name] = min(most[name] ?? Int.max, count)
        }
    }

    private mutating func restrict(to values: [JSONValue], named name: String) {
        if let known = self.values {
            self.values = known.filter(Set(values).contains)
        } else {
            self.values = values
            valuesKeyword = name
        }
    }

    private mutating func container(_ rule: SchemaRule, _ place: SchemaPlace, named name: String) {
        switch rule {
        case .uniqueItems: isUnique = true
        case .items(let prefix, let rest):
            items.append(Items(prefix: prefix.map(place.at), rest: rest.map(place.at)))
        case .contains(let node, let minimum, let maximum, _):
            contains.append(Contained(place: place.at(node), minimum: minimum, maximum: maximum))
        case .unevaluatedItems(let node): unevaluatedItems.append(place.at(node))
        case .required(let names): required += names.names
        case .properties(let rules):
            properties.append(
                Properties(
                    named: Dictionary(
                        zip(rules.named.names, rules.named.values.map(place.at)), uniquingKeysWith: { $1 }),
                    patterns: rules.patterns.map { ($0.pattern, place.at($0.node)) },
                    additional: rules.additional.map(place.at)))
        case .propertyNames(let node): propertyNames.append(place.at(node))
        case .dependentRequired(let rules): dependentRequired += rules.map { (name, $0.name, $0.names) }
        case .dependentSchemas(let rules): dependentSchemas += rules.map { (name, $0.name, place.at($0.node)) }
        case .unevaluatedProperties(let node): unevaluatedProperties.append(place.at(node))
        default: return
        }
        switch rule {
        case .uniqueItems, .items, .contains, .unevaluatedItems: implied.insert(.array)
        default: implied.insert(.object)
        }
    }

    /// Takes the keywords of a schema that the same values fit.
    mutating func add(_ other: SchemaFacets) {
        isNever = isNever || other.isNever
        hasKeywords = hasKeywords || other.hasKeywords
        if let types = other.types { self.types = self.types.map { $0.intersection(types) } ?? types }
        implied.formUnion(other.implied)
        if let values = other.values { restrict(to: values, named: other.valuesKeyword) }
        lower += other.lower
        upper += other.upper
        multiples += other.multiples
        least.merge(other.least, uniquingKeysWith: max)
        most.merge(other.most, uniquingKeysWith: min)
        patterns += other.patterns
        formats += other.formats
        isUnique = isUnique || other.isUnique
        items += other.items
        contains += other.contains
        unevaluatedItems += other.unevaluatedItems
        required += other.required
        properties += other.properties
        propertyNames += other.propertyNames
        dependentRequired += other.dependentRequired
        dependentSchemas += other.dependentSchemas
        unevaluatedProperties += other.unevaluatedProperties
        references += other.references
        parts += other.parts
        sums += other.sums
        negated += other.negated
        conditions += other.conditions
    }
}

extension TypeNames {
    /// The types with `number` for those that are no integers, so that none holds another.
    var atoms: TypeNames {
        var atoms = subtracting(.integerAsWritten)
        if !isDisjoint(with: [.number, .integerAsWritten]) { atoms.insert(.integer) }
        return atoms
    }

    static let everyAtom: TypeNames = [.null, .boolean, .integer, .number, .string, .array, .object]

    /// One by one.
    var each: [TypeNames] { Self.names.map(\.type).filter { contains($0) && !$0.isEmpty } }

    /// The atom of a value.
    static func atom(of value: JSONValue) -> TypeNames {
        switch value {
        case .null: .null
        case .bool: .boolean
        case .integer: .integer
        case .number(let number): number.rounded(.towardZero) == number ? .integer : .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}
