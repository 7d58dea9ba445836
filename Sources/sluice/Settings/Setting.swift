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
        /// `on` or `off`.
        case onOff
        /// Texts separated by commas or spaces, each one of these.
        case someOf([String])
        /// A time as nginx writes it (`90s`, `1d`, `1h 30m`); seconds without a unit.
        case duration
        /// Text that `check` finds no problem with.
        case checked(@Sendable (String) -> String?)
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
        case .onOff: return value == "on" || value == "off" ? nil : "expected on or off"
        case .someOf(let choices):
            let unknown = Self.words(value).first { word in !choices.contains { $0.lowercased() == word.lowercased() } }
            return unknown.map { "'\($0)' is unknown; expected some of: \(choices.joined(separator: ", "))" }
        case .duration: return Self.seconds(value) == nil ? "expected a time such as 90s, 10m, 1h or 1d" : nil
        case .checked(let check): return check(value)
        case .unavailable(let reason): return reason
        }
    }

    /// What is between commas and spaces.
    static func words(_ value: String) -> [String] {
        value.split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// A time as nginx writes it, in seconds; nil when it cannot be read, or is longer than ten years.
    static func seconds(_ value: String) -> Int? {
        var total = 0
        var digits = ""
        func add(_ unit: Int) -> Bool {
            guard let number = Int(digits), number <= 315_360_000 / unit else { return false }
            total += number * unit
            digits = ""
            return true
        }
        for character in value {
            let unit: Int
            switch character {
            case "0"..."9":
                digits.append(character)
                continue
            case " " where digits.isEmpty: continue
            case "s": unit = 1
            case "m": unit = 60
            case "h": unit = 3_600
            case "d": unit = 86_400
            case "w": unit = 604_800
            case "M": unit = 2_592_000
            case "y": unit = 31_536_000
            default: return nil
            }
            guard add(unit) else { return nil }
        }
        if !digits.isEmpty, !add(1) { return nil }
        return value.isEmpty || total > 315_360_000 ? nil : total
    }

    private static func problem(with value: String, _ range: ClosedRange<Int>) -> String? {
        guard let number = Int(value) else { return "expected a whole number" }
        return range.contains(number) ? nil : "expected \(range.lowerBound) to \(range.upperBound)"
    }
}
