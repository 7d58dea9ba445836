internal import Bytes
internal import JSON
internal import PluginKit

/// The kinds of request bodies that have fields.
enum RequestBody {
    case json, form
    case multipart(boundary: [UInt8])

    /// Nil for any other media type, and for multipart without a boundary.
    init?(contentType: Span<UInt8>) {
        let end = contentType.firstIndex(of: UInt8(ascii: ";")) ?? contentType.count
        let type = contentType.extracting(0..<end).trimmed()
        if type.equalsIgnoringCase("application/json") {
            self = .json
        } else if type.equalsIgnoringCase("application/x-www-form-urlencoded") {
            self = .form
        } else if let boundary = Multipart.boundary(ofContentType: contentType) {
            self = .multipart(boundary: boundary)
        } else {
            return nil
        }
    }

    /// The changed body; nil when it stays as it is: there is nothing to change, or it is not what it is said to be.
    func changed(_ body: [UInt8], _ rules: RenderedTransformation) throws(FormError) -> [UInt8]? {
        switch self {
        case .json: return Self.changedJSON(body, rules)
        case .form:
            var list = try ArgumentList(body.span)
            return list.apply(rules) ? list.encoded : nil
        case .multipart(let boundary):
            guard var form = try MultipartBody(body, boundary: boundary) else { return nil }
            return form.apply(rules) ? form.encoded : nil
        }
    }

    private static func changedJSON(_ body: [UInt8], _ rules: RenderedTransformation) -> [UInt8]? {
        var object: JSONObject = [:]
        if !body.isEmpty {
            do {
                guard let found = try JSONValue.parse(body.span).objectValue else { return nil }
                object = found
            } catch { return nil }
        }
        return apply(rules, to: &object) ? Array(JSONValue.object(object).text.utf8) : nil
    }

    private static func apply(_ rules: RenderedTransformation, to object: inout JSONObject) -> Bool {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var isChanged = false
        for name in rules.remove where object.removeValue(forKey: text(name)) != nil { isChanged = true }
        for (old, new) in rules.rename {
            guard let value = object.removeValue(forKey: text(old)) else { continue }
            object[text(new ?? old)] = value
            isChanged = true
        }
        for (name, value) in rules.replace where object[text(name)] != nil {
            if let value {
                object[text(name)] = .string(text(value))
            } else {
                object.removeValue(forKey: text(name))
            }
            isChanged = true
        }
        for (name, value) in rules.add where object[text(name)] == nil {
            guard let value else { continue }
            object[text(name)] = .string(text(value))
            isChanged = true
        }
        for (name, value) in rules.append {
            guard let value else { continue }
            object[text(name)] = JSONAppending.value(object[text(name)], with: .string(text(value)))
            isChanged = true
        }
        return isChanged
    }
}
