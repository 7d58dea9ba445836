internal import JSON

/// Holds one value against a schema. One for each validation.
struct Evaluation {
    let graph: SchemaGraph
    let limits: JSONSchemaLimits
    /// Where in the value.
    var path: [JSONPathElement] = []
    /// The resources that were entered and not left.
    private var scope: [Int] = []
    /// Above 0 what does not fit is no violation: another branch may do.
    private var attempts = 0
    private var depth = 0
    private var steps = 0
    private var violations: [JSONSchemaViolation] = []
    private var isWhole = true

    init(_ graph: SchemaGraph, limits: JSONSchemaLimits) {
        self.graph = graph
        self.limits = limits
    }

    mutating func run(_ value: JSONValue) throws(JSONSchemaFailure) {
        var coverage: Coverage?
        let fits = try evaluate(graph.root, value, &coverage)
        if !fits { throw .violations(violations, areAll: isWhole) }
    }

    /// Whether `value` fits a schema. What its keywords looked at is added to `coverage`, unless that is nil.
    mutating func evaluate(
        _ number: Int, _ value: JSONValue, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        try step()
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.evaluationDepth else { throw .tooDeep(limit: limits.evaluationDepth) }
        if graph.nodes[number].isNever {
            report("false", of: number, "nothing", value)
            return false
        }
        let entersResource = scope.last != graph.nodes[number].resource
        if entersResource { scope.append(graph.nodes[number].resource) }
        defer { if entersResource { scope.removeLast() } }
        var own: Coverage? = coverage != nil || graph.nodes[number].tracksCoverage ? Coverage() : nil
        var fits = true
        for place in graph.nodes[number].keywords.indices {
            if try !apply(graph.nodes[number].keywords[place], of: number, value, &own) {
                fits = false
                if isEnough { break }
            }
        }
        // Where all must fit, what a schema that does not fit looked at is not told again as unknown.
        if let own, fits || attempts == 0 { coverage?.formUnion(own) }
        return fits
    }

    /// Whether `value` fits, told to nobody.
    mutating func attempt(
        _ number: Int, _ value: JSONValue, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        attempts += 1
        defer { attempts -= 1 }
        return try evaluate(number, value, &coverage)
    }

    /// Holds a part of the value against a schema.
    mutating func evaluate(
        _ number: Int, _ part: JSONValue, at element: JSONPathElement
    ) throws(JSONSchemaFailure) -> Bool {
        path.append(element)
        defer { path.removeLast() }
        var coverage: Coverage?
        return try evaluate(number, part, &coverage)
    }

    /// Whether one more fault would change nothing.
    var isEnough: Bool { attempts > 0 || !isWhole }

    mutating func step(_ count: Int = 1) throws(JSONSchemaFailure) {
        steps += count
        guard steps <= limits.steps else { throw .tooComplex(limit: limits.steps) }
    }

    /// What a dynamic reference means here: the outermost schema with the anchor.
    func dynamicTarget(_ number: Int, anchor: String) -> Int {
        for resource in scope { if let found = graph.resources[resource].dynamicAnchors[anchor] { return found } }
        return number
    }

    func recursiveTarget(_ number: Int) -> Int {
        guard graph.resources[graph.nodes[number].resource].recursiveAnchor == number else { return number }
        for resource in scope { if let found = graph.resources[resource].recursiveAnchor { return found } }
        return number
    }

    /// Writes down what does not fit.
    mutating func report(_ keyword: String, of number: Int, _ expected: @autoclosure () -> String, _ found: JSONValue) {
        report(keyword, of: number, expected(), found: ValueWords.words(found))
    }

    mutating func report(
        _ keyword: String, of number: Int, _ expected: @autoclosure () -> String, found: @autoclosure () -> String
    ) {
        guard attempts == 0 else { return }
        guard violations.count < limits.violations else {
            isWhole = false
            return
        }
        let node = graph.nodes[number]
        let tokens = path.map { element in
            switch element {
            case .key(let key): key
            case .index(let index): String(index)
            }
        }
        let suffix = node.isNever ? "" : JSONPointer(tokens: [keyword]).description
        let schema: JSONPointer
        do { schema = try JSONPointer(node.pointer + suffix) } catch { schema = JSONPointer(tokens: []) }
        violations.append(
            JSONSchemaViolation(
                instance: JSONPointer(tokens: tokens), schema: schema, document: graph.documents[node.document],
                keyword: keyword, expected: expected(), found: found()))
    }
}
