internal import Bytes
internal import HTTPServer
internal import PluginKit

/// A value with parts taken from the request: `$(…)` around `headers.name`, `query_params.name`, `uri_captures.name`, the
/// same with `["name"]` or `[1]`, text in quotes, and these joined by `..` or `or`.
///
/// In Kong such a part is any Lua expression; what is not listed here is refused when the configuration is written.
struct RequestTemplate: Sendable {
    /// What a template reads.
    struct Source {
        let fields: FieldList
        let query: [UInt8]
        let captures: PathCaptures

        /// For templates that read nothing.
        static let nothing = Source(fields: FieldList(), query: [], captures: .none)
    }

    private enum Part: Sendable {
        case text([UInt8])
        case expression(TemplateExpression)
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private let parts: [Part]

    init(_ text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var plain: [UInt8] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "$"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "(")
            else {
                plain.append(bytes[position])
                position += 1
                continue
            }
            guard let end = Self.closing(bytes, position + 1) else {
                throw Problem(description: "'$(' is not closed in '\(text)'")
            }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = []
            parts.append(.expression(try TemplateExpression(Array(bytes[position + 2..<end]))))
            position = end + 1
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        self.parts = parts
    }

    /// Whether it reads nothing of a request.
    var isConstant: Bool {
        parts.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The place of the parenthesis that closes the one at `start`.
    private static func closing(_ bytes: [UInt8], _ start: Int) -> Int? {
        var depth = 0
        for index in start..<bytes.count {
            if bytes[index] == UInt8(ascii: "(") { depth += 1 }
            if bytes[index] == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    /// What is not in the request is empty.
    func render(_ source: Source) -> [UInt8] {
        var output: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): output += text
            case .expression(let expression): output += expression.value(in: source) ?? []
            }
        }
        return output
    }
}
