package import JSON

/// What is wrong with an input, by path: Kong's `fields` and message are made from it.
package struct FieldErrors: Sendable, Error {
    package struct Problem: Sendable, Equatable {
        package let path: [PathElement]
        package let message: String
        /// Of the record as a whole.
        package var isOfEntity = false
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

    package mutating func merge(_ other: FieldErrors, under prefix: [PathElement] = []) {
        problems += other.problems.map {
            Problem(path: prefix + $0.path, message: $0.message, isOfEntity: $0.isOfEntity)
        }
    }

    /// Kong's message: one problem by itself, several counted; entity-wide ones first, then by name.
    package var message: String {
        let texts = problems.sorted { left, right in
            if left.isOfEntity != right.isOfEntity { return left.isOfEntity }
            return left.pathText < right.pathText
        }.map(\.text)
        if texts.count == 1 { return "schema violation (\(texts[0]))" }
        return "\(texts.count) schema violations (\(texts.joined(separator: "; ")))"
    }

    /// Kong's `fields`: nested as the input is; lists keep positions with null for what is right.
    package var fields: JSONObject {
        var root = JSONValue.object([:])
        for problem in problems {
            if problem.isOfEntity {
                root = Self.insert(problem.message, at: problem.path + ["@entity", .index(-1)], into: root)
            } else {
                root = Self.insert(problem.message, at: problem.path, into: root)
            }
        }
        return root.objectValue ?? [:]
    }

    private static func insert(_ message: String, at path: [PathElement], into value: JSONValue) -> JSONValue {
        guard let first = path.first else { return .string(message) }
        let rest = Array(path.dropFirst())
        switch first {
        case .name(let name):
            var object = value.objectValue ?? [:]
            object[name] = insert(message, at: rest, into: object[name] ?? .null)
            return .object(object)
        case .index(let index):
            var array = value.arrayValue ?? []
            // -1 appends: entity-wide problems are a list.
            let place = index < 0 ? array.count : index
            while array.count <= place { array.append(.null) }
            array[place] = insert(message, at: rest, into: array[place])
            return .array(array)
        }
    }
}

extension FieldErrors.Problem {
    package var pathText: String { path.map(\.text).joined(separator: ".") }

    package var text: String { path.isEmpty ? message : "\(pathText): \(message)" }
}
