import JSON

/// A line of the node's log, as `log_format: json` writes it.
struct LogLine: Sendable, CustomStringConvertible {
    private let object: JSONObject

    /// Nil when the text is no such line.
    init?(_ text: some StringProtocol) {
        guard text.hasPrefix("{"), let object = try? JSONValue.parse(text: String(text)).objectValue else { return nil }
        self.object = object
    }

    var message: String { self["message"] }
    var level: String { self["level"] }

    /// A fact's text; empty when the line has none of that name.
    subscript(name: String) -> String { object[name]?.stringValue ?? "" }

    func number(_ name: String) -> Int? { object[name]?.integerValue }

    var description: String { JSONValue.object(object).text }
}
