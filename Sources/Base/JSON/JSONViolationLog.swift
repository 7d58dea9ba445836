/// What did not fit so far, up to a limit. What has the form of a tape is told by the place there; pointers are made at the
/// end, for they are long to find.
package struct JSONViolationLog<Rule: Hashable & Sendable> {
    @usableFromInline
    struct Entry {
        let rule: Rule
        /// Where on the tape.
        let position: Int
        /// A member that is missing there.
        let member: String?
        let expected: String
        let found: String
    }

    @usableFromInline let most: Int
    @usableFromInline var entries: [Entry] = []
    /// Whether all that was found is here.
    @usableFromInline package private(set) var isWhole = true

    /// - Parameter most: How many are told.
    @inlinable
    package init(most: Int) { self.most = most }

    @inlinable
    package var isEmpty: Bool { entries.isEmpty }

    /// Writes a fault down; false when there are too many already.
    @discardableResult
    package mutating func append(
        _ rule: Rule, _ position: Int, member: String?, _ expected: String, _ found: String
    ) -> Bool {
        guard entries.count < most else {
            isWhole = false
            return false
        }
        entries.append(Entry(rule: rule, position: position, member: member, expected: expected, found: found))
        return true
    }

    /// The faults in the order of the document, with their pointers.
    package func violations(_ tape: JSONTape) -> [JSONViolation<Rule>] {
        entries.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map {
            _, entry in
            let tokens = Self.tokens(to: entry.position, tape) + (entry.member.map { [$0] } ?? [])
            return JSONViolation(
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
