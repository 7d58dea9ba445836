import JSON
import TestRandom

/// Values that fit a schema, as both kinds of JSON.
struct ValueGenerator {
    var random: SeededGenerator
    let types: [String: JSONValue]

    struct Value {
        /// With the branches of unions named.
        var tagged: JSONValue
        var plain: JSONValue

        init(_ same: JSONValue) { (tagged, plain) = (same, same) }
        init(tagged: JSONValue, plain: JSONValue) { (self.tagged, self.plain) = (tagged, plain) }
    }

    init(seed: UInt64, types: [String: JSONValue]) {
        random = SeededGenerator(seed: seed)
        self.types = types
    }

    mutating func value(_ schema: JSONValue, in namespace: String = "", depth: Int = 6) -> Value {
        switch schema {
        case .array(let branches): return union(branches, in: namespace, depth: depth)
        case .string(let name): return scalar(name, in: namespace, depth: depth)
        default: break
        }
        let inner = fullName(schema, in: namespace).split(separator: ".").dropLast().joined(separator: ".")
        switch schema["type"]?.stringValue ?? "" {
        case "record":
            let fields = (schema["fields"]?.arrayValue ?? []).map { field in
                (field["name"]?.stringValue ?? "", value(field["type"] ?? .null, in: inner, depth: depth - 1))
            }
            return Value(
                tagged: .object(JSONObject(fields.map { ($0.0, $0.1.tagged) })),
                plain: .object(JSONObject(fields.map { ($0.0, $0.1.plain) })))
        case "enum":
            return Value((schema["symbols"]?.arrayValue ?? []).randomElement(using: &random) ?? "")
        case "fixed": return Value(bytes(schema["size"]?.integerValue ?? 0))
        case "array":
            let elements = (0..<count(depth)).map { _ in
                value(schema["items"] ?? .null, in: namespace, depth: depth - 1)
            }
            return Value(tagged: .array(elements.map(\.tagged)), plain: .array(elements.map(\.plain)))
        case "map":
            let members = (0..<count(depth)).map { index in
                ("\(text())\(index)", value(schema["values"] ?? .null, in: namespace, depth: depth - 1))
            }
            return Value(
                tagged: .object(JSONObject(members.map { ($0.0, $0.1.tagged) })),
                plain: .object(JSONObject(members.map { ($0.0, $0.1.plain) })))
        case let name: return scalar(name, in: namespace, depth: depth)
        }
    }

    func fullName(_ schema: JSONValue, in namespace: String) -> String {
        guard let name = schema["name"]?.stringValue else { return namespace.isEmpty ? "" : namespace + "." }
        if name.contains(".") { return name }
        let space = schema["namespace"]?.stringValue ?? namespace
        return space.isEmpty ? name : space + "." + name
    }

    private mutating func count(_ depth: Int) -> Int { depth <= 0 ? 0 : Int.random(in: 0...4, using: &random) }

    private mutating func union(_ branches: [JSONValue], in namespace: String, depth: Int) -> Value {
        // What is within itself has to end.
        let ending = branches.filter { $0 == "null" }
        let choices = depth <= 0 && !ending.isEmpty ? ending : branches
        guard let branch = choices.randomElement(using: &random) else { return Value(.null) }
        if branch == "null" { return Value(.null) }
        let inner = value(branch, in: namespace, depth: depth - 1)
        let type = branch.stringValue ?? branch["type"]?.stringValue ?? ""
        let label = branch["name"] != nil ? fullName(branch, in: namespace) : type
        return Value(tagged: .object([label: inner.tagged]), plain: inner.plain)
    }

    private mutating func scalar(_ name: String, in namespace: String, depth: Int) -> Value {
        switch name {
        case "null": return Value(.null)
        case "boolean": return Value(.bool(Bool.random(using: &random)))
        case "int":
            let edges = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, Int(Int32.max), Int(Int32.min)]
            return Value(.integer(number(edges) ?? Int(Int32(truncatingIfNeeded: random.next()))))
        case "long":
            let edges = [0, -1, 1 << 31, 1 << 53, Int.max, Int.min, 1_718_972_401_123]
            return Value(.integer(number(edges) ?? Int(truncatingIfNeeded: random.next())))
        case "float":
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            return Value(.number(float.isFinite && Bool.random(using: &random) ? Double(float) : 0.25))
        case "double":
            let double = Double(bitPattern: random.next())
            return Value(.number(double.isFinite && Bool.random(using: &random) ? double : -1.5))
        case "bytes": return Value(bytes(Int.random(in: 0...12, using: &random)))
        case "string": return Value(.string(text()))
        default:
            // References are written with full names.
            let space = name.split(separator: ".").dropLast().joined(separator: ".")
            return value(types[name] ?? .null, in: space, depth: depth)
        }
    }

    private mutating func number(_ edges: [Int]) -> Int? {
        Bool.random(using: &random) ? edges.randomElement(using: &random) : nil
    }

    private mutating func bytes(_ count: Int) -> JSONValue {
        var text = ""
        for _ in 0..<count { text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: random.next()))) }
        return .string(text)
    }

    mutating func text() -> String {
        let scalars: [Unicode.Scalar] = ["a", "Z", "\"", "\\", "/", "\n", "\0", "\u{1f}", "\u{7f}", "é", "€", "😀", " "]
        var text = ""
        for _ in 0..<Int.random(in: 0...(Int.random(in: 0..<8, using: &random) == 0 ? 90 : 12), using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random)!)
        }
        return text
    }
}
