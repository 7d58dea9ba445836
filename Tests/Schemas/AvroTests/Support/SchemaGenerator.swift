import JSON
import TestRandom

/// Schemas of all kinds, with values that fit them.
struct SchemaGenerator {
    var random: SeededGenerator
    /// Whether a value's branch is told from its shape alone, so that plain JSON stands for one value.
    let hasPlainUnions: Bool
    private var names: [(name: String, schema: JSONValue)] = []
    private var serial = 0

    init(seed: UInt64, hasPlainUnions: Bool = false) {
        random = SeededGenerator(seed: seed)
        self.hasPlainUnions = hasPlainUnions
    }

    /// A schema, and the definitions of its named types by full name.
    mutating func schema() -> (schema: JSONValue, types: [String: JSONValue]) {
        names = []
        serial = 0
        let schema = type(depth: Int.random(in: 0...4, using: &random), in: "")
        return (schema, Dictionary(names.map { ($0.name, $0.schema) }) { first, _ in first })
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func type(depth: Int, in namespace: String) -> JSONValue {
        let kind = Int.random(in: 0..<(depth > 0 ? 16 : 10), using: &random)
        switch kind {
        case 0: return "null"
        case 1: return "boolean"
        case 2: return chance(20) ? ["type": "int", "logicalType": "date"] : "int"
        case 3: return chance(20) ? ["type": "long", "logicalType": "timestamp-millis"] : "long"
        case 4: return "float"
        case 5: return "double"
        case 6: return "bytes"
        case 7: return chance(20) ? ["type": "string", "x-note": [1, "a"]] : "string"
        case 8:
            // A type whose definition has ended. Not all readers know that a name may be one without a namespace.
            let known = names.filter { !$0.schema.isNull && (namespace.isEmpty || $0.name.contains(".")) }
            guard let (name, _) = known.randomElement(using: &random) else { return "string" }
            return .string(name)
        case 9: return enumOrFixed(in: namespace)
        case 10: return ["type": "array", "items": type(depth: depth - 1, in: namespace)]
        case 11: return ["type": "map", "values": type(depth: depth - 1, in: namespace)]
        case 12, 13: return union(depth: depth - 1, in: namespace)
        default: return record(depth: depth - 1, in: namespace)
        }
    }

    /// The name attributes of a new type, and its full name.
    private mutating func name(in namespace: String) -> (attributes: JSONObject, fullName: String) {
        serial += 1
        let name = "T\(serial)"
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return (["name": .string("com.x." + name)], "com.x." + name)
        case 1: return (["name": .string(name), "namespace": "org.y_1"], "org.y_1." + name)
        default: return (["name": .string(name)], namespace.isEmpty ? name : namespace + "." + name)
        }
    }

    private mutating func enumOrFixed(in namespace: String) -> JSONValue {
        var (attributes, fullName) = name(in: namespace)
        if chance(50) {
            attributes["type"] = "enum"
            attributes["symbols"] = .array((0..<Int.random(in: 1...12, using: &random)).map { "S\($0)" })
            if chance(20) { attributes["default"] = "S0" }
        } else {
            attributes["type"] = "fixed"
            attributes["size"] = .integer(Int.random(in: 0...20, using: &random))
        }
        names.append((fullName, .object(attributes)))
        return .object(attributes)
    }

    private mutating func union(depth: Int, in namespace: String) -> JSONValue {
        var branches: [JSONValue] = []
        var seen: Set<String> = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let names = self.names
            let branch = type(depth: depth, in: namespace)
            guard branch.arrayValue == nil, seen.insert(label(branch, in: namespace)).inserted else {
                self.names = names
                continue
            }
            branches.append(branch)
        }
        return .array(branches.isEmpty ? ["null"] : branches)
    }

    /// What may be in a union once.
    private func label(_ branch: JSONValue, in namespace: String) -> String {
        let type = branch.stringValue ?? branch["type"]?.stringValue ?? ""
        if hasPlainUnions {
            switch type {
            case "int", "long", "float", "double": return "number"
            case "null", "boolean", "array": return type
            case "record", "map": return "object"
            default: return names.contains { $0.name == type && $0.schema["fields"] != nil } ? "object" : "string"
            }
        }
        guard let name = branch["name"]?.stringValue else { return type }
        let space = branch["namespace"]?.stringValue ?? namespace
        return name.contains(".") || space.isEmpty ? name : space + "." + name
    }

    private mutating func record(depth: Int, in namespace: String) -> JSONValue {
        var (attributes, fullName) = name(in: namespace)
        let inner = fullName.split(separator: ".").dropLast().joined(separator: ".")
        let place = names.count
        names.append((fullName, .null))
        var fields: [JSONValue] = []
        for index in 0..<Int.random(in: 0...(chance(10) ? 14 : 5), using: &random) {
            var field: JSONObject = ["name": .string("f\(index)")]
            field["type"] = chance(10) ? ["null", .string(fullName)] : type(depth: depth, in: inner)
            if chance(10) { field["doc"] = "about it" }
            if chance(10) { field["order"] = "ignore" }
            fields.append(.object(field))
        }
        attributes["type"] = "record"
        attributes["fields"] = .array(fields)
        names[place].schema = .object(attributes)
        return .object(attributes)
    }
}
