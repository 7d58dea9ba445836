package import JSON

/// What is wrong with an input, by path: Kong's `fields` and message are made from it.
package struct FieldErrors: Sendable, Error, CustomStringConvertible {
    package struct Problem: Sendable, Equatable {
        package let path: [PathElement]
        package let message: String
        /// Of the record as a whole.
        package var isOfEntity = false

        package var pathText: String { path.map(\.text).joined(separator: ".") }

        package var text: String { path.isEmpty ? message : "\(pathText): \(message)" }
    }

    package private(set) var problems: [Problem] = []

    package init() {}

    package init(_ path: [PathElement], _ message: String) { add(path, message) }

    package var isEmpty: Bool { problems.isEmpty }

    package mutating func add(_ path: [PathElement], _ message: String) {
        problems.append(Problem(path: path, message: message, isOfEntity: path.isEmpty))
    }

    /// A problem of the record at `path` as a whole.
    package mutating func addEntity(_ path: [PathElement] = [], _ message: String) {
        problems.append(Problem(path: path, message: message, isOfEntity: true))
    }

    /// All that is told of the field at `path` now, whatever was told of it and what is in it before.
    mutating func replace(_ path: [PathElement], _ message: String) {
        problems.removeAll { $0.path.starts(with: path) }
        add(path, message)
    }

    package mutating func merge(_ other: FieldErrors, under prefix: [PathElement] = []) {
        problems += other.problems.map {
            Problem(path: prefix + $0.path, message: $0.message, isOfEntity: $0.isOfEntity)
        }
    }

    package var description: String { message }

    /// Kong's message: one problem by itself, several counted; entity-wide ones first, then by name.
    package var message: String {
        let texts = problems.enumerated().map { ($1.path.isEmpty ? "" : $1.pathText, $0, $1.text) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        if texts.count == 1 { return "schema violation (\(texts[0]))" }
        return "\(texts.count) schema violations (\(texts.joined(separator: "; ")))"
    }

    /// Kong's `fields`: nested as the input is; lists keep positions with null for what is right. Of several problems
    /// with one field the first is told.
    package var fields: JSONObject {
        let root = Node()
        for problem in problems {
            var node = root
            for element in problem.path { node = node.child(element) }
            if problem.isOfEntity {
                node.entityMessages.append(problem.message)
            } else if node.message == nil {
                node.message = problem.message
            }
        }
        return root.value.objectValue ?? [:]
    }

    /// A step of the tree while it is built: a class, so that a thousand problems in one list cost a thousand steps.
    private final class Node {
        var message: String?
        var entityMessages: [String] = []
        private var members: [String: Node] = [:]
        private var names: [String] = []
        private var elements: [Int: Node] = [:]

        func child(_ element: PathElement) -> Node {
            switch element {
            case .name(let name):
                if let known = members[name] { return known }
                let node = Node()
                members[name] = node
                names.append(name)
                return node
            case .index(let index):
                if let known = elements[index] { return known }
                let node = Node()
                elements[index] = node
                return node
            }
        }

        var value: JSONValue {
            if names.isEmpty, elements.isEmpty, entityMessages.isEmpty {
                return message.map { .string($0) } ?? .object([:])
            }
            if names.isEmpty, entityMessages.isEmpty, let last = elements.keys.max() {
                return .array((0...last).map { elements[$0]?.value ?? .null })
            }
            var object: JSONObject = [:]
            for name in names { object[name] = members[name]?.value }
            for (index, node) in elements.sorted(by: { $0.key < $1.key }) { object[String(index + 1)] = node.value }
            // A problem with the value as a whole beside problems within it.
            let messages = entityMessages + (message.map { [$0] } ?? [])
            if !messages.isEmpty { object["@entity"] = .array(messages.map { .string($0) }) }
            return .object(object)
        }
    }
}
