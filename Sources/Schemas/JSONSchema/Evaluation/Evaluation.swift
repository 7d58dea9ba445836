internal import JSON

/// Holds one document against a schema. One for each validation.
struct Evaluation: ~Escapable {
    let graph: SchemaGraph
    let limits: JSONSchemaLimits
    let tape: JSONTape
    /// Where in the document: of a member the place of its name on the tape, of an element the complement of its index.
    var path: [Int] = []
    /// The resources that were entered and not left.
    private var scope: [Int] = []
    /// Above 0 what does not fit is no violation: another branch may do.
    private var attempts = 0
    private var depth = 0
    private var steps = 0
    var log = ViolationLog()
    /// What is wrong by one of several branches is being found out.
    var isExplaining = false

    @_lifetime(copy tape)
    init(_ graph: SchemaGraph, _ tape: JSONTape, limits: JSONSchemaLimits) {
        self.graph = graph
        self.tape = tape
        self.limits = limits
        log.limit = limits.violations
    }

    static func hold(
        _ value: JSONValue, against graph: SchemaGraph, limits: JSONSchemaLimits
    ) throws(JSONSchemaFailure) {
        var failure: JSONSchemaFailure?
        value.withTape { tape in
            var evaluation = Evaluation(graph, tape, limits: limits)
            do throws(JSONSchemaFailure) { try evaluation.run() } catch { failure = error }
        }
        if let failure { throw failure }
    }

    mutating func run() throws(JSONSchemaFailure) {
        var coverage: Coverage?
        let fits = try evaluate(graph.root, tape.root, &coverage)
        if !fits { throw .violations(log.entries, areAll: log.isWhole) }
    }

    /// Whether what is on the tape at `position` fits a schema. What its keywords looked at is added to `coverage`,
    /// unless that is nil.
    mutating func evaluate(
        _ number: Int, _ position: Int, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        try step()
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.evaluationDepth else { throw .tooDeep(limit: limits.evaluationDepth) }
        if graph.nodes[number].isNever {
            report("false", of: number, "nothing", position)
            return false
        }
        var fits = true
        if let types = graph.nodes[number].types, TypeNames.type(of: tape, at: position).isDisjoint(with: types) {
            report("type", of: number, types.words, position)
            if isEnough { return false }
            fits = false
        }
        if graph.nodes[number].keywords.isEmpty { return fits }
        let resource = graph.nodes[number].resource
        let entersResource = scope.last != resource
        if entersResource { scope.append(resource) }
        defer { if entersResource { scope.removeLast() } }
        var own: Coverage? = coverage != nil || graph.nodes[number].tracksCoverage ? Coverage() : nil
        for place in graph.nodes[number].keywords.indices {
            if try !apply(graph.nodes[number].keywords[place], of: number, position, &own) {
                fits = false
                if isEnough { break }
            }
        }
        // Where all must fit, what a schema that does not fit looked at is not told again as unknown.
        if let own, fits || attempts == 0 { coverage?.formUnion(own) }
        return fits
    }

    /// Whether it fits, told to nobody.
    mutating func attempt(
        _ number: Int, _ position: Int, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        attempts += 1
        defer { attempts -= 1 }
        return try evaluate(number, position, &coverage)
    }

    /// Holds a part of the value against a schema: an element by its index, a member by the place of its name.
    mutating func evaluate(_ number: Int, element index: Int, _ position: Int) throws(JSONSchemaFailure) -> Bool {
        path.append(~index)
        defer { path.removeLast() }
        var coverage: Coverage?
        return try evaluate(number, position, &coverage)
    }

    mutating func evaluate(_ number: Int, member name: Int) throws(JSONSchemaFailure) -> Bool {
        path.append(name)
        defer { path.removeLast() }
        var coverage: Coverage?
        return try evaluate(number, name + 1, &coverage)
    }

    /// Whether one more fault would change nothing.
    var isEnough: Bool { attempts > 0 || !log.isWhole }
    var isAttempt: Bool { attempts > 0 }

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

    /// Writes down what does not fit: what is on the tape at `found`.
    mutating func report(_ keyword: String, of number: Int, _ expected: @autoclosure () -> String, _ found: Int) {
        if isAttempt { return }
        let words = ValueWords.words(tape, at: found)
        report(keyword, of: number, expected(), found: words)
    }

    mutating func report(_ keyword: String, of number: Int, _ expected: @autoclosure () -> String, found: String) {
        guard !isAttempt, log.hasRoom() else { return }
        let node = graph.nodes[number]
        var tokens: [String] = []
        for place in path { tokens.append(place < 0 ? String(~place) : tape.text(at: place)) }
        let suffix = node.isNever ? "" : JSONPointer(tokens: [keyword]).description
        let schema: JSONPointer
        do { schema = try JSONPointer(node.pointer + suffix) } catch { schema = JSONPointer(tokens: []) }
        log.entries.append(
            JSONSchemaViolation(
                instance: JSONPointer(tokens: tokens), schema: schema, document: graph.documents[node.document],
                keyword: keyword, expected: expected(), found: found))
    }
}

/// What did not fit so far, up to a limit.
struct ViolationLog {
    var entries: [JSONSchemaViolation] = []
    var limit = 0
    /// Whether all that was found is here.
    private(set) var isWhole = true

    mutating func hasRoom() -> Bool {
        if entries.count >= limit { isWhole = false }
        return isWhole
    }
}
