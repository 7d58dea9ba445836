internal import Bytes

extension NormalizedPath {
    /// Why a service might read another path than the one that a route was found by; nil when it will not.
    ///
    /// An escaped slash is no slash here (RFC 3986 §2.2), but some servers decode it before they resolve dot segments:
    /// `/open%2F..%2Fguarded` would lead them out of the route. A path that means it so is refused; others pass.
    static func problem(_ path: Span<UInt8>) -> String? {
        guard var index = path.firstIndex(of: UInt8(ascii: "%")) else { return nil }
        // A dot segment may begin before the first escape.
        while index > 0, path[index - 1] != UInt8(ascii: "/") { index -= 1 }
        var segment = Segment()
        while index < path.count {
            var byte = path[index]
            var isEscaped = false
            if byte == UInt8(ascii: "%") {
                guard index + 2 < path.count, let high = Hex.value(of: path[index + 1]),
                    let low = Hex.value(of: path[index + 2])
                else { return "the path holds a percent sign that escapes nothing" }
                byte = high << 4 | low
                if byte == 0 { return "the path holds an escaped null" }
                isEscaped = true
                index += 2
            }
            index += 1
            let isSlash = byte == UInt8(ascii: "/") || isEscaped && byte == UInt8(ascii: "\\")
            if isSlash {
                if segment.end(isEscaped: isEscaped) { return Segment.problem }
            } else {
                segment.take(byte)
            }
        }
        return segment.end(isEscaped: false) ? Segment.problem : nil
    }

    /// What stands between two slashes, escaped or not.
    private struct Segment {
        static let problem = "the path holds a dot segment beside an escaped slash"

        private var count = 0
        private var isDots = true
        private var beganEscaped = false

        mutating func take(_ byte: UInt8) {
            count += 1
            if byte != UInt8(ascii: ".") { isDots = false }
        }

        /// Whether it was a dot segment that an escaped slash makes one.
        mutating func end(isEscaped: Bool) -> Bool {
            let isFound = isDots && (count == 1 || count == 2) && (beganEscaped || isEscaped)
            count = 0
            isDots = true
            beganEscaped = isEscaped
            return isFound
        }
    }
}
