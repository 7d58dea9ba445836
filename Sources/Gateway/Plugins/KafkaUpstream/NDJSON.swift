internal import Bytes

/// Newline-delimited JSON: one document a line, blank lines count nothing.
enum NDJSON {
    static func lines(_ body: Span<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while start < body.count {
            let end = body.firstIndex(of: 10, from: start) ?? body.count
            var isBlank = true
            for index in start..<end where body[index] != 0x20 && body[index] != 9 && body[index] != 13 {
                isBlank = false
            }
            // A carriage return before the line break belongs to the break.
            if !isBlank { lines.append(start..<(body[end - 1] == 13 ? end - 1 : end)) }
            start = end + 1
        }
        return lines
    }
}
