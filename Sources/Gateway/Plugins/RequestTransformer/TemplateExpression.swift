internal import Bytes
internal import HTTPServer
internal import PluginKit

/// What stands in a template's `$(…)`.
///
///     expression ::= joined { "or" joined }
///     joined     ::= operand { ".." operand }
///     operand    ::= text | number | place "." name | place "[" (text | number) "]"
struct TemplateExpression: Sendable {
    private enum Place: String, Sendable {
        case headers
        case query = "query_params"
        case captures = "uri_captures"
    }

    private enum Operand: Sendable {
        case text([UInt8])
        case value(Place, String)
    }

    /// The first of these that is there counts; each is its operands joined.
    private let choices: [[Operand]]

    init(_ bytes: [UInt8]) throws(RequestTemplate.Problem) {
        var tokens = try TemplateToken.all(bytes)[...]
        let whole = String(decoding: bytes, as: UTF8.self)
        var choices: [[Operand]] = []
        repeat {
            var joined = [try Self.operand(&tokens, whole)]
            while tokens.first == .join {
                tokens.removeFirst()
                joined.append(try Self.operand(&tokens, whole))
            }
            choices.append(joined)
            guard tokens.first == .name("or") else { break }
            tokens.removeFirst()
        } while true
        guard tokens.isEmpty else { throw Self.unsupported(whole) }
        self.choices = choices
    }

    private static func operand(
        _ tokens: inout ArraySlice<TemplateToken>, _ whole: String
    ) throws(RequestTemplate.Problem) -> Operand {
        switch tokens.popFirst() {
        case .text(let text), .number(let text): return .text(Array(text.utf8))
        case .name(let name):
            if name == "shared" {
                throw RequestTemplate.Problem(
                    description: "$(\(whole)): 'shared' is not there: plugins share no variables")
            }
            guard let place = Place(rawValue: name) else { throw unsupported(whole) }
            switch tokens.popFirst() {
            case .dot:
                guard case .name(let key) = tokens.popFirst() else { throw unsupported(whole) }
                return .value(place, key)
            case .open:
                let key: String
                switch tokens.popFirst() {
                case .text(let text), .number(let text): key = text
                default: throw unsupported(whole)
                }
                guard tokens.popFirst() == .close else { throw unsupported(whole) }
                return .value(place, key)
            default: throw unsupported(whole)
            }
        default: throw unsupported(whole)
        }
    }

    private static func unsupported(_ whole: String) -> RequestTemplate.Problem {
        RequestTemplate.Problem(
            description: "$(\(whole)) is not supported: use headers, query_params or uri_captures with a name, "
                + "text in quotes, '..' and 'or'")
    }

    // MARK: - Values

    /// Nil when nothing of it is in the request.
    func value(in source: RequestTemplate.Source) -> [UInt8]? {
        for choice in choices {
            if choice.count == 1 {
                if let value = Self.value(of: choice[0], in: source) { return value }
                continue
            }
            // In Lua what is missing cannot be joined; here it is empty.
            return choice.reduce(into: []) { $0 += Self.value(of: $1, in: source) ?? [] }
        }
        return nil
    }

    private static func value(of operand: Operand, in source: RequestTemplate.Source) -> [UInt8]? {
        switch operand {
        case .text(let text): return text
        case .value(.headers, let name): return field(name, source.fields)
        case .value(.captures, let name): return source.captures.value(name)
        case .value(.query, let name):
            let key = Array(name.utf8)
            guard let value = QueryArguments.value(of: key, in: source.query.span) else { return nil }
            return value
        }
    }

    /// The first of that name; a name that Lua takes without quotes may have `_` for `-`.
    private static func field(_ name: String, _ fields: FieldList) -> [UInt8]? {
        let key = Array(name.utf8)
        if let index = fields.index(of: key.span) { return fields.value(index).array }
        let dashed = key.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        guard let index = fields.index(of: dashed.span) else { return nil }
        return fields.value(index).array
    }
}

/// A word of a template's expression.
enum TemplateToken: Equatable {
    case name(String)
    case text(String)
    case number(String)
    case dot, join, open, close

    static func all(_ bytes: [UInt8]) throws(RequestTemplate.Problem) -> [TemplateToken] {
        var tokens: [TemplateToken] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x20, 9, 10, 13: position += 1
            case UInt8(ascii: "."):
                let isJoin = position + 1 < bytes.count && bytes[position + 1] == byte
                tokens.append(isJoin ? .join : .dot)
                position += isJoin ? 2 : 1
            case UInt8(ascii: "["), UInt8(ascii: "]"):
                tokens.append(byte == UInt8(ascii: "[") ? .open : .close)
                position += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""): tokens.append(.text(try text(bytes, &position)))
            case 0x30...0x39:
                let start = position
                while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
                tokens.append(.number(String(decoding: bytes[start..<position], as: UTF8.self)))
            default:
                let start = position
                while position < bytes.count, isOfName(bytes[position]) { position += 1 }
                guard position > start else {
                    throw RequestTemplate.Problem(
                        description: "$(\(String(decoding: bytes, as: UTF8.self))) is not supported: "
                            + "'\(String(decoding: [byte], as: UTF8.self))' has no meaning here")
                }
                tokens.append(.name(String(decoding: bytes[start..<position], as: UTF8.self)))
            }
        }
        return tokens
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// Text in quotes, which a backslash takes into the text.
    private static func text(_ bytes: [UInt8], _ position: inout Int) throws(RequestTemplate.Problem) -> String {
        let quote = bytes[position]
        var text: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            text.append(bytes[position])
            position += 1
        }
        guard position < bytes.count else {
            throw RequestTemplate.Problem(
                description: "$(\(String(decoding: bytes, as: UTF8.self))): the text in quotes does not end")
        }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }
}
