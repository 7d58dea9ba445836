internal import JSON

/// Turns a schema, and what it refers to, into a graph. One for each schema. What only references hold is compiled when
/// something refers to it.
struct SchemaCompiler {
    let options: JSONSchemaOptions
    var library: SchemaLibrary
    /// By number of place; nil when not compiled yet.
    var nodes: [Int: SchemaNode] = [:]
    /// Places to compile.
    private var waiting: [Int] = []
    /// For each node those that look at the same value.
    var sameValue: [Int: [Int]] = [:]
    /// What dynamic references ask for.
    var dynamicAnchors: Set<String> = []
    var refersRecursively = false
    private let root: Int

    init(
        _ schema: JSONValue, options: JSONSchemaOptions, references: [String: JSONValue]
    ) throws(JSONSchemaError) {
        self.options = options
        library = SchemaLibrary(limits: options.limits, references: references)
        root = try library.add(schema, named: nil, dialect: Dialect(options.draft))
        // Every schema of the document is looked at, so that no fault is hidden where nothing refers to it.
        waiting = Array(library.places.indices)
        let dialect = library.places[root].dialect
        for (name, value) in references.sorted(by: { $0.key < $1.key }) {
            _ = try library.add(value, named: name, dialect: dialect)
        }
    }

    mutating func compile() throws(JSONSchemaError) -> SchemaGraph {
        while !waiting.isEmpty {
            while let number = waiting.popLast() {
                guard nodes[number] == nil else { continue }
                nodes[number] = try node(number)
            }
            requireDynamicTargets()
        }
        try CycleCheck(self).run()
        var graph = SchemaGraph()
        graph.nodes = library.places.indices.map { nodes[$0] ?? SchemaNode() }
        graph.resources = library.resources
        graph.documents = library.documents
        graph.root = root
        return graph
    }

    /// The number of a schema within another; it will be compiled.
    mutating func schema(_ number: Int, _ path: [String]) throws(JSONSchemaError) -> Int {
        let place = library.places[number]
        let pointer = place.pointer + JSONPointer(tokens: path).description
        guard let found = library.number(document: place.document, pointer: pointer) else {
            throw Self.error(
                .notASchema, "a schema is an object\(place.dialect.draft == .draft4 ? "" : " or a boolean")",
                document: library.documents[place.document], pointer: pointer)
        }
        waiting.append(found)
        return found
    }

    /// What a reference means; it will be compiled.
    mutating func resolve(_ reference: String, from number: Int) throws(JSONSchemaError) -> Int {
        let target = try library.resolve(reference, from: number)
        waiting.append(target)
        return target
    }

    /// A dynamic reference may mean any schema with its anchor, also of documents that are not yet known.
    private mutating func requireDynamicTargets() {
        for resource in library.resources {
            for (anchor, target) in resource.dynamicAnchors where dynamicAnchors.contains(anchor) {
                if nodes[target] == nil { waiting.append(target) }
            }
            if refersRecursively, let target = resource.recursiveAnchor, nodes[target] == nil { waiting.append(target) }
        }
    }

    private mutating func node(_ number: Int) throws(JSONSchemaError) -> SchemaNode {
        let place = library.places[number]
        var node = SchemaNode(resource: place.resource, document: place.document, pointer: place.pointer)
        switch place.value {
        case .bool(let isAlways): node.isNever = !isAlways
        case .object(let object):
            var reader = KeywordReader(number: number, place: place, object: object)
            try reader.read(&self)
            node.types = reader.types
            node.keywords = reader.assertions
            node.tracksCoverage = reader.tracksCoverage
            node.hasDefault = object["default"] != nil
            sameValue[number] = reader.sameValue
        default:
            throw library.error(.notASchema, "a schema is an object or a boolean", place)
        }
        return node
    }

    static func error(
        _ rule: JSONSchemaError.Rule, _ message: String, document: String?, pointer: String
    ) -> JSONSchemaError {
        let place: JSONPointer
        do { place = try JSONPointer(pointer) } catch { place = JSONPointer(tokens: []) }
        return JSONSchemaError(rule, message, at: place, document: document)
    }
}
