internal import JSON
internal import RegularExpression

/// Reads the keywords of one schema.
struct KeywordReader {
    let number: Int
    let place: SchemaLibrary.Place
    let object: JSONObject
    var types: TypeNames?
    var assertions: [SchemaAssertion] = []
    var tracksCoverage = false
    /// Schemas that look at the same value.
    var sameValue: [Int] = []

    var draft: JSONSchemaDraft { place.dialect.draft }

    init(number: Int, place: SchemaLibrary.Place, object: JSONObject) {
        self.number = number
        self.place = place
        self.object = object
    }

    mutating func read(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) {
        if draft >= .draft2019, let id = object["$id"]?.stringValue, URIReference(id).fragment ?? "" != "" {
            throw error(.badIdentifier, "'$id' has no fragment; '$anchor' gives one", "$id", compiler)
        }
        if try references(&compiler), draft <= .draft7 { return }
        if place.dialect.vocabularies.contains(.validation) {
            try scalars(compiler)
            try counts(compiler)
        }
        try format(compiler)
        if place.dialect.vocabularies.contains(.applicator) {
            try combinations(&compiler)
            try arrays(&compiler)
            try objects(&compiler)
        }
        // Last, when all others have said what they looked at.
        if draft >= .draft2019, place.dialect.vocabularies.contains(.unevaluated) {
            try one("unevaluatedItems", &compiler) { .unevaluatedItems($0) }
            try one("unevaluatedProperties", &compiler) { .unevaluatedProperties($0) }
            tracksCoverage = object["unevaluatedItems"] != nil || object["unevaluatedProperties"] != nil
        }
    }

    mutating func add(_ name: String, _ rule: SchemaRule) {
        assertions.append(SchemaAssertion(name: name, rule: rule))
    }

    /// Whether there is a `$ref`.
    private mutating func references(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> Bool {
        if let reference = object["$ref"] {
            if let text = reference.stringValue {
                let target = try compiler.resolve(text, from: number)
                add("$ref", .reference(target))
                sameValue.append(target)
            } else if draft >= .draft2019 {
                throw fault("$ref", "a URI reference", compiler)
            }
        }
        if draft == .draft2019, let reference = object["$recursiveRef"] {
            guard reference.stringValue == "#" else { throw fault("$recursiveRef", "\"#\"", compiler) }
            add("$recursiveRef", .recursiveReference(try compiler.resolve("#", from: number)))
            compiler.refersRecursively = true
        }
        if draft >= .draft2020, let reference = object["$dynamicRef"] {
            guard let text = reference.stringValue else { throw fault("$dynamicRef", "a URI reference", compiler) }
            let target = try compiler.resolve(text, from: number)
            let anchor = SchemaLibrary.decoded(URIReference(text).fragment ?? "")
            // It is dynamic only when it means a dynamic anchor to begin with.
            if compiler.library.places[target].value["$dynamicAnchor"]?.stringValue == anchor {
                add("$dynamicRef", .dynamicReference(target, anchor: anchor))
                compiler.dynamicAnchors.insert(anchor)
            } else {
                add("$dynamicRef", .reference(target))
                sameValue.append(target)
            }
        }
        return object["$ref"]?.stringValue != nil
    }

    private mutating func combinations(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) {
        if let nodes = try list("allOf", &compiler) {
            add("allOf", .allOf(nodes))
            sameValue += nodes
        }
        if let nodes = try list("anyOf", &compiler) {
            add("anyOf", .anyOf(nodes))
            sameValue += nodes
        }
        if let nodes = try list("oneOf", &compiler) {
            add("oneOf", .oneOf(nodes))
            sameValue += nodes
        }
        if object["not"] != nil {
            let node = try compiler.schema(number, ["not"])
            add("not", .not(node))
            sameValue.append(node)
        }
        guard draft >= .draft7, object["if"] != nil else { return }
        let condition = try compiler.schema(number, ["if"])
        let then = object["then"] == nil ? nil : try compiler.schema(number, ["then"])
        let otherwise = object["else"] == nil ? nil : try compiler.schema(number, ["else"])
        add("if", .conditional(condition: condition, then: then, otherwise: otherwise))
        sameValue += [condition, then, otherwise].compactMap { $0 }
    }

    /// A keyword that is one schema.
    mutating func one(
        _ name: String, _ compiler: inout SchemaCompiler, _ rule: (Int) -> SchemaRule
    ) throws(JSONSchemaError) {
        guard object[name] != nil else { return }
        add(name, rule(try compiler.schema(number, [name])))
    }

    /// A keyword that is a list of schemas.
    mutating func list(_ name: String, _ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> [Int]? {
        guard let value = object[name] else { return nil }
        guard let schemas = value.arrayValue else { throw fault(name, "a list of schemas", compiler) }
        var nodes: [Int] = []
        for index in schemas.indices { nodes.append(try compiler.schema(number, [name, String(index)])) }
        return nodes
    }

    /// A keyword that holds schemas by name.
    mutating func map(
        _ name: String, _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> [(name: String, node: Int)]? {
        guard let value = object[name] else { return nil }
        guard let schemas = value.objectValue else { throw fault(name, "an object of schemas", compiler) }
        var nodes: [(String, Int)] = []
        for (key, _) in schemas { nodes.append((key, try compiler.schema(number, [name, key]))) }
        return nodes
    }

    func fault(_ name: String, _ expected: String, _ compiler: SchemaCompiler) -> JSONSchemaError {
        error(.badKeyword, "'\(name)' is \(expected)", name, compiler)
    }

    func error(
        _ rule: JSONSchemaError.Rule, _ message: String, _ name: String, _ compiler: SchemaCompiler
    ) -> JSONSchemaError {
        SchemaCompiler.error(
            rule, message, document: compiler.library.documents[place.document],
            pointer: place.pointer + JSONPointer(tokens: [name]).description)
    }

    func pattern(_ text: String, _ name: String, _ compiler: SchemaCompiler) throws(JSONSchemaError) -> Pattern {
        let translated: String
        do { translated = try PatternTranslation.translate(text) } catch {
            throw self.error(.badPattern, "'\(text)' is no pattern: \(error)", name, compiler)
        }
        do { return Pattern(text: text, expression: try RegularExpression(translated, options: .unicode)) } catch {
            throw self.error(.badPattern, "'\(text)' is no pattern: \(error.message)", name, compiler)
        }
    }
}
