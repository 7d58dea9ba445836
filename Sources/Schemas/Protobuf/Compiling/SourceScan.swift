internal import Bytes

/// What is looked at in source before the library reads it, which reads values of options with a recursion of its own.
struct SourceScan {
    /// How deeply brackets stand in brackets at most. Those of each kind are counted by themselves, so that a bracket that
    /// closes nothing hides no others.
    private(set) var depth = 0
    private var open: [UInt8: Int] = [:]
    private var current = 0

    mutating func read(_ text: Span<UInt8>) {
        var position = 0
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "<"):
                open[byte, default: 0] += 1
                current += 1
                depth = max(depth, current)
            case UInt8(ascii: "}"): close(UInt8(ascii: "{"))
            case UInt8(ascii: "]"): close(UInt8(ascii: "["))
            case UInt8(ascii: ")"): close(UInt8(ascii: "("))
            case UInt8(ascii: ">"): close(UInt8(ascii: "<"))
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // A string ends with its line at the latest.
                while position < text.count, text[position] != byte, text[position] != 0x0a {
                    position += text[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position += 1
            case UInt8(ascii: "/") where position < text.count && text[position] == UInt8(ascii: "/"):
                while position < text.count, text[position] != 0x0a { position += 1 }
            case UInt8(ascii: "/") where position < text.count && text[position] == UInt8(ascii: "*"):
                position += 1
                while position + 1 < text.count,
                    text[position] != UInt8(ascii: "*") || text[position + 1] != UInt8(ascii: "/")
                { position += 1 }
                position += 2
            default: break
            }
        }
    }

    private mutating func close(_ bracket: UInt8) {
        guard let count = open[bracket], count > 0 else { return }
        open[bracket] = count - 1
        current -= 1
    }

    /// The library's line and column (from 0, bytes, a tab reaching to the next multiple of eight) as a reader's.
    static func location(line: Int, column: Int, in text: [UInt8]) -> TextLocation? {
        guard line >= 0, column >= 0 else { return nil }
        var position = 0
        for _ in 0..<line {
            guard let end = text[position...].firstIndex(of: 0x0a) else { break }
            position = end + 1
        }
        var width = 0
        var characters = 0
        while position < text.count, width < column, text[position] != 0x0a {
            width += text[position] == 0x09 ? 8 - width % 8 : 1
            if text[position] & 0xc0 != 0x80 { characters += 1 }
            position += 1
        }
        return TextLocation(line: line + 1, column: characters + 1)
    }
}
