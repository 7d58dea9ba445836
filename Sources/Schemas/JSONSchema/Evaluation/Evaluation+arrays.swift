internal import JSON

extension Evaluation {
    mutating func array(
        _ keyword: SchemaAssertion, of number: Int, _ elements: [JSONValue], _ value: JSONValue,
        _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        switch keyword.rule {
        case .itemCount(let limit):
            if limit.allows(elements.count) { return true }
            report(keyword.name, of: number, limit.words("element"), value)
            return false
        case .uniqueItems:
            try step(Self.weight(value))
            var places: [JSONValue: Int] = [:]
            for (place, element) in elements.enumerated() {
                guard let earlier = places.updateValue(place, forKey: element) else { continue }
                report(
                    keyword.name, of: number, "elements that differ from each other",
                    found: "equal ones at \(earlier) and \(place)")
                return false
            }
            return true
        case .items(let prefix, let rest):
            var fits = true
            for (place, element) in elements.enumerated() {
                guard let node = place < prefix.count ? prefix[place] : rest else { break }
                if try !evaluate(node, element, at: .index(place)) {
                    fits = false
                    if isEnough { break }
                }
            }
            coverage?.formUnion(
                Coverage(items: rest != nil ? elements.count : min(prefix.count, elements.count)))
            return fits
        case .contains(let node, let minimum, let maximum, let isCounted):
            return try contains(
                node, (minimum, maximum), isCounted: isCounted, of: number, elements, keyword, &coverage)
        case .unevaluatedItems(let node):
            var fits = true
            for (place, element) in elements.enumerated() {
                guard let seen = coverage, place >= seen.items, !seen.scatteredItems.contains(place) else { continue }
                if try !evaluate(node, element, at: .index(place)) {
                    fits = false
                    if isEnough { break }
                }
            }
            coverage?.items = elements.count
            return fits
        default: return true
        }
    }

    private mutating func contains(
        _ node: Int, _ limits: (minimum: Int, maximum: Int?), isCounted: Bool, of number: Int, _ elements: [JSONValue],
        _ keyword: SchemaAssertion, _ coverage: inout Coverage?
    ) throws(JSONSchemaFailure) -> Bool {
        var count = 0
        for (place, element) in elements.enumerated() {
            var none: Coverage?
            guard try attempt(node, element, &none) else { continue }
            count += 1
            if isCounted { coverage?.scatteredItems.insert(place) }
            if coverage == nil, limits.maximum == nil, count >= limits.minimum { break }
        }
        let found = "\(count) of \(elements.count)"
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
                "at most \(CountLimit.words(maximum, "element")) to fit the schema in 'contains'", found: found)
            return false
        }
        return true
    }
}
