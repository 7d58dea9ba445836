internal import JSON

extension Evaluation {
    mutating func anyOf(
        _ nodes: [Int], _ keyword: SchemaAssertion, of number: Int, _ position: Int, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fits = false
        for node in nodes where try attempt(node, position, &coverage) {
            fits = true
            // Others may look at more of the value.
            if coverage == nil { break }
        }
        if !fits {
            report(keyword.name, of: number, "a value that fits one of \(nodes.count) schemas or more", position)
            tellNearest(nodes, position)
        }
        return fits
    }

    mutating func oneOf(
        _ nodes: [Int], _ keyword: SchemaAssertion, of number: Int, _ position: Int, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var fitting: [Int] = []
        for (place, node) in nodes.enumerated() where try attempt(node, position, &coverage) {
            fitting.append(place)
            if fitting.count > 1 { break }
        }
        if fitting.count == 1 { return true }
        let expected = "a value that fits exactly one of \(nodes.count) schemas"
        if fitting.isEmpty {
            report(keyword.name, of: number, expected, position)
            tellNearest(nodes, position)
        } else if !isAttempt {
            let found = "\(ValueWords.words(tape, at: position)), which fits those at \(fitting[0]) and \(fitting[1])"
            report(keyword.name, of: number, expected, found: found)
        }
        return false
    }

    /// Tells also what is wrong by the branch that comes nearest: that with the fewest faults, of those that are for values
    /// like this one. Where none is, nothing more is told; nor of branches within the branch.
    private mutating func tellNearest(_ nodes: [Int], _ position: Int) {
        guard !isAttempt, !isExplaining, log.isWhole else { return }
        isExplaining = true
        defer { isExplaining = false }
        let before = log
        let depth = path.count
        var nearest: (reasons: [JSONSchemaViolation], distance: Int) = ([], Int.max)
        for node in nodes {
            log = ViolationLog()
            log.limit = Self.mostReasons
            var none: Coverage?
            // A branch that takes too long is none to tell of.
            do throws(JSONSchemaFailure) { _ = try evaluate(node, position, &none) } catch { break }
            let isForOthers = log.entries.contains { reason in
                reason.instance.tokens.count == depth && Self.kindKeywords.contains(reason.keyword)
            }
            if isForOthers || log.entries.isEmpty { continue }
            // What is one of few values mostly says which branch is meant.
            let distance = log.entries.reduce(0) { $0 + (Self.kindKeywords[1...2].contains($1.keyword) ? 10 : 1) }
            if distance < nearest.distance { nearest = (log.entries, distance) }
        }
        log = before
        for reason in nearest.reasons where log.hasRoom() { log.entries.append(reason) }
    }

    private static var mostReasons: Int { 20 }
    /// What says that a schema is for another kind of value.
    private static var kindKeywords: [String] { ["type", "const", "enum", "false"] }
}
