internal import Bytes

/// Paths in one form, so that `/a//b/../%63` and `/a/c` meet the same route (RFC 3986 §6.2.2): unreserved characters
/// unescaped, other escapes in upper case, dot segments resolved, slashes merged.
enum NormalizedPath {
    /// Whether `path` is in that form already, as nearly all are.
    static func isNormal(_ path: Span<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for index in path.indices {
            let byte = path[index]
            if byte == UInt8(ascii: "%") { return false }
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        return true
    }

    /// The path in that form; one that climbs above the root stays there.
    static func make(_ path: Span<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            if path[index] == UInt8(ascii: "%"), index + 2 < path.count, let high = Hex.value(of: path[index + 1]),
                let low = Hex.value(of: path[index + 2])
            {
                let byte = high << 4 | low
                if PercentCoding.isUnreserved(byte) {
                    decoded.append(byte)
                } else {
                    decoded.append(UInt8(ascii: "%"))
                    decoded.append(upperDigit(high))
                    decoded.append(upperDigit(low))
                }
                index += 3
            } else {
                decoded.append(path[index])
                index += 1
            }
        }
        return resolvingSegments(decoded)
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    private static func resolvingSegments(_ path: [UInt8]) -> [UInt8] {
        var segments: [ArraySlice<UInt8>] = []
        let dot = UInt8(ascii: ".")
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var endsInSlash = false
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            if part.count == 2, part.allSatisfy({ $0 == dot }) {
                if !segments.isEmpty { segments.removeLast() }
                endsInSlash = isLast
            } else if part.count == 1, part.first == dot {
                endsInSlash = isLast
            } else if part.isEmpty {
                endsInSlash = isLast
            } else {
                segments.append(part)
            }
        }
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        for segment in segments {
            output.append(UInt8(ascii: "/"))
            output.append(contentsOf: segment)
        }
        if output.isEmpty || endsInSlash { output.append(UInt8(ascii: "/")) }
        return output
    }
}
