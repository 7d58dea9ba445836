/// A form field's name in Kong's syntax, in steps: `config.bootstrap_servers[1].host`, `hosts[]`, `headers[x.y]`.
struct FormKey: Equatable {
    enum Step: Equatable {
        case name(String)
        /// `[]`: one more element.
        case append
        /// `[n]`, counted from 1.
        case index(Int)
        /// `[k]`: an entry of a map.
        case entry(String)
    }

    /// Deeper names are refused.
    static let maximumDepth = 32
    /// Larger places in a list are refused: a form cannot make a list of a million nulls.
    static let maximumIndex = 1000

    let steps: [Step]

    /// Nil for a name that is malformed or too deep.
    init?(_ text: String) {
        var steps: [Step] = []
        var rest = Substring(text)
        var expectsName = true
        while !rest.isEmpty {
            guard steps.count < FormKey.maximumDepth else { return nil }
            if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]"), !expectsName else { return nil }
                let inner = rest[rest.index(after: rest.startIndex)..<end]
                if inner.isEmpty {
                    steps.append(.append)
                } else if let index = Int(inner), inner.utf8.allSatisfy({ (48...57).contains($0) }) {
                    guard (1...FormKey.maximumIndex).contains(index) else { return nil }
                    steps.append(.index(index))
                } else {
                    steps.append(.entry(String(inner)))
                }
                rest = rest[rest.index(after: end)...]
                if rest.first == "." {
                    rest.removeFirst()
                    expectsName = true
                    if rest.isEmpty { return nil }
                }
                continue
            }
            guard expectsName else { return nil }
            let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
            let name = rest[..<end]
            guard !name.isEmpty else { return nil }
            steps.append(.name(String(name)))
            rest = rest[end...]
            expectsName = false
            if rest.first == "." {
                rest.removeFirst()
                expectsName = true
                if rest.isEmpty { return nil }
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }
}
