/// One setting of a node: its name, its default and what it means.
struct Setting: Sendable {
    enum Origin: Sendable {
        /// Kong has it under the same name: `KONG_<NAME>` is understood.
        case kong
        case sluice
    }

    enum Kind: Sendable {
        case text
        /// Texts separated by commas.
        case list
        /// A whole number within a range.
        case integer(ClosedRange<Int>)
        /// `auto` or a whole number within a range.
        case automaticInteger(ClosedRange<Int>)
        case oneOf([String])
        /// Kong has it and this version does not honour it: why.
        case unavailable(String)
    }

    let name: String
    let origin: Origin
    let kind: Kind
    /// As it would be written; empty: none.
    let defaultValue: String
    let summary: String
    /// What the reference page lists it under.
    let section: String

    /// What is wrong with a value; nil if nothing.
    func problem(with value: String) -> String? {
        switch kind {
        case .text, .list: return nil
        case .integer(let range): return Self.problem(with: value, range)
        case .automaticInteger(let range): return value == "auto" ? nil : Self.problem(with: value, range)
        case .oneOf(let choices):
            return choices.contains(value) ? nil : "expected one of: \(choices.joined(separator: ", "))"
        case .unavailable(let reason): return reason
        }
    }

    private static func problem(with value: String, _ range: ClosedRange<Int>) -> String? {
        guard let number = Int(value) else { return "expected a whole number" }
        return range.contains(number) ? nil : "expected \(range.lowerBound) to \(range.upperBound)"
    }
}
