import JSON
import TestRandom

extension JSONValue {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int(truncatingIfNeeded: random.next()))
        case 3: return .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 64)
        case 4:
            let number = Double(bitPattern: random.next())
            return number.isFinite ? .number(number) : .number(0.1)
        case 5: return .string(.random(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0...20, using: &random)).map { _ in
                        (.random(using: &random), .random(depth: depth - 1, using: &random))
                    }))
        }
    }
}

extension String {
    static func random(using random: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = ["a", "Z", "\"", "\\", "/", "\n", "\0", "\u{1f}", "\u{7f}", "é", "€", "😀", " "]
        var text = ""
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random)!)
        }
        return text
    }
}
