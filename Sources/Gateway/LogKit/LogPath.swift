package import JSON

/// Kong's rule for the paths of log files.
package enum LogPath {
    private static let forbidden: Set<Character> = ["*", "&", "%", "\\", "`"]

    package static func problem(_ value: JSONValue) -> String? {
        let path = value.stringValue ?? ""
        if path.first?.isWhitespace == true || path.last?.isWhitespace == true || path.contains("\0") {
            return "not a valid filename"
        }
        return path.contains(where: forbidden.contains) ? "not a valid filename" : nil
    }
}
