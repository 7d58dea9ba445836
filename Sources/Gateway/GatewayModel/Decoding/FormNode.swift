internal import JSON

/// What one step of form names leads to: values, members or elements, until the schema says which it is.
struct FormNode {
    private(set) var values: [String] = []
    private var members: [String: FormNode] = [:]
    private var order: [String] = []
    private var elements: [Int: FormNode] = [:]
    private var appended: [FormNode] = []

    /// The one value of a member, such as the plugin's name.
    func text(of member: String) -> String? { members[member]?.values.last }

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

    /// The record that the members make.
    func object(_ schema: RecordSchema, path: String = "") throws(FormDecoder.Problem) -> JSONObject {
        try object(path) { schema.field($0) }
    }

    /// The value that the field wants, as far as the text can be that; else text, which validation then refuses.
    private func value(_ field: Field?, path: String) throws(FormDecoder.Problem) -> JSONValue {
        let hasList = !elements.isEmpty || !appended.isEmpty
        guard values.isEmpty || members.isEmpty, appended.isEmpty || members.isEmpty else {
            throw FormDecoder.Problem(400, "Cannot parse the form: '\(path)' is given both as a value and with members")
        }
        if members.isEmpty, !hasList { return scalars(field) }
        switch field?.kind {
        case .array(let element), .set(let element):
            if !members.isEmpty { return .object(try object(path) { _ in nil }) }
            return try list(element, path)
        case .map(_, let element):
            return appended.isEmpty ? .object(try object(path) { _ in element }) : try list(nil, path)
        case .record(let schema):
            return appended.isEmpty ? .object(try object(schema, path: path)) : try list(nil, path)
        case .foreign: return .object(try object(path) { _ in .string })
        case .string, .integer, .number, .boolean, nil:
            return members.isEmpty ? try list(nil, path) : .object(try object(path) { _ in nil })
        }
    }

    private func object(
        _ path: String, _ field: (String) -> Field?
    ) throws(FormDecoder.Problem) -> JSONObject {
        var object: JSONObject = [:]
        for name in order {
            let here = path.isEmpty ? name : "\(path).\(name)"
            object[name] = try members[name]?.value(field(name), path: here)
        }
        for (index, node) in elements.sorted(by: { $0.key < $1.key }) {
            object[String(index)] = try node.value(field(String(index)), path: "\(path)[\(index)]")
        }
        return object
    }

    private func list(_ element: Field?, _ path: String) throws(FormDecoder.Problem) -> JSONValue {
        var nodes: [FormNode] = values.map { value in
            var node = FormNode()
            node.values = [value]
            return node
        }
        nodes += elements.sorted { $0.key < $1.key }.map(\.value)
        nodes += appended
        // `hosts[]=` is how a form says an empty list.
        if nodes.count == 1, nodes[0].values == [""] { return [] }
        var list: [JSONValue] = []
        for (index, node) in nodes.enumerated() { list.append(try node.value(element, path: "\(path)[\(index + 1)]")) }
        return .array(list)
    }

    /// Values without brackets: one, or a repeated name.
    private func scalars(_ field: Field?) -> JSONValue {
        switch field?.kind {
        case .array(let element), .set(let element):
            return values == [""] ? .null : .array(values.map { Self.scalar($0, element) })
        default:
            return values.count == 1 ? Self.scalar(values[0], field) : .array(values.map { .string($0) })
        }
    }

    private static func scalar(_ text: String, _ field: Field?) -> JSONValue {
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
