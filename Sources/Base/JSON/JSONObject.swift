/// The members of a JSON object in the order they were added. Equality ignores the order, as JSON does.
package struct JSONObject: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    package typealias Element = (key: String, value: JSONValue)

    private var members: [(key: String, value: JSONValue)] = []
    /// Only kept from `indexThreshold` members on: a scan of a few is faster than hashing.
    private var places: [String: Int] = [:]
    private static let indexThreshold = 12

    package init() {}

    /// Of a repeated name the last value counts, at the first one's place.
    package init(_ elements: some Sequence<(String, JSONValue)>) {
        for (key, value) in elements { self[key] = value }
    }

    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }
    package var values: [JSONValue] { members.map(\.value) }

    package func makeIterator() -> IndexingIterator<[Element]> { members.makeIterator() }

    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (.some, nil): removeValue(forKey: key)
            case (nil, let value?):
                if !places.isEmpty { places[key] = members.count }
                members.append((key, value))
                if places.isEmpty, members.count >= Self.indexThreshold { indexAll() }
            case (nil, nil): break
            }
        }
    }

    @discardableResult
    package mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let place = place(of: key) else { return nil }
        let value = members.remove(at: place).value
        places.removeAll(keepingCapacity: true)
        if members.count >= Self.indexThreshold { indexAll() }
        return value
    }

    private func place(of key: String) -> Int? {
        places.isEmpty ? members.firstIndex { $0.key == key } : places[key]
    }

    private mutating func indexAll() {
        for (place, member) in members.enumerated() { places[member.key] = place }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.members.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // Independent of the order, as equality is.
        var combined = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            combined ^= member.finalize()
        }
        hasher.combine(combined)
    }
}
