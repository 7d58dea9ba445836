/// The members of a JSON object, in the order in which they came. Two objects are equal when they have the same
/// members, in whatever order.
package struct JSONObject: Sendable {
    package typealias Member = (key: String, value: JSONValue)

    private var members: [Member] = []
    /// Where each key stands; kept only when searching one by one would be slow.
    private var places: [String: Int]?

    /// Up to this many members are searched one by one.
    private static let searchedInTurn = 12

    package init() {}

    /// Of members with the same key the last value counts, in the place of the first.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }
    package var values: [JSONValue] { members.map(\.value) }

    /// The value of `key`. Setting nil removes the member; to hold a JSON null set `.null`.
    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let place = place(of: key) {
                members[place].value = newValue
                return
            }
            members.append((key, newValue))
            if places != nil {
                places?[key] = members.count - 1
            } else if members.count > Self.searchedInTurn {
                indexMembers()
            }
        }
    }

    /// Takes a member out; the others keep their order.
    @discardableResult
    package mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let place = place(of: key) else { return nil }
        let removed = members.remove(at: place).value
        places = nil
        if members.count > Self.searchedInTurn { indexMembers() }
        return removed
    }

    /// Keeps the members for which `isKept` holds, in their order.
    package func filter(_ isKept: (Member) throws -> Bool) rethrows -> JSONObject {
        var kept = JSONObject()
        kept.members = try members.filter(isKept)
        if kept.members.count > Self.searchedInTurn { kept.indexMembers() }
        return kept
    }

    /// Whether both share their members, as copies do until one is changed: then they are equal without a look at any.
    package func isCopy(of other: JSONObject) -> Bool {
        guard members.count == other.members.count else { return false }
        return members.withUnsafeBufferPointer { own in
            other.members.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
        }
    }

    private func place(of key: String) -> Int? {
        if let places { return places[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func indexMembers() {
        var places = [String: Int](minimumCapacity: members.count * 2)
        for (place, member) in members.enumerated() { places[member.key] = place }
        self.places = places
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { members.count }
    package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // Order must not count, so each member is hashed alone and the results are added up.
        var sum = 0
        for member in members {
            var alone = Hasher()
            alone.combine(member.key)
            alone.combine(member.value)
            sum &+= alone.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

extension JSONObject: CustomStringConvertible {
    package var description: String { JSONValue.object(self).text }
}
