internal import JSON

extension Evaluation {
    mutating func array(
        _ keyword: SchemaAssertion, of number: Int, _ elements: JSONTape.Container, _ position: Int,
        _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        switch keyword.rule {
        case .itemCount(let limit):
            if limit.allows(tape.count(at: position)) { return true }
            report(keyword.name, of: number, limit.words("element"), position)
            return false
        case .uniqueItems:
            try step(tape.next(position) - position)
            guard let (earlier, later) = tape.equalElements(elements, count: tape.count(at: position)) else {
                return true
            }
            report(
                keyword.name, of: number, "elements that differ from each other",
                found: "equal ones at \(earlier) and \(later)")
            return false
        case .items(let prefix, let rest):
            var fits = true
            var (place, element) = (0, elements.first)
            while element < elements.end {
                guard let node = place < prefix.count ? prefix[place] : rest else { break }
                if try !evaluate(node, element: place, element) {
                    fits = false
                    if isEnough { break }
                }
                (place, element) = (place + 1, tape.next(element))
            }
            if coverage != nil {
                let count = tape.count(at: position)
                coverage?.formUnion(Coverage(items: rest != nil ? count : min(prefix.count, count)))
            }
            return fits
        case .contains(let node, let minimum, let maximum, let isCounted):
            return try contains(
                node, (minimum, maximum), isCounted: isCounted, of: number, elements, position, keyword, &coverage)
        case .unevaluatedItems(let node):
            var fits = true
            var (place, element) = (0, elements.first)
            while element < elements.end {
                if let seen = coverage, place >= seen.items, !seen.scatteredItems.contains(place),
                    try !evaluate(node, element: place, element)
                {
                    fits = false
                    if isEnough { break }
                }
                (place, element) = (place + 1, tape.next(element))
            }
            coverage?.items = tape.count(at: position)
            return fits
        default: return true
        }
    }

    private mutating func contains(
        _ node: Int, _ limits: (minimum: Int, maximum: Int?), isCounted: Bool, of number: Int,
        _ elements: JSONTape.Container, _ position: Int, _ keyword: SchemaAssertion, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var count = 0
        var (place, element) = (0, elements.first)
        while element < elements.end {
            var none: Coverage?
            if try attempt(node, element, &none) {
                count += 1
                if isCounted { coverage?.scatteredItems.insert(place) }
                if coverage == nil, limits.maximum == nil, count >= limits.minimum { break }
            }
            (place, element) = (place + 1, tape.next(element))
        }
        let found = isAttempt ? "" : "\(count) of \(tape.count(at: position))"
        if count < limits.minimum {
            let name = limits.minimum == 1 ? keyword.name : "minContains"
            report(
                name, of: number,
                "at least \(CountLimit.words(limits.minimum, "element")) to fit the schema in 'contains'",
                found: found)
            return false
        }
        if let maximum = limits.maximum, count > maximum {
            report(
                "maxContains", of: number,
                "at most \(CountLimit.words(maximum, "element")) to fit the schema in 'contains'",
                found: found)
            return false
        }
        return true
    }
}
