internal import JSON

/// What did not fit so far, up to a limit.
struct ViolationLog {
    private struct Entry {
        let rule: ProtobufViolation.Rule
        /// Where on the tape.
        let position: Int
        /// A member that is missing there.
        let member: String?
        let expected: String
        let found: String
    }

    private var entries: [Entry] = []
    /// Whether all that was found is here.
    private(set) var isWhole = true

    var isEmpty: Bool { entries.isEmpty }

    /// Writes a fault down; false when there are too many already.
    @discardableResult
    mutating func append(
        _ rule: ProtobufViolation.Rule, _ position: Int, member: String?, _ expected: String, _ found: String
    ) -> Bool {
        guard entries.count < ProtobufEncoder.mostViolations else {
            isWhole = false
            return false
        }
        entries.append(Entry(rule: rule, position: position, member: member, expected: expected, found: found))
        return true
    }

    /// The faults in the order of the document, with their pointers.
    func violations(_ tape: JSONTape) -> [ProtobufViolation] {
        entries.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map {
            _, entry in
            let tokens = Self.tokens(to: entry.position, tape) + (entry.member.map { [$0] } ?? [])
            return ProtobufViolation(
                rule: entry.rule, pointer: JSONPointer(tokens: tokens), expected: entry.expected, found: entry.found)
        }
    }

    /// The way from the root to a value: at each level the member or element that it is within.
    private static func tokens(to target: Int, _ tape: JSONTape) -> [String] {
        var tokens: [String] = []
        var position = tape.root
        while position < target {
            if let object = tape.object(at: position) {
                var name = object.first
                while name < object.end, tape.next(name + 1) <= target { name = tape.next(name + 1) }
                tokens.append(tape.text(at: name))
                position = name + 1
            } else if let array = tape.array(at: position) {
                var element = array.first
                var index = 0
                while element < array.end, tape.next(element) <= target {
                    element = tape.next(element)
                    index += 1
                }
                tokens.append(String(index))
                position = element
            } else {
                break
            }
        }
        return tokens
    }
}
