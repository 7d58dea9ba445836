extension JSONValue {
    /// The document as a value. Of members with the same name the last counts, in the place of the first.
    init(_ tape: JSONTape) { self.init(tape, at: tape.root) }

    fileprivate init(_ tape: JSONTape, at position: Int) {
        switch tape.kind(at: position) {
        case .object:
            var members = JSONObject()
            if let container = tape.object(at: position) {
                var name = container.first
                while name < container.end {
                    members[tape.text(at: name)] = JSONValue(tape, at: name + 1)
                    name = tape.next(name + 1)
                }
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(tape.count(at: position))
            if let container = tape.array(at: position) {
                var element = container.first
                while element < container.end {
                    elements.append(JSONValue(tape, at: element))
                    element = tape.next(element)
                }
            }
            self = .array(elements)
        case .string: self = .string(tape.text(at: position))
        case .integer: self = .integer(Int(tape.integer(at: position) ?? 0))
        case .unsigned, .double: self = .number(tape.double(at: position) ?? 0)
        case .true: self = true
        case .false: self = false
        case .null: self = .null
        }
    }
}

extension JSONTape {
    /// The value at `position`. Of members with the same name the last counts, in the place of the first.
    package func value(at position: Int) -> JSONValue { JSONValue(self, at: position) }

    /// The text of the string, or of the member's name, at `position`; empty when something else is there.
    package func text(at position: Int) -> String {
        guard let bytes = string(at: position) else { return "" }
        return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONKind {
    init(_ kind: JSONTapeKind) {
        switch kind {
        case .object: self = .object
        case .array: self = .array
        case .string: self = .string
        case .integer, .unsigned, .double: self = .number
        case .true, .false: self = .bool
        case .null: self = .null
        }
    }
}
