internal import CLibyaml
internal import JSON

/// Turns libyaml's events into values with places. One for each text.
final class YAMLReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let limits: YAML.Limits
    private var anchors: [String: YAMLNode] = [:]
    /// Values so far, aliases expanded.
    private var valueCount = 0
    private var depth = 0

    init(limits: YAML.Limits) {
        self.limits = limits
        parser = .allocate(capacity: 1)
    }

    deinit { parser.deallocate() }

    /// Reads the one document of `text`.
    func read(_ text: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(message: "out of memory", location: nil)
        }
        defer { yaml_parser_delete(parser) }
        // Left to guess, libyaml would take two bytes of a kind for UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let result = text.withUnsafeBufferPointer { buffer -> Result<YAMLNode, YAMLError> in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) { return .success(try stream()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func stream() throws(YAMLError) -> YAMLNode {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return root ?? YAMLNode(value: .null, location: event.location, places: .none, weight: 1)
            case .documentStart:
                guard root == nil else {
                    throw YAMLError(message: "only one document is expected", location: event.location)
                }
                root = try node(try next())
            default: break
            }
        }
    }

    private func node(_ event: Event) throws(YAMLError) -> YAMLNode {
        if case .alias(let name) = event.kind {
            guard let node = anchors[name] else {
                throw YAMLError(message: "the alias *\(name) has no anchor before it", location: event.location)
            }
            try count(node.weight, at: event.location)
            return node
        }
        try count(1, at: event.location)
        let node: YAMLNode
        switch event.kind {
        case .scalar(let text, let isPlain):
            node = YAMLNode(
                value: try scalar(text, isPlain: isPlain, event), location: event.location, places: .none, weight: 1)
        case .sequenceStart: node = try nested(event, reading: sequence)
        case .mappingStart: node = try nested(event, reading: mapping)
        default: throw YAMLError(message: "a value is expected", location: event.location)
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private func nested(
        _ event: Event, reading: (Event) throws(YAMLError) -> YAMLNode
    ) throws(YAMLError) -> YAMLNode {
        guard depth < limits.depth else {
            throw YAMLError(message: "nested deeper than \(limits.depth) levels", location: event.location)
        }
        depth += 1
        defer { depth -= 1 }
        return try reading(event)
    }

    private func sequence(_ start: Event) throws(YAMLError) -> YAMLNode {
        try checkTag(start, is: "tag:yaml.org,2002:seq")
        var nodes: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { break }
            nodes.append(try node(event))
        }
        return YAMLNode(
            value: .array(nodes.map(\.value)), location: start.location, places: .elements(nodes),
            weight: nodes.reduce(1) { $0 + $1.weight })
    }

    private func mapping(_ start: Event) throws(YAMLError) -> YAMLNode {
        try checkTag(start, is: "tag:yaml.org,2002:map")
        var object = JSONObject()
        var members: [String: YAMLNode.Member] = [:]
        var merged: [YAMLNode] = []
        var hasMerge = false
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { break }
            let (key, isPlain) = try key(event)
            if isPlain, key == "<<" {
                if hasMerge { throw YAMLError(message: "duplicate key '<<'", location: event.location) }
                hasMerge = true
                merged = try mergeSources(try node(try next()))
                continue
            }
            guard members[key] == nil else {
                throw YAMLError(message: "duplicate key '\(Self.shortened(key))'", location: event.location)
            }
            let value = try node(try next())
            object[key] = value.value
            members[key] = YAMLNode.Member(keyLocation: event.location, node: value)
        }
        // What is written in the mapping itself wins, then the first source that has the key.
        for source in merged {
            guard case .members(let sourceMembers) = source.places, case .object(let sourceObject) = source.value else {
                continue
            }
            for (key, value) in sourceObject where members[key] == nil {
                object[key] = value
                members[key] = sourceMembers[key]
            }
        }
        return YAMLNode(
            value: .object(object), location: start.location, places: .members(members),
            weight: members.values.reduce(1) { $0 + $1.node.weight })
    }

    private func mergeSources(_ node: YAMLNode) throws(YAMLError) -> [YAMLNode] {
        let sources: [YAMLNode]
        if case .elements(let elements) = node.places { sources = elements } else { sources = [node] }
        for source in sources {
            guard case .members = source.places else {
                throw YAMLError(message: "the merge key '<<' takes mappings", location: source.location)
            }
        }
        return sources
    }

    /// A key is a scalar, or an alias of one, and is taken as text.
    private func key(_ event: Event) throws(YAMLError) -> (String, isPlain: Bool) {
        try count(1, at: event.location)
        switch event.kind {
        case .scalar(let text, let isPlain):
            if let anchor = event.anchor {
                anchors[anchor] = YAMLNode(
                    value: try scalar(text, isPlain: isPlain, event), location: event.location, places: .none, weight: 1
                )
            }
            return (text, isPlain)
        case .alias(let name):
            if let text = anchors[name]?.value.stringValue { return (text, false) }
            throw YAMLError(
                message: "the alias *\(name) as a key must name a string before it", location: event.location)
        default: throw YAMLError(message: "a key must be a string", location: event.location)
        }
    }

    private func scalar(_ text: String, isPlain: Bool, _ event: Event) throws(YAMLError) -> JSONValue {
        guard let tag = event.tag, tag != "!" else {
            return isPlain && event.tag == nil ? YAMLScalar.value(ofPlain: text) : .string(text)
        }
        let value = YAMLScalar.value(ofPlain: text)
        switch (tag, value) {
        case ("tag:yaml.org,2002:str", _): return .string(text)
        case ("tag:yaml.org,2002:null", .null), ("tag:yaml.org,2002:bool", .bool),
            ("tag:yaml.org,2002:int", .integer), ("tag:yaml.org,2002:float", .number):
            return value
        case ("tag:yaml.org,2002:float", .integer(let integer)): return .number(Double(integer))
        default:
            throw YAMLError(
                message: "the tag \(Self.shortened(tag)) does not fit or is not known", location: event.location)
        }
    }

    private func checkTag(_ event: Event, is known: String) throws(YAMLError) {
        guard let tag = event.tag, tag != known, tag != "!" else { return }
        throw YAMLError(
            message: "the tag \(Self.shortened(tag)) does not fit or is not known", location: event.location)
    }

    private func count(_ weight: Int, at location: YAMLLocation) throws(YAMLError) {
        valueCount += weight
        if valueCount > limits.values {
            throw YAMLError(message: "more than \(limits.values) values, aliases expanded", location: location)
        }
    }

    private static func shortened(_ text: String) -> String { text.count > 64 ? text.prefix(64) + "…" : text }

    // MARK: Events

    private struct Event {
        enum Kind {
            case streamEnd, documentStart, sequenceStart, sequenceEnd, mappingStart, mappingEnd, other
            case scalar(String, isPlain: Bool)
            case alias(String)
        }

        let kind: Kind
        let location: YAMLLocation
        var anchor: String?
        var tag: String?
    }

    private func next() throws(YAMLError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        defer { yaml_event_delete(&raw) }
        let location = YAMLLocation(line: raw.start_mark.line + 1, column: raw.start_mark.column + 1)
        switch raw.type {
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, location: location)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, location: location)
        case YAML_SEQUENCE_START_EVENT:
            let data = raw.data.sequence_start
            return Event(
                kind: .sequenceStart, location: location, anchor: Self.text(data.anchor), tag: Self.text(data.tag))
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, location: location)
        case YAML_MAPPING_START_EVENT:
            let data = raw.data.mapping_start
            return Event(
                kind: .mappingStart, location: location, anchor: Self.text(data.anchor), tag: Self.text(data.tag))
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, location: location)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(Self.text(raw.data.alias.anchor) ?? ""), location: location)
        case YAML_SCALAR_EVENT:
            let data = raw.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
            return Event(
                kind: .scalar(text, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE), location: location,
                anchor: Self.text(data.anchor), tag: Self.text(data.tag))
        default: return Event(kind: .other, location: location)
        }
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    private func failure() -> YAMLError {
        var message = parser.pointee.problem.map { String(cString: $0) } ?? "the text is no YAML"
        if let context = parser.pointee.context { message = "\(String(cString: context)): \(message)" }
        let mark = parser.pointee.problem_mark
        if parser.pointee.error == YAML_READER_ERROR {
            // The reader knows the byte only; its mark is where the parser stands, a line or so before.
            let reached = parser.pointee.mark
            return YAMLError(
                message: "\(message) (byte \(parser.pointee.problem_offset))",
                location: YAMLLocation(line: reached.line + 1, column: reached.column + 1))
        }
        return YAMLError(message: message, location: YAMLLocation(line: mark.line + 1, column: mark.column + 1))
    }
}
