internal import Bytes
internal import PluginKit

/// One entry of a transformer's lists: a name, and what follows its colons.
struct TransformRule: Sendable, Equatable {
    let name: String
    /// Nil when nothing follows.
    let value: String?

    /// `name` or `name:value`; of several colons in a row all count as one.
    init(_ text: String) {
        let end = text.firstIndex(of: ":") ?? text.endIndex
        name = String(text[..<end])
        let rest = text[end...].drop { $0 == ":" }
        value = rest.isEmpty ? nil : String(rest)
    }

    /// What is wrong with an entry that has to have a value; nil when nothing is.
    static func problemOfPair(_ text: String) -> String? {
        text.dropFirst().contains(":") && !text.hasPrefix(":") ? nil : "invalid value: \(text)"
    }

    /// What is wrong with the name of a header field; nil when nothing is.
    static func problemOfHeader(_ name: String?) -> String? {
        HeaderName.isValid(name ?? "") ? nil : "'\(name ?? "nil")' is not a valid header"
    }
}
