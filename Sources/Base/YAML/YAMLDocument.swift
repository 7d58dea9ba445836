package import JSON

/// A document: its value, and where each part of it stands in the text.
package struct YAMLDocument: Sendable {
    let root: YAMLNode

    /// The whole as a JSON value.
    package var value: JSONValue { root.value }

    /// Where the part at `path` begins, a member at its key; nil when there is no such part. Parts that came by an
    /// alias or merge key stand where they were written.
    package func location(of path: [JSONPathElement]) -> YAMLLocation? {
        var node = root
        var location = root.location
        for element in path {
            switch (element, node.places) {
            case (.key(let key), .members(let members)):
                guard let member = members[key] else { return nil }
                (node, location) = (member.node, member.keyLocation)
            case (.index(let index), .elements(let elements)):
                guard elements.indices.contains(index) else { return nil }
                node = elements[index]
                location = node.location
            default: return nil
            }
        }
        return location
    }

    /// Where the nearest part on the way to `path` begins that exists: for messages about what is missing.
    package func nearestLocation(of path: [JSONPathElement]) -> YAMLLocation {
        for count in stride(from: path.count, through: 0, by: -1) {
            if let location = location(of: Array(path.prefix(count))) { return location }
        }
        return root.location
    }
}

/// A value with the places of its parts.
struct YAMLNode: Sendable {
    enum Places: Sendable {
        case none
        case elements([YAMLNode])
        case members([String: Member])
    }

    struct Member: Sendable {
        let keyLocation: YAMLLocation
        let node: YAMLNode
    }

    let value: JSONValue
    let location: YAMLLocation
    let places: Places
    /// How many values it stands for, itself included.
    let weight: Int
}
