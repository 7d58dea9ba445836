internal import JSON

/// Turns the JSON of a schema, and of what it refers to, into tables. One for each schema.
///
/// A name is looked for among the types that were defined before it in the same text. Those that are not there are
/// linked once all texts were read (see `SchemaParser+linking`), so references may come in any order.
struct SchemaParser {
    let limits: AvroSchemaLimits
    var tables = SchemaTables()
    /// The types by full name.
    var defined: [String: Definition] = [:]
    var pending: [PendingName] = []
    /// The text that is being read: a reference, or nil for the schema itself.
    var reference: String?
    /// Where in the text.
    var path: [String] = []
    var depth = 0
    /// How deeply each text nests, by the text's name, "" for the schema itself.
    var deepest: [String: Int] = [:]
    /// Where a text uses a type of another.
    var uses: [Use] = []
    /// Fields whose default is to be read once all types are known, by number.
    var unreadDefaults: [Int: UnreadDefault] = [:]
    /// Where unions are that must not have a branch twice.
    var unions: [(node: Int32, path: [String], reference: String?)] = []

    struct Definition {
        let node: Int32
        let reference: String?
    }

    /// A name that its own text does not define: `node` stands in for what it means.
    struct PendingName {
        let node: Int32
        /// What it may mean, the first first.
        let candidates: [String]
        let path: [String]
        let reference: String?
        let depth: Int
    }

    struct Use {
        let from: String
        let of: String
        let depth: Int
    }

    struct UnreadDefault {
        let value: JSONValue
        let path: [String]
        let reference: String?
    }

    init(limits: AvroSchemaLimits) {
        self.limits = limits
        // The primitive types have the numbers of their kinds.
        for kind in AvroKind.allCases where kind.isPrimitive { tables.nodes.append(SchemaNode(kind: kind)) }
    }

    /// Reads a type; `namespace` is that of the definition around it.
    mutating func type(_ value: JSONValue, in namespace: String) throws(AvroSchemaError) -> Int32 {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else { throw error(.tooDeep, "types stand deeper than \(limits.depth) in types") }
        deepest[reference ?? "", default: 0] = max(deepest[reference ?? ""] ?? 0, depth)
        switch value {
        case .string(let name): return try named(name, in: namespace)
        case .array(let branches): return try union(branches, in: namespace)
        case .object(let object): return try definition(object, in: namespace)
        default:
            throw error(.notASchema, "a schema is a name, an object or an array of branches, not \(Self.words(value))")
        }
    }

    private mutating func definition(
        _ object: JSONObject, in namespace: String
    ) throws(AvroSchemaError) -> Int32 {
        let name = try string("type", of: object, "a schema that is an object has a 'type'")
        if let kind = AvroKind.primitive(name) { return try primitive(kind, object) }
        switch name {
        case "record", "error": return try record(object, in: namespace)
        case "enum": return try enumeration(object, in: namespace)
        case "fixed": return try fixed(object, in: namespace)
        case "array": return try container(.array, "items", object, in: namespace)
        case "map": return try container(.map, "values", object, in: namespace)
        default:
            return try at("type") { (parser) throws(AvroSchemaError) in try parser.named(name, in: namespace) }
        }
    }

    /// A type that is given by its name.
    private mutating func named(_ name: String, in namespace: String) throws(AvroSchemaError) -> Int32 {
        if let kind = AvroKind.primitive(name) { return Int32(kind.rawValue) }
        guard AvroName.isFullName(name) else {
            throw error(.badName, "'\(Self.clipped(name))' is neither the name of a type nor a schema")
        }
        var candidates = [AvroName.full(name, in: namespace)]
        // Implementations agree that a name may also mean a type without a namespace.
        if candidates[0] != name { candidates.append(name) }
        for candidate in candidates {
            guard let known = defined[candidate] else { continue }
            if known.reference == reference { return known.node }
            // All references were read before the schema itself.
            if reference == nil {
                uses.append(Use(from: "", of: known.reference ?? "", depth: depth))
                return known.node
            }
        }
        let node = try append(SchemaNode(kind: .null))
        pending.append(
            PendingName(node: node, candidates: candidates, path: path, reference: reference, depth: depth))
        return node
    }

    private mutating func primitive(_ kind: AvroKind, _ object: JSONObject) throws(AvroSchemaError) -> Int32 {
        var node = SchemaNode(kind: kind)
        LogicalTypeReader.read(object, into: &node)
        return node.logicalType == .none ? Int32(kind.rawValue) : try append(node)
    }

    private mutating func container(
        _ kind: AvroKind, _ key: String, _ object: JSONObject, in namespace: String
    ) throws(AvroSchemaError) -> Int32 {
        guard let inner = object[key] else {
            throw error(.missingAttribute, "\(kind == .array ? "an array" : "a map") has '\(key)'")
        }
        let node = try append(SchemaNode(kind: kind))
        let within = try at(key) { (parser) throws(AvroSchemaError) in try parser.type(inner, in: namespace) }
        tables.nodes[Int(node)].first = within
        return node
    }

    private mutating func union(_ branches: [JSONValue], in namespace: String) throws(AvroSchemaError) -> Int32 {
        let node = try append(SchemaNode(kind: .union))
        var types: [Int32] = []
        for (place, branch) in branches.enumerated() {
            types.append(
                try at(String(place)) { (parser) throws(AvroSchemaError) in
                    if case .array = branch {
                        throw parser.error(.nestedUnion, "a union cannot be a branch of a union")
                    }
                    return try parser.type(branch, in: namespace)
                })
        }
        tables.nodes[Int(node)].first = Int32(tables.branches.count)
        tables.nodes[Int(node)].count = Int32(types.count)
        tables.branches.append(contentsOf: types)
        unions.append((node, path, reference))
        return node
    }

    mutating func append(_ node: SchemaNode) throws(AvroSchemaError) -> Int32 {
        guard tables.nodes.count < limits.types + 8 else {
            throw error(.tooManyTypes, "the schema has more than \(limits.types) types")
        }
        tables.nodes.append(node)
        return Int32(tables.nodes.count - 1)
    }
}
