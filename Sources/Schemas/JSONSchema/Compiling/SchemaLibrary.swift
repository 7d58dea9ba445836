internal import JSON

/// All schemas of a schema and of the documents it may refer to, and the names under which they are known. A schema is
/// found by walking the keywords that hold schemas: what stands in `enum` is none.
struct SchemaLibrary {
    struct Place {
        let document: Int
        /// As a JSON Pointer.
        let pointer: String
        let value: JSONValue
        var base: URIReference
        var resource: Int
        var dialect: Dialect
        let depth: Int
    }

    let limits: JSONSchemaLimits
    let references: [String: JSONValue]
    var documents: [String?] = []
    var places: [Place] = []
    var resources: [SchemaResource] = []
    private var numbers: [[String: Int]] = []
    /// Places of documents and of schemas with identifiers, by URI.
    var resourcePlaces: [String: Int] = [:]
    /// Each pointer has the names above it once more, however long those are.
    private var pointerBytes = 0
    private static let mostPointerBytes = 16 * 1024 * 1024
    /// By URI with fragment.
    var anchors: [String: Int] = [:]

    init(limits: JSONSchemaLimits, references: [String: JSONValue]) {
        self.limits = limits
        self.references = references
    }

    /// Takes a document in; answers the number of its place.
    mutating func add(_ value: JSONValue, named name: String?, dialect: Dialect) throws(JSONSchemaError) -> Int {
        documents.append(name)
        numbers.append([:])
        let base = URIReference(URIReference(name ?? "").document)
        let first = places.count
        let place = Place(
            document: documents.count - 1, pointer: "", value: value, base: base, resource: -1, dialect: dialect,
            depth: 0)
        try scan(place)
        resourcePlaces[base.document] = resourcePlaces[base.document] ?? first
        return first
    }

    func number(document: Int, pointer: String) -> Int? { numbers[document][pointer] }

    /// Takes in a schema and all within it.
    mutating func scan(_ first: Place) throws(JSONSchemaError) {
        var waiting = [first]
        while var place = waiting.popLast() {
            guard numbers[place.document][place.pointer] == nil else { continue }
            guard place.depth <= limits.schemaDepth else {
                throw error(.tooDeep, "schemas stand deeper than \(limits.schemaDepth) in schemas", place)
            }
            guard places.count < limits.schemas else {
                throw error(.tooManySchemas, "there are more than \(limits.schemas) schemas", place)
            }
            if place.resource < 0 { place.resource = newResource() }
            if case .object(let object) = place.value { try identify(&place, object) }
            numbers[place.document][place.pointer] = places.count
            places.append(place)
            waiting.append(contentsOf: try within(place).reversed())
        }
    }

    private mutating func newResource() -> Int {
        resources.append(SchemaResource())
        return resources.count - 1
    }

    /// Reads the names that a schema gives itself.
    private mutating func identify(_ place: inout Place, _ object: JSONObject) throws(JSONSchemaError) {
        if let uri = object["$schema"]?.stringValue {
            place.dialect = try dialect(of: uri, place)
        }
        let draft = place.dialect.draft
        let number = places.count
        // Up to draft 7 nothing beside `$ref` counts.
        let isReference = draft <= .draft7 && object["$ref"]?.stringValue != nil
        if !isReference, let id = object[draft == .draft4 ? "id" : "$id"]?.stringValue {
            let uri = URIReference(id)
            let isAnchor = id.utf8.first == UInt8(ascii: "#")
            if !isAnchor || id == "#" {
                let isInner = !place.pointer.isEmpty
                place.base = URIReference(uri.resolved(against: place.base).document)
                if isInner, let known = resourcePlaces[place.base.document], places[known].document == place.document {
                    throw error(.badIdentifier, "'\(id)' names two schemas", place)
                }
                if isInner { place.resource = newResource() }
                Self.name(number, place.base.document, in: &resourcePlaces)
            }
            if draft <= .draft7, let fragment = uri.fragment, !fragment.isEmpty {
                Self.name(number, place.base.document + "#" + fragment, in: &anchors)
            }
        }
        guard draft >= .draft2019 else { return }
        if let anchor = object["$anchor"]?.stringValue {
            Self.name(number, place.base.document + "#" + anchor, in: &anchors)
        }
        if draft >= .draft2020, let anchor = object["$dynamicAnchor"]?.stringValue {
            Self.name(number, place.base.document + "#" + anchor, in: &anchors)
            resources[place.resource].dynamicAnchors[anchor] = number
        }
        if draft == .draft2019, object["$recursiveAnchor"]?.boolValue == true {
            resources[place.resource].recursiveAnchor = number
        }
    }

    /// The schema itself comes first, and no reference takes a name away from it.
    private static func name(_ number: Int, _ uri: String, in names: inout [String: Int]) {
        names[uri] = names[uri] ?? number
    }

    private func dialect(of uri: String, _ place: Place) throws(JSONSchemaError) -> Dialect {
        if let draft = JSONSchemaDraft(uri: uri) { return Dialect(draft) }
        var name = URIReference(uri).document
        // A metaschema may have a metaschema of its own, but not without end.
        guard let metaschema = references[name] ?? references[uri] else {
            throw error(.unknownDialect, "'\(uri)' is no draft that is known, and no reference", place)
        }
        var above = metaschema
        for _ in 0..<8 {
            name = URIReference(above["$schema"]?.stringValue ?? "").document
            if let draft = JSONSchemaDraft(uri: name) { return Dialect(draft, metaschema: metaschema) }
            guard let next = references[name] else { break }
            above = next
        }
        throw error(.unknownDialect, "'\(uri)' follows no draft that is known", place)
    }

    /// The schemas that stand directly in a schema.
    private mutating func within(_ place: Place) throws(JSONSchemaError) -> [Place] {
        guard case .object(let object) = place.value else { return [] }
        var paths: [(value: JSONValue, path: [String])] = []
        for (keyword, value) in object {
            guard let holding = place.dialect.holding(keyword) else { continue }
            switch (holding, value) {
            case (.list, .array(let schemas)), (.oneOrList, .array(let schemas)):
                for (index, schema) in schemas.enumerated() { paths.append((schema, [keyword, String(index)])) }
            case (.map, .object(let schemas)), (.mapOrNames, .object(let schemas)):
                for (name, schema) in schemas { paths.append((schema, [keyword, name])) }
            case (.one, _), (.oneOrList, _): paths.append((value, [keyword]))
            default: break
            }
        }
        var found: [Place] = []
        for (value, path) in paths where value.kind == .object || value.kind == .bool {
            let pointer = place.pointer + JSONPointer(tokens: path).description
            pointerBytes += pointer.utf8.count
            guard pointerBytes <= Self.mostPointerBytes else {
                throw error(.tooLarge, "the names on the way to schemas are too long", place)
            }
            found.append(
                Place(
                    document: place.document, pointer: pointer, value: value, base: place.base,
                    resource: place.resource, dialect: place.dialect, depth: place.depth + 1))
        }
        return found
    }

    func error(_ rule: JSONSchemaError.Rule, _ message: String, _ place: Place) -> JSONSchemaError {
        SchemaCompiler.error(rule, message, document: documents[place.document], pointer: place.pointer)
    }
}
