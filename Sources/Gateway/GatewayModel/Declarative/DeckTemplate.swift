internal import Bytes

/// decK's references to the environment: `${{ env "DECK_HOST" }}`, also piped into `toInt`, `toFloat`, `toBool` or
/// `indent N`. They are filled in before a text is read, so that they may stand in for a number or within quotes.
enum DeckTemplate {
    /// Where something was filled in, in the order of the text.
    struct Substitutions: Sendable {
        struct Part: Sendable {
            /// From the first character to the one behind the last, as written and as read.
            let written: (start: TextLocation, end: TextLocation)
            let read: (start: TextLocation, end: TextLocation)
        }

        var parts: [Part] = []

        /// Where the author sees what was read at `location`.
        func original(_ location: TextLocation) -> TextLocation {
            guard let part = parts.last(where: { $0.read.start <= location }) else { return location }
            if location < part.read.end { return part.written.start }
            let line = location.line - part.read.end.line + part.written.end.line
            if location.line != part.read.end.line { return TextLocation(line: line, column: location.column) }
            return TextLocation(
                line: line, column: location.column - part.read.end.column + part.written.end.column)
        }
    }

    /// What cannot be filled in, and where it is written.
    struct Failure: Error {
        let message: String
        let location: TextLocation
    }

    private static let opening = Array("${{".utf8)
    private static let closing = Array("}}".utf8)

    /// Fills in what `text` refers to; nil when it refers to nothing. As decK does, leaves comment lines alone.
    static func fill(
        _ text: [UInt8], environment: [String: String]
    ) throws(Failure) -> (text: [UInt8], substitutions: Substitutions)? {
        var output: [UInt8] = []
        var substitutions = Substitutions()
        var written = Cursor()
        var read = Cursor()
        var position = 0
        while let start = nextOpening(in: text, from: position) {
            for byte in text[position..<start] {
                written.pass(byte)
                read.pass(byte)
                output.append(byte)
            }
            let startLocation = written.location
            guard let end = firstIndex(of: closing, in: text, from: start) else {
                throw Failure(message: "'${{' has no '}}' behind it", location: startLocation)
            }
            let inner = String(decoding: text[start + opening.count..<end], as: UTF8.self)
            let value: String
            do throws(Problem) { value = try evaluate(inner, environment) } catch {
                throw Failure(message: error.message, location: startLocation)
            }
            position = end + closing.count
            let readStart = read.location
            for byte in text[start..<position] { written.pass(byte) }
            for byte in value.utf8 {
                read.pass(byte)
                output.append(byte)
            }
            substitutions.parts.append(
                .init(written: (startLocation, written.location), read: (readStart, read.location)))
        }
        if substitutions.parts.isEmpty { return nil }
        output += text[position...]
        return (output, substitutions)
    }

    // MARK: - Finding

    /// A place that moves over a text.
    private struct Cursor {
        private(set) var location = TextLocation(line: 1, column: 1)

        mutating func pass(_ byte: UInt8) {
            if byte == 0x0a {
                location = TextLocation(line: location.line + 1, column: 1)
            } else if byte & 0xc0 != 0x80 {
                location = TextLocation(line: location.line, column: location.column + 1)
            }
        }
    }

    private static func nextOpening(in text: [UInt8], from position: Int) -> Int? {
        var position = position
        while let found = firstIndex(of: opening, in: text, from: position) {
            if !isInCommentLine(text, found) { return found }
            position = found + opening.count
        }
        return nil
    }

    private static func isInCommentLine(_ text: [UInt8], _ position: Int) -> Bool {
        let lineStart = text[..<position].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return text[lineStart..<position].first { $0 != 0x20 && $0 != 9 } == UInt8(ascii: "#")
    }

    private static func firstIndex(of wanted: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        var position = start
        while let found = text[position...].firstIndex(of: wanted[0]) {
            if text[found...].starts(with: wanted) { return found }
            position = found + 1
        }
        return nil
    }

    // MARK: - Meaning

    private struct Problem: Error { let message: String }

    /// The value of what stands between the braces.
    private static func evaluate(_ text: String, _ environment: [String: String]) throws(Problem) -> String {
        let steps = text.split(separator: "|", omittingEmptySubsequences: false).map {
            $0.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
        }
        guard let first = steps.first, first.count == 2, first[0] == "env", let name = unquoted(first[1]) else {
            throw Problem(message: "expected ${{ env \"DECK_…\" }}")
        }
        guard name.hasPrefix("DECK_") else {
            throw Problem(message: "variables in ${{ env … }} begin with DECK_, as decK wants it; found '\(name)'")
        }
        guard var value = environment[name] else {
            throw Problem(message: "the variable '\(name)' is not set in the environment")
        }
        for step in steps.dropFirst() {
            guard let converted = convert(value, step) else {
                throw Problem(
                    message: "'\(step.joined(separator: " "))' cannot be done with the value of '\(name)'")
            }
            value = converted
        }
        return value
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.utf8.count > 2, let mark = text.first, mark == "\"" || mark == "`", text.last == mark else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }

    /// Nil when the value is none of the kind, or there is no such conversion.
    private static func convert(_ value: String, _ step: [String]) -> String? {
        switch step.first {
        case "toInt" where step.count == 1: Int(value).map { "\($0)" }
        case "toFloat" where step.count == 1: Double(value).flatMap { $0.isFinite ? "\($0)" : nil }
        case "toBool" where step.count == 1: boolean(value).map { "\($0)" }
        case "indent" where step.count == 2:
            Int(step[1]).flatMap { (0...1000).contains($0) ? $0 : nil }.map { count in
                value.split(separator: "\n", omittingEmptySubsequences: false)
                    .joined(separator: "\n" + String(repeating: " ", count: count))
            }
        default: nil
        }
    }

    /// As Go's `strconv.ParseBool` reads it.
    private static func boolean(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: nil
        }
    }
}
