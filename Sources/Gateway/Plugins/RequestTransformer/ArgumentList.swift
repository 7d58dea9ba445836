internal import Bytes
internal import PluginKit

/// Names with values, as queries and forms have them, in their order.
struct ArgumentList {
    private(set) var pairs: [FormURLEncoded.Pair]

    init(_ text: Span<UInt8>) throws(FormError) {
        pairs = try FormURLEncoded.pairs(text, maximum: QueryArguments.maximum)
    }

    mutating func append(_ other: ArgumentList) { pairs += other.pairs }

    func has(_ name: [UInt8]) -> Bool { pairs.contains { $0.name == name } }

    /// Whether anything was done.
    mutating func apply(_ rules: RenderedTransformation) -> Bool {
        var isChanged = false
        func change(_ work: () -> Void) {
            work()
            isChanged = true
        }
        for name in rules.remove where has(name) { change { pairs.removeAll { $0.name == name } } }
        for (old, new) in rules.rename where has(old) { change { rename(old, new ?? old) } }
        for (name, value) in rules.replace where has(name) { change { replace(name, value) } }
        for (name, value) in rules.add where !has(name) {
            guard let value else { continue }
            change { pairs.append((name, value)) }
        }
        for (name, value) in rules.append {
            guard let value else { continue }
            change { pairs.append((name, value)) }
        }
        return isChanged
    }

    /// What had the new name before is replaced.
    private mutating func rename(_ old: [UInt8], _ new: [UInt8]) {
        if old == new { return }
        pairs.removeAll { $0.name == new }
        for index in pairs.indices where pairs[index].name == old { pairs[index].name = new }
    }

    /// Without a value the name goes.
    private mutating func replace(_ name: [UInt8], _ value: [UInt8]?) {
        guard let value, let first = pairs.firstIndex(where: { $0.name == name }) else {
            return pairs.removeAll { $0.name == name }
        }
        pairs[first].value = value
        var index = pairs.count - 1
        while index > first {
            if pairs[index].name == name { pairs.remove(at: index) }
            index -= 1
        }
    }

    /// `application/x-www-form-urlencoded`, with blanks as `%20`, which every reader takes.
    var encoded: [UInt8] {
        var output: [UInt8] = []
        for (name, value) in pairs {
            if !output.isEmpty { output.append(UInt8(ascii: "&")) }
            PercentCoding.append(name.span, to: &output)
            guard let value else { continue }
            output.append(UInt8(ascii: "="))
            PercentCoding.append(value.span, to: &output)
        }
        return output
    }
}
