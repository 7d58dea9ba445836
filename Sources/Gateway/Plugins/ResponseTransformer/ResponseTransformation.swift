internal import Bytes
internal import HTTPServer
internal import JSON
internal import PluginKit

/// What is done to the header fields of answers.
struct HeaderTransformation: Sendable {
    private typealias Pair = (name: [UInt8], value: [UInt8])

    private let remove: [[UInt8]]
    private let rename: [Pair]
    private let replace: [Pair]
    private let add: [Pair]
    private let append: [Pair]

    init(_ config: JSONObject) {
        func pairs(_ kind: String) -> [Pair] {
            TransformRule.all(config, kind, "headers").compactMap { rule in
                rule.value.map { (Array(rule.name.utf8), Array($0.utf8)) }
            }
        }
        remove = TransformRule.all(config, "remove", "headers").map { Array($0.name.utf8) }
        rename = pairs("rename")
        replace = pairs("replace")
        add = pairs("add")
        append = pairs("append")
    }

    func apply(to fields: inout FieldList) {
        for name in remove { fields.removeField(name.span) }
        for (old, new) in rename {
            let values = fields.values(of: old.span)
            if values.isEmpty { continue }
            fields.removeField(old.span)
            fields.removeField(new.span)
            for value in values { fields.add(new.span, value.span) }
        }
        for (name, value) in replace where fields.index(of: name.span) != nil { fields.set(name.span, value.span) }
        for (name, value) in add where fields.index(of: name.span) == nil { fields.add(name.span, value.span) }
        for (name, value) in append { fields.add(name.span, value.span) }
    }
}

/// What is done to answers that are JSON objects.
struct JSONTransformation: Sendable {
    private typealias Pair = (name: String, value: JSONValue)

    private let remove: [String]
    private let rename: [(old: String, new: String)]
    private let replace: [Pair]
    private let add: [Pair]
    private let append: [Pair]

    init(_ config: JSONObject) {
        func pairs(_ kind: String) -> [Pair] {
            let types = (config[kind]?["json_types"]?.arrayValue ?? []).compactMap(\.stringValue)
            return TransformRule.all(config, kind, "json").enumerated().compactMap { place, rule in
                guard let text = rule.value,
                    let value = Self.value(text, types.indices.contains(place) ? types[place] : "string")
                else { return nil }
                return (rule.name, value)
            }
        }
        remove = TransformRule.all(config, "remove", "json").map(\.name)
        rename = TransformRule.all(config, "rename", "json").compactMap { rule in rule.value.map { (rule.name, $0) } }
        replace = pairs("replace")
        add = pairs("add")
        append = pairs("append")
    }

    var isEmpty: Bool { remove.isEmpty && rename.isEmpty && replace.isEmpty && add.isEmpty && append.isEmpty }

    /// Nil when the text does not say a value of that type.
    private static func value(_ text: String, _ type: String) -> JSONValue? {
        switch type {
        case "boolean": return .bool(text == "true")
        case "number":
            if let integer = Int(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else { return nil }
            return .number(number)
        default: return .string(text)
        }
    }

    func apply(to object: inout JSONObject) {
        for name in remove { object.removeValue(forKey: name) }
        for (old, new) in rename {
            guard let value = object.removeValue(forKey: old) else { continue }
            object[new] = value
        }
        for (name, value) in replace where object[name] != nil { object[name] = value }
        for (name, value) in add where object[name] == nil { object[name] = value }
        for (name, value) in append { object[name] = JSONAppending.value(object[name], with: value) }
    }
}

extension TransformRule {
    /// The entries of one list of a transformer's configuration.
    static func all(_ config: JSONObject, _ kind: String, _ place: String) -> [TransformRule] {
        (config[kind]?[place]?.arrayValue ?? []).compactMap(\.stringValue).map { TransformRule($0) }
    }
}
