internal import JSON

extension JSONTape {
    /// The number at `position`, as `JSONValue` has it.
    func number(at position: Int) -> JSONValue? {
        if let integer = integer(at: position) { return .integer(Int(integer)) }
        return double(at: position).map { .number($0) }
    }

    /// Where the value of a member is; of some with the same name that of the last.
    func member(_ name: String, of object: Container) -> Int? {
        var found: Int?
        var place = object.first
        while place < object.end {
            if isString(at: place, name.utf8.span) { found = place + 1 }
            place = next(place + 1)
        }
        return found
    }

    /// Whether the value at `position` is the same as another, however it was written.
    func isEqual(at position: Int, to value: JSONValue) -> Bool {
        switch value {
        case .null: return isNull(at: position)
        case .bool(let value): return bool(at: position) == value
        case .integer, .number: return number(at: position) == value
        case .string(let text): return isString(at: position, text.utf8.span)
        case .array(let elements):
            guard let array = array(at: position), count(at: position) == elements.count else { return false }
            var element = array.first
            for other in elements {
                guard isEqual(at: element, to: other) else { return false }
                element = next(element)
            }
            return true
        case .object(let members):
            guard let object = object(at: position), count(at: position) == members.count else { return false }
            var name = object.first
            while name < object.end {
                guard let other = members[text(at: name)], isEqual(at: name + 1, to: other) else { return false }
                name = next(name + 1)
            }
            return true
        }
    }

    /// The indices of two elements that are equal.
    func equalElements(_ elements: Container, count: Int) -> (Int, Int)? {
        var places: [JSONValue: Int] = [:]
        var (index, element) = (0, elements.first)
        // Few texts are compared one by one; all else by what it says.
        var texts: [Int] = []
        while element < elements.end {
            if count <= 16, let text = string(at: element) {
                for (earlier, place) in texts.enumerated() where place >= 0 && isString(at: place, text) {
                    return (earlier, index)
                }
                texts.append(element)
            } else {
                if let earlier = places.updateValue(index, forKey: value(at: element)) { return (earlier, index) }
                texts.append(-1)
            }
            (index, element) = (index + 1, next(element))
        }
        return nil
    }
}
