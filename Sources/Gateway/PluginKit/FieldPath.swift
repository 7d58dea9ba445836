package import JSON

/// Names a place in a document, as Kong's log plugins do (reference section 2A): `a.b` nests, a backslash before a dot keeps it
/// in the name, `[n]` is the n-th element of a list, from 1.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case name(String)
        /// From 0.
        case index(Int)
    }

    /// Why a value cannot be set.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// As it was given.
    package let text: String
    package let steps: [Step]
    private static let mostSteps = 32
    private static let mostElements = 10_000

    /// - Throws: What is wrong with the text.
    package init(_ text: String) throws(Problem) {
        var steps: [Step] = []
        var name: [UInt8] = []
        var hasName = false
        var bytes = Array(text.utf8)[...]
        func problem(_ what: String) -> Problem { Problem(description: "'\(text)' is no path: \(what)") }
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\\") where bytes.first == UInt8(ascii: "."):
                name.append(bytes.removeFirst())
                hasName = true
            case UInt8(ascii: "."):
                guard hasName || steps.last.map(Self.isIndex) == true else { throw problem("a name is empty") }
                if hasName { steps.append(.name(String(decoding: name, as: UTF8.self))) }
                (name, hasName) = ([], false)
                if bytes.isEmpty { throw problem("a name is empty") }
            case UInt8(ascii: "["):
                guard hasName || steps.last.map(Self.isIndex) == true else { throw problem("nothing is before `[`") }
                if hasName { steps.append(.name(String(decoding: name, as: UTF8.self))) }
                (name, hasName) = ([], false)
                let digits = bytes.prefix { $0 != UInt8(ascii: "]") }
                guard digits.count < bytes.count, let number = Int(String(decoding: digits, as: UTF8.self)),
                    (1...Self.mostElements).contains(number), digits.first != UInt8(ascii: "+")
                else { throw problem("within brackets stands a number from 1 to \(Self.mostElements)") }
                bytes = bytes.dropFirst(digits.count + 1)
                if let next = bytes.first, next != UInt8(ascii: "."), next != UInt8(ascii: "[") {
                    throw problem("after `]` comes a dot, another `[` or nothing")
                }
                steps.append(.index(number - 1))
            default:
                name.append(byte)
                hasName = true
            }
        }
        if hasName { steps.append(.name(String(decoding: name, as: UTF8.self))) }
        guard !steps.isEmpty else { throw problem("it is empty") }
        guard steps.count <= Self.mostSteps else { throw problem("it has more than \(Self.mostSteps) parts") }
        self.text = text
        self.steps = steps
    }

    private static func isIndex(_ step: Step) -> Bool { if case .index = step { true } else { false } }

    /// The value there; nil when there is none.
    package func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in steps {
            let next: JSONValue? =
                switch step {
                case .name(let name): value[name]
                case .index(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// Sets or removes the value there; what is missing on the way is made.
    package func set(_ value: JSONValue?, in document: inout JSONValue) throws(Problem) {
        try set(value, in: &document, at: 0)
    }

    private func set(_ value: JSONValue?, in place: inout JSONValue, at depth: Int) throws(Problem) {
        let isLast = depth == steps.count - 1
        switch (steps[depth], place) {
        case (.name(let name), .object(var object)):
            // Given up here, so that the change below is made in place.
            place = .null
            defer { place = .object(object) }
            if isLast {
                if let value { object[name] = value } else { object.removeValue(forKey: name) }
                return
            }
            guard var inner = object[name] ?? (value == nil ? nil : empty(at: depth + 1)) else { return }
            try set(value, in: &inner, at: depth + 1)
            object[name] = inner
        case (.index(let index), .array(var array)):
            place = .null
            defer { place = .array(array) }
            if index > array.count || index == array.count && value == nil {
                if value == nil { return }
                throw Problem(description: "\(text): the list has \(array.count) elements, so there is no \(index + 1)")
            }
            if isLast {
                if let value {
                    if index == array.count { array.append(value) } else { array[index] = value }
                } else {
                    array.remove(at: index)
                }
                return
            }
            var inner = index == array.count ? empty(at: depth + 1) : array[index]
            try set(value, in: &inner, at: depth + 1)
            if index == array.count { array.append(inner) } else { array[index] = inner }
        case (.index, .object(let object)) where object.isEmpty && value != nil:
            place = .array([])
            try set(value, in: &place, at: depth)
        case (.name(let name), .array), (.name(let name), _):
            if value == nil { return }
            throw Problem(description: "\(text): '\(name)' would be within \(Self.kind(place)), which has no members")
        case (.index(let index), _):
            if value == nil { return }
            throw Problem(description: "\(text): [\(index + 1)] would be within \(Self.kind(place)), which is no list")
        }
    }

    private func empty(at depth: Int) -> JSONValue { Self.isIndex(steps[depth]) ? .array([]) : .object([:]) }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension LogField {
    /// Makes the change.
    package func apply(to entry: inout JSONValue) throws(FieldPath.Problem) {
        switch mode {
        case .set: break
        case .add: if path.value(in: entry) != nil { return }
        case .replace: if path.value(in: entry) == nil { return }
        }
        try path.set(value, in: &entry)
    }
}
