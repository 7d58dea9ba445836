extension JSONText {
    /// Where the parts that `paths` lead to begin, a member at its name: the bytes' offsets. Of a path that leads to
    /// nothing, where the nearest part on the way begins that is there.
    ///
    /// `text` was checked. One pass over it finds them all, so that nothing needs to be kept for those who never ask.
    package static func offsets(of paths: [[JSONPathElement]], in text: Span<UInt8>) -> [Int] {
        let root = Wanted()
        for path in paths {
            var part = root
            for element in path { part = part.child(element) }
        }
        root.offset = firstNonBlank(text, 0)
        find(root, in: text, at: root.offset ?? 0)
        return paths.map { path in
            var part = root
            var offset = root.offset ?? 0
            for element in path {
                guard let next = part.children[element], let found = next.offset else { break }
                (part, offset) = (next, found)
            }
            return offset
        }
    }

    /// A part that somebody asks for, or that is on the way to one.
    private final class Wanted {
        var children: [JSONPathElement: Wanted] = [:]
        var offset: Int?

        func child(_ element: JSONPathElement) -> Wanted {
            if let known = children[element] { return known }
            let child = Wanted()
            children[element] = child
            return child
        }

        /// What was found in a member counts no more when another of the same name comes.
        func forget() {
            for child in children.values where child.offset != nil {
                child.offset = nil
                child.forget()
            }
        }
    }

    /// Finds what is wanted in the value that begins at `start`, and where that ends. As deep as paths are long.
    @discardableResult
    private static func find(_ part: Wanted, in text: Span<UInt8>, at start: Int) -> Int {
        guard !part.children.isEmpty, start < text.count else { return valueEnd(text, start) }
        switch text[start] {
        case UInt8(ascii: "{"): return findMembers(part, in: text, at: start)
        case UInt8(ascii: "["): return findElements(part, in: text, at: start)
        default: return valueEnd(text, start)
        }
    }

    private static func findMembers(_ part: Wanted, in text: Span<UInt8>, at start: Int) -> Int {
        var position = firstNonBlank(text, start + 1)
        while position < text.count, text[position] == UInt8(ascii: "\"") {
            let nameEnd = valueEnd(text, position)
            let name = String(decoding: decodeString(text.extracting(position..<nameEnd)), as: UTF8.self)
            // Over the colon to the value.
            let value = firstNonBlank(text, firstNonBlank(text, nameEnd) + 1)
            let end: Int
            if let child = part.children[.key(name)] {
                child.forget()
                child.offset = position
                end = find(child, in: text, at: value)
            } else {
                end = valueEnd(text, value)
            }
            position = nextInContainer(text, end)
        }
        return position + 1
    }

    private static func findElements(_ part: Wanted, in text: Span<UInt8>, at start: Int) -> Int {
        var position = firstNonBlank(text, start + 1)
        var index = 0
        while position < text.count, text[position] != UInt8(ascii: "]") {
            let end: Int
            if let child = part.children[.index(index)] {
                child.offset = position
                end = find(child, in: text, at: position)
            } else {
                end = valueEnd(text, position)
            }
            position = nextInContainer(text, end)
            index += 1
        }
        return position + 1
    }

    /// From the end of one value to the beginning of the next, or to the end of what holds them.
    private static func nextInContainer(_ text: Span<UInt8>, _ end: Int) -> Int {
        let position = firstNonBlank(text, end)
        guard position < text.count, text[position] == UInt8(ascii: ",") else { return position }
        return firstNonBlank(text, position + 1)
    }
}
