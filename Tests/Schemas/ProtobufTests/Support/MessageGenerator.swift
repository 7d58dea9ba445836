import Bytes
import Foundation
import JSON
import TestRandom

/// JSON documents that fit a message, in all the forms that it may be written in.
struct MessageGenerator {
    var random: SeededGenerator
    let model: ProtoModel
    /// The bytes of an Any are compared as they are, and maps and extensions have no order there.
    private var mostEntries = 3

    init(seed: UInt64, model: ProtoModel) {
        random = SeededGenerator(seed: seed)
        self.model = model
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func message(_ fullName: String, depth: Int = 4) -> JSONValue {
        if fullName.hasPrefix("google.protobuf.") { return wellKnown(fullName, depth: depth) }
        guard let message = model.messages[fullName] else { return .object(JSONObject()) }
        var members: [(String, JSONValue)] = []
        let winners = (0..<message.oneofs).map { oneof in
            message.fields.filter { $0.oneof == oneof }.randomElement(using: &random)?.name
        }
        for field in message.fields {
            if let oneof = field.oneof, winners[oneof] != field.name { continue }
            var isRequired = false
            if case .required = field.label { isRequired = true }
            if !isRequired, chance(depth > 2 ? 15 : 50) { continue }
            if !isRequired, depth <= 0, isMessage(field.kind) { continue }
            if mostEntries == 1, field.name.hasPrefix("["), members.contains(where: { $0.0.hasPrefix("[") }) {
                continue
            }
            let value = value(field, depth: depth - 1)
            members.append((chance(80) ? field.jsonName : field.name, value))
        }
        if chance(30) { members.shuffle(using: &random) }
        return .object(JSONObject(members))
    }

    private func isMessage(_ kind: ProtoModel.Kind) -> Bool {
        switch kind {
        case .message, .group: true
        default: false
        }
    }

    private mutating func value(_ field: ProtoModel.Field, depth: Int) -> JSONValue {
        let count = depth > 0 ? Int.random(in: 0...3, using: &random) : Int.random(in: 0...1, using: &random)
        switch field.label {
        case .repeated: return .array((0..<count).map { _ in single(field.kind, depth: depth, isElement: true) })
        case .map(let key):
            return .object(
                JSONObject(
                    (0..<min(count, mostEntries)).map { _ in
                        (self.key(key), single(field.kind, depth: depth, isElement: true))
                    }))
        case .required: return single(field.kind, depth: depth)
        case .plain, .optional:
            if field.oneof == nil, chance(5) { return .null }
            return single(field.kind, depth: depth)
        }
    }

    private mutating func single(_ kind: ProtoModel.Kind, depth: Int, isElement: Bool = false) -> JSONValue {
        switch kind {
        case .scalar(let type): return scalar(type)
        case .enumeration("google.protobuf.NullValue"):
            // Not all readers take null as an element.
            return chance(50) && !isElement ? .null : "NULL_VALUE"
        case .enumeration(let name):
            guard let row = model.enumerations[name], let value = row.values.randomElement(using: &random) else {
                return 0
            }
            if !row.isClosed, chance(20) { return .integer(Int.random(in: -100...100, using: &random)) }
            return chance(70) ? .string(value.name) : .integer(value.number)
        case .message(let name), .group(let name): return message(name, depth: depth)
        }
    }

    private mutating func key(_ type: String) -> String {
        switch type {
        case "string": return text()
        case "bool": return chance(50) ? "true" : "false"
        default: return "\(whole(type))"
        }
    }

    /// Digits of a whole number.
    private mutating func whole(_ type: String) -> String {
        let isSmall = chance(60)
        switch type {
        case "int32", "sint32", "sfixed32":
            return isSmall
                ? "\(Int.random(in: -5...5, using: &random))" : "\(Int32.random(in: .min ... .max, using: &random))"
        case "uint32", "fixed32":
            return isSmall
                ? "\(Int.random(in: 0...5, using: &random))" : "\(UInt32.random(in: .min ... .max, using: &random))"
        case "uint64", "fixed64":
            return isSmall
                ? "\(Int.random(in: 0...300, using: &random))" : "\(UInt64.random(in: .min ... .max, using: &random))"
        default:
            return isSmall
                ? "\(Int.random(in: -300...300, using: &random))" : "\(Int64.random(in: .min ... .max, using: &random))"
        }
    }

    private mutating func scalar(_ type: String) -> JSONValue {
        switch type {
        case "bool": return .bool(chance(50))
        case "string": return .string(text())
        case "bytes":
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next())
            }
            var digits = Base64.text(bytes.span)
            if chance(30) {
                digits = digits.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            }
            if chance(30) { digits = digits.replacingOccurrences(of: "=", with: "") }
            return .string(digits)
        case "double", "float":
            if chance(10) { return .string(["NaN", "Infinity", "-Infinity"].randomElement(using: &random)!) }
            if chance(20) { return .integer(Int.random(in: -1000...1000, using: &random)) }
            let value =
                type == "float"
                ? Double(Float.random(in: -1e6...1e6, using: &random))
                : chance(20)
                    ? Double(bitPattern: random.next() & 0x7fef_ffff_ffff_ffff)
                    : Double.random(in: -1e6...1e6, using: &random)
            return chance(20) ? .string("\(value)") : .number(value)
        default:
            let digits = whole(type)
            if chance(40) { return .string(digits) }
            if let value = Int(digits) {
                // With a point, exact as far as all readers agree.
                return abs(value) < 1 << 53 && chance(20) ? .number(Double(value)) : .integer(value)
            }
            return .string(digits)
        }
    }

    private mutating func text() -> String {
        let parts = ["a", "é", "\u{1f600}", "\"", "\\", "\n", "x y", "0", "\u{7f}", "~/", "\u{2028}"]
        return (0..<Int.random(in: 0...6, using: &random)).map { _ in parts.randomElement(using: &random)! }.joined()
    }

    private mutating func wellKnown(_ fullName: String, depth: Int) -> JSONValue {
        switch fullName.dropFirst("google.protobuf.".count) {
        case "Any":
            if depth <= 0 || chance(10) { return .object(JSONObject()) }
            let names =
                model.roots + ["Duration", "Struct", "Empty", "Int64Value", "Any"].map { "google.protobuf." + $0 }
            let name = names.randomElement(using: &random)!
            let before = mostEntries
            mostEntries = 1
            let value = message(name, depth: depth - 1)
            mostEntries = before
            var members = value.objectValue ?? JSONObject()
            if name.hasPrefix("google.protobuf."), name != "google.protobuf.Empty" {
                members = JSONObject([("value", value)])
            }
            members["@type"] = .string((chance(80) ? "type.googleapis.com/" : "x.y/z/") + name)
            return .object(members)
        case "Duration":
            let fraction = chance(50) ? "" : ".\(Int.random(in: 0...999_999_999, using: &random))"
            return .string("\(Int.random(in: -1000...1000, using: &random))\(fraction)s")
        case "Timestamp":
            let day = String(
                format: "%04d-%02d-%02d", Int.random(in: 2...9998, using: &random),
                Int.random(in: 1...12, using: &random),
                Int.random(in: 1...28, using: &random))
            let time = String(
                format: "%02d:%02d:%02d", Int.random(in: 0...23, using: &random),
                Int.random(in: 0...59, using: &random),
                Int.random(in: 0...59, using: &random))
            let fraction = chance(50) ? "" : ".\(Int.random(in: 0...999_999_999, using: &random))"
            return .string("\(day)T\(time)\(fraction)\(["Z", "+01:30", "-11:00"].randomElement(using: &random)!)")
        case "FieldMask":
            return .string((0..<Int.random(in: 0...3, using: &random)).map { _ in "fooBar.b" }.joined(separator: ","))
        case "Struct": return structure(depth: depth)
        case "Value": return any(depth: depth)
        case "ListValue": return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in any(depth: depth - 1) })
        case "Empty": return .object(JSONObject())
        case let wrapper: return scalar(wrapper.dropLast("Value".count).lowercased())
        }
    }

    private mutating func structure(depth: Int) -> JSONValue {
        .object(
            JSONObject(
                (0..<Int.random(in: 0...mostEntries, using: &random)).map { _ in (text(), any(depth: depth - 1)) }))
    }

    private mutating func any(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(chance(50))
        case 2: .number(Double.random(in: -1000...1000, using: &random))
        case 3: .string(text())
        case 4: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in any(depth: depth - 1) })
        default: structure(depth: depth)
        }
    }
}
