internal import Bytes
internal import CLibyaml
internal import JSON

/// Turns libyaml's events into a value, with a table of places beside it. One for each text.
final class YAMLReader {
    /// A value that was read.
    private struct Node {
        let value: JSONValue
        /// Its entries in the table of places.
        let places: Range<Int>
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let limits: YAML.Limits
    private var places = YAMLPlaces()
    private var anchors: [String: Node] = [:]
    /// Keys and values that aliases and merge keys have added to those that were written.
    private var expandedCount = 0
    private var depth = 0

    init(limits: YAML.Limits) {
        self.limits = limits
        parser = .allocate(capacity: 1)
    }

    deinit { parser.deallocate() }

    /// Reads the one document of `text`.
    func read(_ text: [UInt8]) throws(YAMLError) -> YAMLDocument {
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(message: "out of memory", location: nil)
        }
        defer { yaml_parser_delete(parser) }
        // Left to guess, libyaml would take two bytes of a kind for UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let result = text.withUnsafeBufferPointer { buffer -> Result<JSONValue, YAMLError> in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) { return .success(try stream()) } catch { return .failure(error) }
        }
        return YAMLDocument(value: try result.get(), places: places)
    }

    private func stream() throws(YAMLError) -> JSONValue {
        var root: JSONValue?
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd:
                if root == nil { places.add(event.location) }
                return root ?? .null
            case .documentStart:
                guard root == nil else {
                    throw YAMLError(message: "only one document is expected", location: event.location)
                }
                root = try value(try next())
            default: break
            }
        }
    }

    /// Reads the value that begins with `event`; its places are the last of the table.
    private func value(_ event: Event) throws(YAMLError) -> JSONValue {
        if case .alias(let name) = event.kind {
            guard let node = anchors[name] else {
                throw YAMLError(message: "the alias *\(name) has no anchor before it", location: event.location)
            }
            try addAgain(node.places, at: event.location)
            return node.value
        }
        let start = places.count
        places.add(event.location)
        try requireRoom(at: event.location)
        let value: JSONValue
        switch event.kind {
        case .scalar(let text, let isPlain): value = try scalar(text, isPlain: isPlain, event)
        case .sequenceStart: value = try nested(event, reading: sequence)
        case .mappingStart: value = try nested(event, reading: mapping)
        default: throw YAMLError(message: "a value is expected", location: event.location)
        }
        places.end(start)
        if let anchor = event.anchor { anchors[anchor] = Node(value: value, places: start..<places.count) }
        return value
    }

    private func addAgain(_ range: Range<Int>, at location: TextLocation) throws(YAMLError) {
        expandedCount += range.count
        if expandedCount > limits.expandedValues {
            throw YAMLError(
                message: "aliases stand for more than \(limits.expandedValues) values", location: location)
        }
        places.add(range)
        try requireRoom(at: location)
    }

    private func requireRoom(at location: TextLocation) throws(YAMLError) {
        if places.count > limits.values {
            throw YAMLError(message: "more than \(limits.values) keys and values", location: location)
        }
    }

    private func nested(
        _ event: Event, reading: (Event) throws(YAMLError) -> JSONValue
    ) throws(YAMLError) -> JSONValue {
        guard depth < limits.depth else {
            throw YAMLError(message: "nested deeper than \(limits.depth) levels", location: event.location)
        }
        depth += 1
        defer { depth -= 1 }
        return try reading(event)
    }

    private func sequence(_ start: Event) throws(YAMLError) -> JSONValue {
        try checkTag(start, is: "tag:yaml.org,2002:seq")
        var elements: [JSONValue] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return .array(elements) }
            elements.append(try value(event))
        }
    }

    private func mapping(_ start: Event) throws(YAMLError) -> JSONValue {
        try checkTag(start, is: "tag:yaml.org,2002:map")
        var object = JSONObject()
        var merged: [Node] = []
        var hasMerge = false
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { break }
            let (key, isPlain) = try key(event)
            if isPlain, key == "<<" {
                if hasMerge { throw YAMLError(message: "duplicate key '<<'", location: event.location) }
                hasMerge = true
                merged = try mergeSources(event)
                continue
            }
            guard object[key] == nil else {
                throw YAMLError(message: "duplicate key '\(Self.shortened(key))'", location: event.location)
            }
            places.add(event.location)
            object[key] = try value(try next())
        }
        // What is written in the mapping itself wins, then the first source that has the key.
        for source in merged {
            guard case .object(let members) = source.value else { continue }
            for (member, range) in zip(members, places.members(source.places)) where object[member.key] == nil {
                object[member.key] = member.value
                try addAgain(range, at: start.location)
            }
        }
        return .object(object)
    }

    /// Reads what is behind a merge key.
    private func mergeSources(_ key: Event) throws(YAMLError) -> [Node] {
        let start = places.count
        places.add(key.location)
        // For aliases of the key itself.
        places.add(key.location)
        if let anchor = key.anchor { anchors[anchor] = Node(value: "<<", places: start + 1..<start + 2) }
        let value = try value(try next())
        let whole = Node(value: value, places: start + 2..<places.count)
        let location = places.entries[start + 2].location
        places.hide(start)
        guard case .array(let elements) = value else {
            guard case .object = value else { throw Self.noMapping(location) }
            return [whole]
        }
        var sources: [Node] = []
        var position = start + 3
        for element in elements {
            let range = position..<position + Int(places.entries[position].count)
            guard case .object = element else { throw Self.noMapping(places.entries[position].location) }
            sources.append(Node(value: element, places: range))
            position = range.upperBound
        }
        return sources
    }

    private static func noMapping(_ location: TextLocation) -> YAMLError {
        YAMLError(message: "the merge key '<<' takes mappings", location: location)
    }

    /// A key is a scalar, or an alias of one, and is taken as text.
    private func key(_ event: Event) throws(YAMLError) -> (String, isPlain: Bool) {
        switch event.kind {
        case .scalar(let text, let isPlain):
            if let anchor = event.anchor {
                // Its place is that of the entry which its mapping adds next.
                anchors[anchor] = Node(
                    value: try scalar(text, isPlain: isPlain, event), places: places.count..<places.count + 1)
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

    private static func shortened(_ text: String) -> String { text.count > 64 ? text.prefix(64) + "…" : text }

    // MARK: Events

    private struct Event {
        enum Kind {
            case streamEnd, documentStart, sequenceStart, sequenceEnd, mappingStart, mappingEnd, other
            case scalar(String, isPlain: Bool)
            case alias(String)
        }

        let kind: Kind
        let location: TextLocation
        var anchor: String?
        var tag: String?
    }

    private func next() throws(YAMLError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        defer { yaml_event_delete(&raw) }
        let location = TextLocation(line: raw.start_mark.line + 1, column: raw.start_mark.column + 1)
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
                location: TextLocation(line: reached.line + 1, column: reached.column + 1))
        }
        return YAMLError(message: message, location: TextLocation(line: mark.line + 1, column: mark.column + 1))
    }
}
