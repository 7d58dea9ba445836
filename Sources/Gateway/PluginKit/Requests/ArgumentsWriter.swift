internal import Bytes
package import HTTPServer
internal import JSON

/// Writes named values as a JSON object in Kong's shape: a name that repeats has an array, a name without `=` has
/// `true`.
package enum ArgumentsWriter {
    package typealias Argument = (name: [UInt8], value: [UInt8]?)

    package static func write(_ arguments: [Argument], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        // Places of each name's values, in the order of first occurrence.
        var places: [[UInt8]: Int] = [:]
        var groups: [[Int]] = []
        for (index, argument) in arguments.enumerated() {
            if let place = places[argument.name] {
                groups[place].append(index)
            } else {
                places[argument.name] = groups.count
                groups.append([index])
            }
        }
        for (place, group) in groups.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            let name = arguments[group[0]].name
            JSONText.appendString(name.span, to: &output)
            output.append(UInt8(ascii: ":"))
            if group.count > 1 { output.append(UInt8(ascii: "[")) }
            for (position, index) in group.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                if let value = arguments[index].value {
                    JSONText.appendString(value.span, to: &output)
                } else {
                    output.append("true" as StaticString)
                }
            }
            if group.count > 1 { output.append(UInt8(ascii: "]")) }
        }
        output.append(UInt8(ascii: "}"))
    }

    /// - Parameter redaction: Whose values are hidden.
    package static func writeQuery(_ query: Span<UInt8>, _ redaction: Redaction = .none, to output: inout [UInt8]) {
        var arguments: [Argument] = []
        var reader = QueryArguments(query)
        while var argument = reader.next(in: query) {
            if argument.value?.isEmpty == false, redaction.hidesArgument(argument.name) {
                argument.value = Array("REDACTED".utf8)
            }
            arguments.append(argument)
        }
        if arguments.isEmpty { output.append("{}" as StaticString) } else { write(arguments, to: &output) }
    }

    /// Header fields, names in lower case.
    ///
    /// - Parameter redaction: Whose values are hidden.
    package static func writeFields(
        _ fields: borrowing FieldList, _ redaction: Redaction = .none, to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for index in 0..<fields.count {
            let name = fields.name(index)
            if occurs(name, in: fields, 0..<index) { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            // A field's name is a token: nothing in it needs an escape.
            output.append(UInt8(ascii: "\""))
            LowerCase.append(name, to: &output)
            output.append("\":" as StaticString)
            if redaction.hidesHeader(name) {
                output.append("\"REDACTED\"" as StaticString)
                continue
            }
            let isRepeated = occurs(name, in: fields, index + 1..<fields.count)
            if isRepeated { output.append(UInt8(ascii: "[")) }
            JSONText.appendString(fields.value(index), to: &output)
            if isRepeated {
                for later in index + 1..<fields.count where isSame(name, fields.name(later)) {
                    output.append(UInt8(ascii: ","))
                    JSONText.appendString(fields.value(later), to: &output)
                }
                output.append(UInt8(ascii: "]"))
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func occurs(_ name: Span<UInt8>, in fields: borrowing FieldList, _ range: Range<Int>) -> Bool {
        for index in range where isSame(name, fields.name(index)) { return true }
        return false
    }

    /// Letter case aside.
    private static func isSame(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in one.indices where one[index] != other[index] {
            let folded = one[index] | 0x20
            if folded != other[index] | 0x20 || folded < 0x61 || folded > 0x7a { return false }
        }
        return true
    }
}
