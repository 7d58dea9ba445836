internal import JSON

/// Kong's rule for the paths of log files.
enum LogPath {
    private static let forbidden: Set<Character> = ["*", "&", "%", "\\", "`"]

    static func problem(_ value: JSONValue) -> String? {
        let path = value.stringValue ?? ""
        if path.first?.isWhitespace == true || path.last?.isWhitespace == true || path.contains("\0") {
            return "not a valid filename"
        }
        return path.contains(where: forbidden.contains) ? "not a valid filename" : nil
    }
}
