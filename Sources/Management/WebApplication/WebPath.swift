internal import Bytes

/// The segments of a request's path.
enum WebPath {
    /// Percent-decoded, a slash at the end left out; nil when an escape is malformed or the text is no UTF-8.
    static func segments(_ path: Span<UInt8>) -> [String]? {
        var segments: [String] = []
        var start = 1
        while start <= path.count {
            let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
            if end > start || end < path.count {
                guard let decoded = PercentCoding.decode(path.extracting(start..<end), plusIsSpace: false),
                    UTF8Validation.isValid(decoded.span)
                else { return nil }
                segments.append(String(decoding: decoded, as: UTF8.self))
            }
            start = end + 1
        }
        return segments
    }
}
