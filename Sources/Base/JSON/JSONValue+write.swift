internal import Bytes

extension JSONValue {
    /// Appends the value as UTF-8 text. Slashes and what is not ASCII are written as they are; a double that is no
    /// number of JSON (infinite or NaN) becomes null.
    ///
    /// - Parameter pretty: over several lines, indented by two spaces, for people.
    package func write(to output: inout [UInt8], pretty: Bool = false) {
        append(to: &output, indent: pretty ? 0 : nil)
    }

    /// The value on one line.
    package var text: String {
        var output: [UInt8] = []
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The value over several lines, for people.
    package var prettyText: String {
        var output: [UInt8] = []
        write(to: &output, pretty: true)
        return String(decoding: output, as: UTF8.self)
    }

    private func append(to output: inout [UInt8], indent: Int?) {
        switch self {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .integer(let value): output.append(decimal: value)
        case .number(let value): Self.append(value, to: &output)
        case .string(let value): JSONText.appendString(value, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                Self.breakLine(indent.map { $0 + 1 }, in: &output)
                element.append(to: &output, indent: indent.map { $0 + 1 })
            }
            if !elements.isEmpty { Self.breakLine(indent, in: &output) }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                Self.breakLine(indent.map { $0 + 1 }, in: &output)
                JSONText.appendString(member.key, to: &output)
                output.append(indent == nil ? ":" : ": ")
                member.value.append(to: &output, indent: indent.map { $0 + 1 })
            }
            if !members.isEmpty { Self.breakLine(indent, in: &output) }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func breakLine(_ indent: Int?, in output: inout [UInt8]) {
        guard let indent else { return }
        output.append(10)
        output.append(contentsOf: repeatElement(0x20, count: indent * 2))
    }

    /// The shortest digits that read back as the same double, and no ".0": JSON has one kind of number.
    private static func append(_ number: Double, to output: inout [UInt8]) {
        guard number.isFinite else {
            output.append("null")
            return
        }
        let digits = number.description.utf8
        output.append(contentsOf: digits)
        if output.last == UInt8(ascii: "0"), digits.count > 2, output[output.count - 2] == UInt8(ascii: ".") {
            output.removeLast(2)
        }
    }
}
