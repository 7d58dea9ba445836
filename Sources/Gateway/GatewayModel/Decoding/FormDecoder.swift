internal import Bytes
package import JSON

/// What an Admin API body holds, typed by the schema it is for (reference section 7.4).
package enum FormDecoder {
    /// More arguments are refused.
    package static let maximumArguments = 1000

    /// Why a body cannot be read, with the HTTP status to answer.
    package struct Problem: Error, Sendable, Equatable {
        package let status: Int
        package let message: String

        init(_ status: Int, _ message: String) {
            self.status = status
            self.message = message
        }
    }

    /// The object in a body of that media type; form values are typed by `schema`.
    ///
    /// - Parameter schema: Gets the plugin's name, if the body tells one, and answers with the fields to type by.
    package static func decode(
        _ body: [UInt8], contentType: String?, schema: (_ pluginName: String?) -> RecordSchema
    ) throws(Problem) -> JSONObject {
        let mediaType = contentType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " } ?? ""
        if mediaType.isEmpty {
            if body.isEmpty { return [:] }
            throw Problem(415, "Unsupported Media Type")
        }
        switch mediaType {
        case "application/json":
            if body.isEmpty { return [:] }
            guard let value = parse(body), let object = value.objectValue else {
                throw Problem(400, "Cannot parse JSON body")
            }
            return object
        case "application/x-www-form-urlencoded":
            return try object(try urlencoded(body), schema)
        case "multipart/form-data":
            return try object(try multipart(body, contentType ?? ""), schema)
        default: throw Problem(415, "Unsupported Media Type")
        }
    }

    private static func parse(_ body: [UInt8]) -> JSONValue? {
        do { return try JSONValue.parse(body.span) } catch { return nil }
    }

    private static func urlencoded(_ body: [UInt8]) throws(Problem) -> [(String, String)] {
        do throws(FormError) {
            return try FormURLEncoded.pairs(body.span, maximum: maximumArguments).map { pair in
                (String(decoding: pair.name, as: UTF8.self), String(decoding: pair.value ?? [], as: UTF8.self))
            }
        } catch {
            if case .tooManyFields = error { throw Problem(400, "Too many arguments") }
            throw Problem(400, "Cannot parse form body: \(error)")
        }
    }

    private static func multipart(_ body: [UInt8], _ contentType: String) throws(Problem) -> [(String, String)] {
        guard let boundary = Multipart.boundary(ofContentType: Array(contentType.utf8).span) else {
            throw Problem(400, "Cannot parse multipart body: the boundary is missing")
        }
        do throws(FormError) {
            return try Multipart.parts(body.span, boundary: boundary.span).map { part in
                (
                    String(decoding: part.name, as: UTF8.self),
                    String(decoding: body[part.content], as: UTF8.self)
                )
            }
        } catch {
            if case .tooManyFields = error { throw Problem(400, "Too many arguments") }
            throw Problem(400, "Cannot parse multipart body: \(error)")
        }
    }

    private static func object(
        _ pairs: [(String, String)], _ schema: (String?) -> RecordSchema
    ) throws(Problem) -> JSONObject {
        var root = FormNode()
        for (name, value) in pairs {
            guard let key = FormKey(name) else { throw Problem(400, "Cannot parse the form field's name '\(name)'") }
            root.insert(value, at: key.steps[...])
        }
        let pluginName = root.members["name"]?.values.last
        return root.object(schema(pluginName))
    }

    /// The object of form pairs, for tests and tools.
    static func object(pairs: [(String, String)], schema: RecordSchema) throws(Problem) -> JSONObject {
        try object(pairs) { _ in schema }
    }
}

/// What one step of form names leads to: values, members or elements, until the schema says which it is.
struct FormNode {
    var values: [String] = []
    var members: [String: FormNode] = [:]
    private var order: [String] = []
    private var elements: [Int: FormNode] = [:]
    private var appended: [FormNode] = []

    mutating func insert(_ value: String, at steps: ArraySlice<FormKey.Step>) {
        guard let step = steps.first else { return values.append(value) }
        let rest = steps.dropFirst()
        switch step {
        case .name(let name), .entry(let name):
            if members[name] == nil { order.append(name) }
            members[name, default: FormNode()].insert(value, at: rest)
        case .index(let index):
            elements[index, default: FormNode()].insert(value, at: rest)
        case .append:
            // `a[].x=1&a[].y=2` goes on with the element that has no `y` yet.
            if let last = appended.last, !rest.isEmpty, !last.holds(rest) {
                appended[appended.count - 1].insert(value, at: rest)
            } else {
                var node = FormNode()
                node.insert(value, at: rest)
                appended.append(node)
            }
        }
    }

    private func holds(_ steps: ArraySlice<FormKey.Step>) -> Bool {
        guard let step = steps.first else { return !values.isEmpty }
        switch step {
        case .name(let name), .entry(let name): return members[name]?.holds(steps.dropFirst()) ?? false
        case .index(let index): return elements[index]?.holds(steps.dropFirst()) ?? false
        case .append: return !appended.isEmpty && steps.count == 1
        }
    }

    func object(_ schema: RecordSchema) -> JSONObject {
        var object: JSONObject = [:]
        for name in order { object[name] = members[name]?.value(schema.field(name)) }
        return object
    }

    /// The value that the field wants, as far as the text can be that; else text, which validation then refuses.
    func value(_ field: Field?) -> JSONValue {
        switch field?.kind {
        case .array(let element), .set(let element): return .array(list().map { $0.value(element) }.nonNull(values))
        case .map(_, let element):
            if isOnlyValues { return scalar(nil) }
            return .object(mapMembers { $0.value(element) })
        case .record(let schema):
            if isOnlyValues { return scalar(nil) }
            return .object(object(schema))
        case .foreign:
            if isOnlyValues { return scalar(Field.string) }
            return .object(mapMembers { $0.value(.string) })
        case .string, .integer, .number, .boolean, nil:
            if isOnlyValues { return scalar(field) }
            if members.isEmpty { return .array(list().map { $0.value(nil) }) }
            return .object(mapMembers { $0.value(nil) })
        }
    }

    private var isOnlyValues: Bool { members.isEmpty && elements.isEmpty && appended.isEmpty }

    private func list() -> [FormNode] {
        var nodes: [FormNode] = values.map { value in
            var node = FormNode()
            node.values = [value]
            return node
        }
        nodes += elements.sorted { $0.key < $1.key }.map(\.value)
        return nodes + appended
    }

    private func mapMembers(_ convert: (FormNode) -> JSONValue) -> JSONObject {
        var object: JSONObject = [:]
        for name in order { object[name] = members[name].map(convert) }
        for (index, node) in elements.sorted(by: { $0.key < $1.key }) { object[String(index)] = convert(node) }
        return object
    }

    private func scalar(_ field: Field?) -> JSONValue {
        guard values.count == 1, let text = values.first else { return .array(values.map { .string($0) }) }
        if text.isEmpty { return .null }
        switch field?.kind {
        case .boolean: return text == "true" ? true : text == "false" ? false : .string(text)
        case .integer, .number:
            if let whole = Int(text) { return .integer(whole) }
            if let number = Double(text), number.isFinite { return .number(number) }
            return .string(text)
        default: return .string(text)
        }
    }
}

extension [JSONValue] {
    /// One empty value stands for no list elements at all.
    fileprivate func nonNull(_ values: [String]) -> [JSONValue] {
        values == [""] && count == 1 ? [] : self
    }
}
