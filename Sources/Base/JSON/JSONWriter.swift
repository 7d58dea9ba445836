internal import Bytes

extension JSONValue {
    /// Appends the value as JSON text; `/` is not escaped, and only control characters, `"` and `\` are.
    package func write(to bytes: inout [UInt8], pretty: Bool = false) { write(to: &bytes, pretty: pretty, depth: 0) }

    package var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package var prettyText: String {
        var bytes: [UInt8] = []
        write(to: &bytes, pretty: true)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], pretty: Bool, depth: Int) {
        func newLine(_ depth: Int) {
            guard pretty else { return }
            bytes.append(0x0a)
            bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
        }
        switch self {
        case .null: bytes.append("null" as StaticString)
        case .bool(let flag): bytes.append(flag ? "true" : "false" as StaticString)
        case .integer(let number): bytes.append(decimal: number)
        case .number(let number): JSONValue.write(number, to: &bytes)
        case .string(let string): JSONText.appendString(string, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(depth + 1)
                element.write(to: &bytes, pretty: pretty, depth: depth + 1)
            }
            if !elements.isEmpty { newLine(depth) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (place, (key, value)) in object.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(depth + 1)
                JSONText.appendString(key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if pretty { bytes.append(0x20) }
                value.write(to: &bytes, pretty: pretty, depth: depth + 1)
            }
            if !object.isEmpty { newLine(depth) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The shortest digits that read back as the same number; JSON has no infinities, which become null.
    private static func write(_ number: Double, to bytes: inout [UInt8]) {
        guard number.isFinite else { return bytes.append("null" as StaticString) }
        if let whole = Int(exactly: number), whole.magnitude < 1 << 53 { return bytes.append(decimal: whole) }
        bytes.append("\(number)" as String)
    }
}
