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
        // Large ones with many escapes are written a second time.
        let most = JSONText.room(for: fields.byteCount) + fields.count * fieldRoom
        var room = min(most, fields.byteCount + fields.count * fieldRoom + 4_096)
        while true {
            var isComplete = false
            output.append(addingCapacity: room) { output in
                let start = output.count
                isComplete = writeFields(fields, redaction, to: &output)
                if !isComplete { output.removeLast(output.count - start) }
            }
            if isComplete { return }
            room = max(most, room * 2)
        }
    }

    /// Beside what name and value take by themselves.
    private static let fieldRoom = JSONText.room(for: 0) + 16

    /// False when the room has ended.
    private static func writeFields(
        _ fields: borrowing FieldList, _ redaction: Redaction, to output: inout OutputSpan<UInt8>
    ) -> Bool {
        output.append(UInt8(ascii: "{"))
        let lengths = fields.repeatedLengths
        let view = fields.view
        let count = view.count
        for index in 0..<count {
            let name = view.name(index)
            let mayRepeat = lengths >> UInt64(min(name.count, 63)) & 1 != 0
            if mayRepeat, fields.index(ofNameOf: index, in: 0..<index) != nil { continue }
            let value = view.value(index)
            guard output.freeCapacity >= name.count + JSONText.room(for: value.count) + 16 else { return false }
            if index > 0 { output.append(UInt8(ascii: ",")) }
            // A field's name is a token: nothing in it needs an escape.
            output.append(UInt8(ascii: "\""))
            output.append(lowercasing: name)
            output.append(copying: "\":" as StaticString)
            if redaction.hidesHeader(name) {
                output.append(copying: "\"REDACTED\"" as StaticString)
                continue
            }
            var next = mayRepeat ? fields.index(ofNameOf: index, in: index + 1..<count) : nil
            if next == nil {
                JSONText.appendString(value, to: &output)
                continue
            }
            output.append(UInt8(ascii: "["))
            JSONText.appendString(value, to: &output)
            while let later = next {
                let value = fields.value(later)
                guard output.freeCapacity >= JSONText.room(for: value.count) + 16 else { return false }
                output.append(UInt8(ascii: ","))
                JSONText.appendString(value, to: &output)
                next = fields.index(ofNameOf: index, in: later + 1..<count)
            }
            output.append(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "}"))
        return true
    }
}
