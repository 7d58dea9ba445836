internal import Bytes
internal import JSON

extension SchemaLibrary {
    /// What a reference in a schema means: the number of a place.
    mutating func resolve(_ reference: String, from number: Int) throws(JSONSchemaError) -> Int {
        let place = places[number]
        let target = URIReference(reference).resolved(against: place.base)
        guard let resource = try resource(target.document, as: reference) else {
            throw error(
                .unresolvedReference, "'\(reference)' means '\(target.document)', which is not among the references",
                place)
        }
        let fragment = Self.decoded(target.fragment ?? "")
        if fragment.isEmpty { return resource }
        if fragment.utf8.first == UInt8(ascii: "/") {
            if let found = try schema(fragment, in: resource) { return found }
        } else if let found = anchors[places[resource].base.document + "#" + fragment]
            ?? anchors[target.document + "#" + fragment]
        {
            return found
        }
        throw error(.unresolvedReference, "'\(reference)' names no schema", place)
    }

    /// The document or schema that is known by a URI.
    private mutating func resource(_ uri: String, as reference: String) throws(JSONSchemaError) -> Int? {
        if let known = resourcePlaces[uri] { return known }
        if let (text, draft) = Metaschemas.text(uri) {
            let value: JSONValue
            do { value = try JSONValue.parse(text: text) } catch {
                preconditionFailure("a metaschema of this room is not JSON: \(error)")
            }
            let number = try add(value, named: uri, dialect: Dialect(draft))
            resourcePlaces[uri] = number
            return number
        }
        // Registries know documents by names that need not be URIs.
        return resourcePlaces[URIReference(reference).document]
    }

    /// The schema at a pointer in a document, also where no keyword known here holds schemas.
    private mutating func schema(_ pointer: String, in resource: Int) throws(JSONSchemaError) -> Int? {
        let start = places[resource]
        let tokens: [String]
        do { tokens = try JSONPointer(pointer).tokens } catch { return nil }
        // First, for this also bounds how many names there are.
        guard let value = start.value.value(at: JSONPointer(tokens: tokens)) else { return nil }
        var nearest = start
        var path = start.pointer
        for token in tokens {
            path += JSONPointer(tokens: [token]).description
            if let number = number(document: start.document, pointer: path) { nearest = places[number] }
        }
        if let number = number(document: start.document, pointer: path) { return number }
        switch value {
        case .object, .bool: break
        default: return nil
        }
        let number = places.count
        try scan(
            Place(
                document: start.document, pointer: path, value: value, base: nearest.base, resource: nearest.resource,
                dialect: nearest.dialect, depth: nearest.depth + 1))
        return number
    }

    /// A fragment without percent-encoding.
    static func decoded(_ fragment: String) -> String {
        let bytes = Array(fragment.utf8)
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = Hex.value(of: bytes[position + 1]), let low = Hex.value(of: bytes[position + 2])
            {
                output.append(high << 4 | low)
                position += 3
            } else {
                output.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
