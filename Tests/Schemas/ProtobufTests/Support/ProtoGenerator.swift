import Foundation
import TestRandom

/// Schemas of all kinds: proto2 and proto3, imports, nesting, recursion, all types of fields.
struct ProtoGenerator {
    var random: SeededGenerator
    private var model = ProtoModel()
    private var isProto3 = true
    private var serial = 0
    /// Full names that fields may be of.
    private var known: [String] = []
    private var knownEnums: [String] = []
    private var text = ""
    private var extensions = ""

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    struct Schema {
        let text: String
        /// The path and text of what it imports.
        let path: String
        let reference: String
        let model: ProtoModel
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func schema(_ place: Int) -> Schema {
        (model, known, knownEnums, serial) = (ProtoModel(), [], [], 0)
        let reference = file(package: "r\(place).inner", imports: [])
        let path = "refs/r\(place).proto"
        let text = file(package: "t\(place)", imports: [path])
        return Schema(text: text, path: path, reference: reference, model: model)
    }

    private mutating func file(package: String, imports: [String]) -> String {
        isProto3 = chance(60)
        // An enum of proto2 cannot be of a field of proto3.
        if isProto3 { knownEnums = knownEnums.filter { !(model.enumerations[$0]?.isClosed ?? true) } }
        var header = "syntax = \"proto\(isProto3 ? 3 : 2)\";\npackage \(package);\n"
        for name in ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"] {
            header += "import \"google/protobuf/\(name).proto\";\n"
        }
        for path in imports { header += "import \"\(path)\";\n" }
        (text, extensions) = ("", "")
        model.roots = []
        for _ in 0..<Int.random(in: 0...2, using: &random) { enumeration(in: package, indent: "") }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            model.roots.append(message(in: package, depth: 2, indent: ""))
        }
        return header + text + extensions
    }

    private mutating func name(_ prefix: String) -> String {
        serial += 1
        return "\(prefix)\(serial)"
    }

    private mutating func enumeration(in scope: String, indent: String) {
        let name = name("E")
        var values: [(name: String, number: Int)] = []
        var numbers = [0]
        while numbers.count < Int.random(in: 1...5, using: &random) {
            let number = chance(20) ? Int.random(in: -2_147_483_648...2_147_483_647, using: &random) : numbers.count
            if !numbers.contains(number) { numbers.append(number) }
        }
        if !isProto3, chance(50) { numbers.shuffle(using: &random) }
        let isAliased = chance(20)
        text += "\(indent)enum \(name) {\n"
        if isAliased { text += "\(indent)  option allow_alias = true;\n" }
        for (place, number) in (isAliased ? numbers + [numbers[0]] : numbers).enumerated() {
            values.append(("\(name)_V\(place)", number))
            text += "\(indent)  \(name)_V\(place) = \(number);\n"
        }
        text += "\(indent)}\n"
        let fullName = "\(scope).\(name)"
        model.enumerations[fullName] = .init(values: values, isClosed: !isProto3)
        knownEnums.append(fullName)
    }

    private mutating func message(in scope: String, depth: Int, indent: String) -> String {
        let name = name("M")
        let fullName = "\(scope).\(name)"
        text += "\(indent)message \(name) {\n"
        fields(of: fullName, depth: depth, indent: indent + "  ")
        text += "\(indent)}\n"
        known.append(fullName)
        return fullName
    }

    private mutating func fields(of fullName: String, depth: Int, indent: String) {
        var message = ProtoModel.Message()
        if chance(20) { enumeration(in: fullName, indent: indent) }
        if depth > 0, chance(30) { _ = self.message(in: fullName, depth: depth - 1, indent: indent) }
        var number = 0
        for _ in 0..<Int.random(in: 0...(chance(10) ? 25 : 7), using: &random) {
            number += chance(70) ? 1 : Int.random(in: 1...3000, using: &random)
            if (19_000...19_999).contains(number) { number = 20_000 }
            if chance(12) {
                oneof(&message, &number, of: fullName, depth: depth, indent: indent)
            } else {
                field(&message, number, of: fullName, depth: depth, indent: indent)
            }
        }
        if !isProto3, chance(30) { extend(&message, number + 1, of: fullName, indent: indent) }
        model.messages[fullName] = message
    }

    private mutating func oneof(
        _ message: inout ProtoModel.Message, _ number: inout Int, of fullName: String, depth: Int, indent: String
    ) {
        text += "\(indent)oneof \(name("choice_")) {\n"
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let kind = kind(of: fullName)
            let name = name("pick_")
            text += "\(indent)  \(type(kind)) \(name) = \(number);\n"
            message.fields.append(
                .init(name: name, jsonName: camelCase(name), kind: kind, label: .optional, oneof: message.oneofs))
            number += 1
        }
        text += "\(indent)}\n"
        message.oneofs += 1
    }

    private mutating func field(
        _ message: inout ProtoModel.Message, _ number: Int, of fullName: String, depth: Int, indent: String
    ) {
        let name = name(["value_", "long_name_of_field_", "x", "_odd__name"].randomElement(using: &random)!)
        if !isProto3, depth > 0, chance(8) {
            let group = self.name("G")
            text += "\(indent)\(chance(50) ? "repeated" : "optional") group \(group) = \(number) {\n"
            let isRepeated = text.hasSuffix("repeated group \(group) = \(number) {\n")
            fields(of: "\(fullName).\(group)", depth: 0, indent: indent + "  ")
            text += "\(indent)}\n"
            message.fields.append(
                .init(
                    name: group.lowercased(), jsonName: group.lowercased(), kind: .group("\(fullName).\(group)"),
                    label: isRepeated ? .repeated : .optional, oneof: nil))
            return
        }
        let kind = kind(of: fullName)
        var label = ProtoModel.Label.plain
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: label = .repeated
        case 3: label = .map(ProtoModel.keys.randomElement(using: &random)!)
        case 4 where !isProto3:
            if case .message(let target) = kind, target == fullName { label = .optional } else { label = .required }
        case 5, 6: label = .optional
        default: label = isProto3 ? .plain : .optional
        }
        // A map's enum begins with zero.
        if case .map = label, case .enumeration(let name) = kind, let type = model.enumerations[name],
            type.values[0].number != 0
        {
            label = .repeated
        }
        var options: [String] = []
        var jsonName = camelCase(name)
        if chance(10) {
            jsonName = self.name("json-ä\\\"").replacingOccurrences(of: "\\", with: "")
            options.append("json_name = \"\(jsonName.replacingOccurrences(of: "\"", with: "\\\""))\"")
        }
        if case .repeated = label, isPackable(kind), chance(40) { options.append("packed = \(chance(50))") }
        if !isProto3, case .optional = label, case .scalar("int32") = kind { options.append("default = 7") }
        let words =
            switch label {
            case .plain: type(kind)
            case .optional: "optional \(type(kind))"
            case .required: "required \(type(kind))"
            case .repeated: "repeated \(type(kind))"
            case .map(let key): "map<\(key), \(type(kind))>"
            }
        let suffix = options.isEmpty ? "" : " [\(options.joined(separator: ", "))]"
        text += "\(indent)\(words) \(name) = \(number)\(suffix);\n"
        message.fields.append(.init(name: name, jsonName: jsonName, kind: kind, label: label, oneof: nil))
    }

    private mutating func extend(
        _ message: inout ProtoModel.Message, _ number: Int, of fullName: String, indent: String
    ) {
        let first = max(number, 30_000)
        text += "\(indent)extensions \(first) to \(first + 99);\n"
        let package = fullName.split(separator: ".").prefix { $0.first?.isLowercase ?? false }.joined(separator: ".")
        extensions += "extend .\(fullName) {\n"
        for place in 0..<Int.random(in: 1...3, using: &random) {
            let kind = kind(of: fullName)
            let name = name("ext_")
            let isRepeated = chance(30)
            extensions += "  \(isRepeated ? "repeated" : "optional") \(type(kind)) \(name) = \(first + place * 7);\n"
            let member = "[\(package).\(name)]"
            message.fields.append(
                .init(
                    name: member, jsonName: member, kind: kind, label: isRepeated ? .repeated : .optional, oneof: nil))
        }
        extensions += "}\n"
    }

    private mutating func kind(of fullName: String) -> ProtoModel.Kind {
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: if let name = knownEnums.randomElement(using: &random) { return .enumeration(name) }
        case 2, 3, 4: if let name = known.randomElement(using: &random) { return .message(name) }
        case 5: return .message(fullName)
        case 6, 7, 8: return .message(ProtoModel.wellKnown.randomElement(using: &random)!)
        case 9 where chance(20): return .enumeration("google.protobuf.NullValue")
        default: break
        }
        return .scalar(ProtoModel.scalars.randomElement(using: &random)!)
    }

    private func type(_ kind: ProtoModel.Kind) -> String {
        switch kind {
        case .scalar(let name): name
        case .enumeration(let name), .message(let name), .group(let name): "." + name
        }
    }

    private func isPackable(_ kind: ProtoModel.Kind) -> Bool {
        switch kind {
        case .scalar(let name): name != "string" && name != "bytes"
        case .enumeration: true
        case .message, .group: false
        }
    }

    /// As protoc makes JSON names.
    private func camelCase(_ name: String) -> String {
        var text = ""
        var isCapital = false
        for character in name {
            if character == "_" {
                isCapital = true
            } else {
                text += isCapital ? character.uppercased() : String(character)
                isCapital = false
            }
        }
        return text
    }
}
