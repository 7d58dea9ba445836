internal import Bytes

/// The fields of a `multipart/form-data` body; those that nothing is done to stay as they were sent.
struct MultipartBody {
    private enum Part {
        /// Header and content, as sent.
        case sent(name: [UInt8], Range<Int>)
        case made(name: [UInt8], fileName: [UInt8]?, contentType: [UInt8]?, content: [UInt8])

        var name: [UInt8] {
            switch self {
            case .sent(let name, _), .made(let name, _, _, _): name
            }
        }
    }

    private let body: [UInt8]
    private let boundary: [UInt8]
    private var parts: [Part]
    private let sent: [Multipart.Part]

    /// Nil when it is malformed.
    init?(_ body: [UInt8], boundary: [UInt8]) throws(FormError) {
        self.body = body
        self.boundary = boundary
        do {
            sent = body.isEmpty ? [] : try Multipart.parts(body.span, boundary: boundary.span)
        } catch {
            if case .tooManyFields = error { throw error }
            return nil
        }
        parts = sent.map { .sent(name: $0.name, $0.whole) }
    }

    private func has(_ name: [UInt8]) -> Bool { parts.contains { $0.name == name } }

    /// Whether anything was done.
    mutating func apply(_ rules: RenderedTransformation) -> Bool {
        var isChanged = false
        for name in rules.remove where has(name) {
            parts.removeAll { $0.name == name }
            isChanged = true
        }
        for (old, new) in rules.rename where has(old) {
            rename(old, new ?? old)
            isChanged = true
        }
        for (name, value) in rules.replace where has(name) {
            replace(name, value)
            isChanged = true
        }
        for (name, value) in rules.add where !has(name) {
            guard let value else { continue }
            parts.append(.made(name: name, fileName: nil, contentType: nil, content: value))
            isChanged = true
        }
        for (name, value) in rules.append {
            guard let value else { continue }
            parts.append(.made(name: name, fileName: nil, contentType: nil, content: value))
            isChanged = true
        }
        return isChanged
    }

    /// A file stays one.
    private mutating func rename(_ old: [UInt8], _ new: [UInt8]) {
        if old == new { return }
        parts.removeAll { $0.name == new }
        for index in parts.indices where parts[index].name == old {
            switch parts[index] {
            case .made(_, let fileName, let contentType, let content):
                parts[index] = .made(name: new, fileName: fileName, contentType: contentType, content: content)
            case .sent(_, let range):
                guard let part = sent.first(where: { $0.whole == range }) else { continue }
                parts[index] = .made(
                    name: new, fileName: part.fileName, contentType: part.contentType,
                    content: Array(body[part.content]))
            }
        }
    }

    private mutating func replace(_ name: [UInt8], _ value: [UInt8]?) {
        let first = parts.firstIndex { $0.name == name } ?? 0
        parts.removeAll { $0.name == name }
        guard let value else { return }
        parts.insert(.made(name: name, fileName: nil, contentType: nil, content: value), at: first)
    }

    var encoded: [UInt8] {
        var output: [UInt8] = []
        for part in parts {
            output.append("--" as StaticString)
            output += boundary
            output.append("\r\n" as StaticString)
            switch part {
            case .sent(_, let range): output += body[range]
            case .made(let name, let fileName, let contentType, let content):
                output.append("Content-Disposition: form-data; name=\"" as StaticString)
                output += Self.quoted(name)
                if let fileName {
                    output.append("\"; filename=\"" as StaticString)
                    output += Self.quoted(fileName)
                }
                output.append("\"" as StaticString)
                if let contentType {
                    output.append("\r\nContent-Type: " as StaticString)
                    output += contentType
                }
                output.append("\r\n\r\n" as StaticString)
                output += content
            }
            output.append("\r\n" as StaticString)
        }
        output.append("--" as StaticString)
        output += boundary
        output.append("--\r\n" as StaticString)
        return output
    }

    /// As browsers escape names (WHATWG HTML, "multipart/form-data encoding algorithm").
    private static func quoted(_ name: [UInt8]) -> [UInt8] {
        name.reduce(into: []) { output, byte in
            switch byte {
            case 13: output.append("%0D" as StaticString)
            case 10: output.append("%0A" as StaticString)
            case UInt8(ascii: "\""): output.append("%22" as StaticString)
            default: output.append(byte)
            }
        }
    }
}
