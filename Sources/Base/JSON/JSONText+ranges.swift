internal import Bytes

extension JSONText {
    /// Where the elements of a top-level array are, without the blanks around them. `text` was checked; what is no
    /// array has no elements.
    package static func elementRanges(_ text: Span<UInt8>) -> [Range<Int>] {
        var position = firstNonBlank(text, 0)
        guard position < text.count, text[position] == UInt8(ascii: "[") else { return [] }
        var ranges: [Range<Int>] = []
        position = firstNonBlank(text, position + 1)
        while position < text.count, text[position] != UInt8(ascii: "]") {
            let end = valueEnd(text, position)
            ranges.append(position..<end)
            position = firstNonBlank(text, end)
            if position < text.count, text[position] == UInt8(ascii: ",") {
                position = firstNonBlank(text, position + 1)
            }
        }
        return ranges
    }

    /// Where the value that `pointer` names is, without the blanks around it. `text` was checked. Of members with the
    /// same name the last counts, as in `JSONValue.parse`.
    package static func range(of pointer: JSONPointer, in text: Span<UInt8>) -> Range<Int>? {
        var position = firstNonBlank(text, 0)
        for token in pointer.tokens {
            guard position < text.count else { return nil }
            let next: Int?
            switch text[position] {
            case UInt8(ascii: "{"): next = member(token, of: text, at: position)
            case UInt8(ascii: "["): next = JSONPointer.index(token).flatMap { element($0, of: text, at: position) }
            default: next = nil
            }
            guard let next else { return nil }
            position = next
        }
        return position < text.count ? position..<valueEnd(text, position) : nil
    }

    /// What a value that begins with `byte` is.
    package static func kind(ofFirst byte: UInt8) -> JSONKind {
        switch byte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    private static func member(_ name: String, of text: Span<UInt8>, at start: Int) -> Int? {
        let name = Array(name.utf8)
        var found: Int?
        var position = firstNonBlank(text, start + 1)
        while position < text.count, text[position] == UInt8(ascii: "\"") {
            let nameEnd = valueEnd(text, position)
            let isWanted = isName(text.extracting(position..<nameEnd), name.span)
            // Over the colon to the value.
            position = firstNonBlank(text, firstNonBlank(text, nameEnd) + 1)
            if isWanted { found = position }
            position = firstNonBlank(text, valueEnd(text, position))
            if position < text.count, text[position] == UInt8(ascii: ",") {
                position = firstNonBlank(text, position + 1)
            }
        }
        return found
    }

    private static func isName(_ quoted: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
        if quoted.firstIndex(of: UInt8(ascii: "\\")) == nil {
            return quoted.count >= 2 && quoted.extracting(1..<quoted.count - 1).equals(name)
        }
        let decoded = decodeString(quoted)
        return decoded.span.equals(name)
    }

    private static func element(_ index: Int, of text: Span<UInt8>, at start: Int) -> Int? {
        var position = firstNonBlank(text, start + 1)
        var passed = 0
        while position < text.count, text[position] != UInt8(ascii: "]") {
            if passed == index { return position }
            position = firstNonBlank(text, valueEnd(text, position))
            if position < text.count, text[position] == UInt8(ascii: ",") {
                position = firstNonBlank(text, position + 1)
            }
            passed += 1
        }
        return nil
    }

    /// The end of the value that begins at `start`; always behind `start`, never behind the text, whatever the text.
    static func valueEnd(_ text: Span<UInt8>, _ start: Int) -> Int {
        guard start < text.count else { return text.count }
        switch text[start] {
        case UInt8(ascii: "\""): return stringEnd(text, start)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var depth = 0
            var position = start
            while position < text.count {
                switch text[position] {
                case UInt8(ascii: "\""):
                    position = stringEnd(text, position)
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return position + 1 }
                default: break
                }
                position += 1
            }
            return text.count
        default:
            var position = start + 1
            while position < text.count, !isBlank(text[position]) {
                switch text[position] {
                case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return position
                default: position += 1
                }
            }
            return position
        }
    }

    private static func stringEnd(_ text: Span<UInt8>, _ start: Int) -> Int {
        var position = start + 1
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return text.count
    }

    static func firstNonBlank(_ text: Span<UInt8>, _ start: Int) -> Int {
        var position = min(start, text.count)
        while position < text.count, isBlank(text[position]) { position += 1 }
        return position
    }
}
