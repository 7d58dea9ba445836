internal import JSON

extension SchemaParser {
    mutating func record(_ object: JSONObject, in outer: String) throws(AvroSchemaError) -> Int32 {
        let node = try define(.record, object, in: outer)
        let namespace = AvroName.namespace(of: tables.types[Int(tables.nodes[Int(node)].type)].fullName)
        guard let fields = object["fields"] else { throw error(.missingAttribute, "a record has 'fields'") }
        guard case .array(let fields) = fields else {
            throw error(.wrongAttribute, "the fields of a record are an array", "fields")
        }
        var nodes: [FieldNode] = []
        var descriptions: [FieldDescription] = []
        var defaults: [Int: UnreadDefault] = [:]
        var seen: Set<String> = []
        path.append("fields")
        for (place, field) in fields.enumerated() {
            path.append(String(place))
            let (type, description) = try self.field(field, in: namespace)
            guard seen.insert(description.name).inserted else {
                throw error(.duplicateField, "the record has two fields '\(description.name)'", "name")
            }
            if let value = field["default"] {
                defaults[place] = UnreadDefault(value: value, path: path + ["default"], reference: reference)
            }
            nodes.append(FieldNode(name: tables.append(text: description.name), type: type))
            descriptions.append(description)
            path.removeLast()
        }
        path.removeLast()
        let first = tables.fields.count
        tables.nodes[Int(node)].first = Int32(first)
        tables.nodes[Int(node)].detail = Int32(nodes.count - defaults.count)
        tables.setNames(nodes.map(\.name), of: Int(node))
        tables.fields.append(contentsOf: nodes)
        tables.fieldDescriptions.append(contentsOf: descriptions)
        for (place, value) in defaults { unreadDefaults[first + place] = value }
        return node
    }

    private mutating func field(
        _ value: JSONValue, in namespace: String
    ) throws(AvroSchemaError) -> (type: Int32, FieldDescription) {
        guard case .object(let object) = value else {
            throw error(.wrongAttribute, "a field is an object, not \(Self.words(value))")
        }
        let name = try string("name", of: object, "a field has a 'name'")
        guard AvroName.isName(name) else { throw error(.badName, Self.badName(name, "a field"), "name") }
        guard let schema = object["type"] else { throw error(.missingAttribute, "the field '\(name)' has no 'type'") }
        var description = FieldDescription(name: name, doc: object["doc"]?.stringValue)
        description.aliases = try aliases(object) { AvroName.isName($0) }
        if let order = object["order"] {
            guard let known = order.stringValue.flatMap(AvroFieldOrder.init(rawValue:)) else {
                throw error(.badOrder, "'order' is \"ascending\", \"descending\" or \"ignore\"", "order")
            }
            description.order = known
        }
        let type = try at("type") { (parser) throws(AvroSchemaError) in try parser.type(schema, in: namespace) }
        return (type, description)
    }

    mutating func enumeration(_ object: JSONObject, in outer: String) throws(AvroSchemaError) -> Int32 {
        let node = try define(.enum, object, in: outer)
        guard let symbols = object["symbols"] else { throw error(.missingAttribute, "an enum has 'symbols'") }
        guard case .array(let symbols) = symbols else {
            throw error(.wrongAttribute, "the symbols of an enum are an array", "symbols")
        }
        var places: [String: Int] = [:]
        var ranges: [TextRange] = []
        for (place, symbol) in symbols.enumerated() {
            guard case .string(let symbol) = symbol, AvroName.isName(symbol) else {
                throw error(
                    .badSymbol, "a symbol begins with a letter or '_' and has only letters, digits and '_'", "symbols",
                    String(place))
            }
            guard places.updateValue(place, forKey: symbol) == nil else {
                throw error(.duplicateSymbol, "the enum has the symbol '\(symbol)' twice", "symbols", String(place))
            }
            ranges.append(tables.append(text: symbol))
        }
        tables.setNames(ranges, of: Int(node))
        if let value = object["default"] {
            guard let place = value.stringValue.flatMap({ places[$0] }) else {
                throw error(.badEnumDefault, "the default of an enum is one of its symbols", "default")
            }
            tables.nodes[Int(node)].detail = Int32(place)
        }
        return node
    }

    mutating func fixed(_ object: JSONObject, in outer: String) throws(AvroSchemaError) -> Int32 {
        let node = try define(.fixed, object, in: outer)
        guard let value = object["size"] else { throw error(.missingAttribute, "a fixed type has a 'size'") }
        guard case .integer(let size) = value, size >= 0, size <= Int(Int32.max) else {
            throw error(.badSize, "the size of a fixed type is a whole number from 0 to \(Int32.max)", "size")
        }
        tables.nodes[Int(node)].first = Int32(size)
        LogicalTypeReader.read(object, into: &tables.nodes[Int(node)])
        return node
    }

    /// The node of a named type, known by its name from now on, so that it may stand within itself.
    private mutating func define(
        _ kind: AvroKind, _ object: JSONObject, in outer: String
    ) throws(AvroSchemaError) -> Int32 {
        let article = kind == .enum ? "an enum" : kind == .fixed ? "a fixed type" : "a record"
        let name = try string("name", of: object, "\(article) has a 'name'")
        guard AvroName.isFullName(name) else { throw error(.badName, Self.badName(name, article), "name") }
        var namespace = outer
        if let given = object["namespace"], !given.isNull {
            guard case .string(let text) = given, text.isEmpty || AvroName.isFullName(text) else {
                throw error(.badName, "a namespace is names with dots between them", "namespace")
            }
            namespace = text
        }
        let fullName = AvroName.full(name, in: namespace)
        guard AvroKind.primitive(AvroName.unqualified(fullName)) == nil else {
            throw error(.primitiveName, "'\(fullName)' has the name of a primitive type", "name")
        }
        if let other = defined[fullName] {
            let place = other.reference == reference ? "" : " in \(Self.text(other.reference))"
            throw error(.redefinedName, "'\(fullName)' is already defined\(place)", "name")
        }
        let own = AvroName.namespace(of: fullName)
        let aliases = try aliases(object) { AvroName.isFullName($0) }.map { AvroName.full($0, in: own) }
        let node = try append(SchemaNode(kind: kind, type: Int32(tables.types.count)))
        tables.types.append(
            TypeDescription(fullName: fullName, aliases: aliases, doc: object["doc"]?.stringValue))
        defined[fullName] = Definition(node: node, reference: reference)
        return node
    }

    private mutating func aliases(
        _ object: JSONObject, _ isAlias: (String) -> Bool
    ) throws(AvroSchemaError) -> [String] {
        guard let value = object["aliases"], !value.isNull else { return [] }
        guard case .array(let elements) = value else {
            throw error(.badAlias, "aliases are an array of names", "aliases")
        }
        var aliases: [String] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let alias) = element, isAlias(alias) else {
                throw error(.badAlias, "an alias is a name", "aliases", String(place))
            }
            aliases.append(alias)
        }
        return aliases
    }
}
