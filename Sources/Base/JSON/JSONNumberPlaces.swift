/// Where the numbers of a document stand in its text, for those who need more digits than a `Double` has. Made once for
/// a document, in one pass over the text and one over the tape.
package struct JSONNumberPlaces {
    /// Where each number is on the tape, in order; the text's ranges are in the same order.
    private var positions: [Int] = []
    private var ranges: [Range<Int>] = []

    /// - Parameter text: what the tape was made from.
    package init(_ tape: JSONTape, in text: Span<UInt8>) {
        var position = tape.root
        let end = tape.next(tape.root)
        while position < end {
            switch tape.letter(tape.entries[position]) {
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
                positions.append(position)
                position += 2
            default: position += 1
            }
        }
        var offset = 0
        while offset < text.count {
            switch text[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                while offset < text.count, text[offset] != UInt8(ascii: "\"") {
                    offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
                }
                offset += 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let start = offset
                while offset < text.count, Self.isInNumber(text[offset]) { offset += 1 }
                ranges.append(start..<offset)
            default: offset += 1
            }
        }
    }

    private static func isInNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Where the number at `position` of the tape is in the text.
    package func range(at position: Int) -> Range<Int>? {
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < position { low = middle + 1 } else { high = middle }
        }
        guard low < positions.count, positions[low] == position, low < ranges.count else { return nil }
        return ranges[low]
    }
}
