import JSON
import TestRandom

/// Changes a schema here and there, as its owners would: some changes are compatible, some are not.
struct SchemaMutator {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func mutated(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .string(let name): return chance(12) ? promoted(name) : schema
        case .array(let branches):
            var branches = branches.map { mutated($0) }.filter { $0.arrayValue == nil }
            if chance(10), branches.count > 1 { branches.removeLast() }
            if chance(10) { branches.reverse() }
            if chance(10), !branches.contains("null") { branches.append("null") }
            return .array(branches)
        case .object(var object):
            switch object["type"]?.stringValue ?? "" {
            case "array": object["items"] = mutated(object["items"] ?? .null)
            case "map": object["values"] = mutated(object["values"] ?? .null)
            case "record": object["fields"] = .array(fields(object["fields"]?.arrayValue ?? []))
            case "enum":
                var symbols = object["symbols"]?.arrayValue ?? []
                if chance(15), symbols.count > 1 { symbols.removeLast() }
                if chance(10) { symbols.insert("NEW", at: 0) }
                object["symbols"] = .array(symbols)
                if chance(15) { object["default"] = symbols[0] }
            case "fixed": if chance(10) { object["size"] = .integer((object["size"]?.integerValue ?? 0) + 1) }
            default: break
            }
            if object["name"] != nil, chance(5) { rename(&object) }
            return wrapped(.object(object))
        default: return schema
        }
    }

    private mutating func wrapped(_ schema: JSONValue) -> JSONValue {
        chance(5) ? .array(["null", schema]) : schema
    }

    private mutating func promoted(_ name: String) -> JSONValue {
        let choices: [JSONValue] =
            switch name {
            case "int": ["long", "float", "double", "string", ["null", "int"]]
            case "long": ["float", "double", "int", ["null", "double", "long"]]
            case "float": ["double", "long", ["int", "double"]]
            case "string": ["bytes", "double", ["null", "string"]]
            case "bytes": ["string", "boolean", ["int", "string"]]
            default: [.string(name)]
            }
        return choices.randomElement(using: &random)!
    }

    private mutating func rename(_ object: inout JSONObject) {
        let old = object["name"]?.stringValue ?? ""
        object["name"] = .string(old + "x")
        if chance(70) { object["aliases"] = [.string(old)] }
    }

    private mutating func fields(_ fields: [JSONValue]) -> [JSONValue] {
        var fields = fields.map { field -> JSONValue in
            guard case .object(var object) = field else { return field }
            object["type"] = mutated(object["type"] ?? .null)
            if chance(5) {
                object["aliases"] = [object["name"] ?? ""]
                object["name"] = .string((object["name"]?.stringValue ?? "") + "_new")
            }
            return .object(object)
        }
        if chance(15), !fields.isEmpty { fields.remove(at: Int.random(in: 0..<fields.count, using: &random)) }
        if chance(15) { fields.reverse() }
        if chance(20) {
            let added: [JSONValue] = [
                ["name": "added", "type": "int", "default": 7],
                ["name": "added", "type": ["null", "string"], "default": .null],
                ["name": "added", "type": ["string", "null"], "default": "x\"y"],
                ["name": "added", "type": ["type": "array", "items": "double"], "default": [1.5, 2]],
                ["name": "added", "type": ["type": "map", "values": "bytes"], "default": ["k": "\u{ff}a"]],
                ["name": "added", "type": "long"],
            ]
            fields.insert(added.randomElement(using: &random)!, at: Int.random(in: 0...fields.count, using: &random))
        }
        return fields
    }
}
