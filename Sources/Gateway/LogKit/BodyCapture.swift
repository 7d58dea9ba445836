internal import Bytes
internal import JSON
internal import PluginKit

/// The beginning of a body, kept while it passes.
final class BodyCapture: BodyObserver {
    /// What `log_bodies` asks for.
    struct Rules: Sendable {
        let request: Bool
        let response: Bool
        let maximum: Int
        private let types: [MediaType]

        init(_ config: JSONObject) {
            request = config["request"]?.boolValue ?? false
            response = config["response"]?.boolValue ?? false
            maximum = config["max_size"]?.integerValue ?? 4_096
            types = (config["content_types"] ?? LogEntryFields.defaultBodyTypes).texts.compactMap { MediaType($0) }
        }

        var isWanted: Bool { request || response }

        /// Whether bodies of that `Content-Type` are kept.
        func takes(_ contentType: String?) -> Bool {
            guard let contentType, let type = MediaType(contentType) else { return false }
            return types.contains { $0.includesKind(of: type) }
        }
    }

    private let maximum: Int
    private var bytes: [UInt8] = []
    private var count = 0

    init(maximum: Int) { self.maximum = maximum }

    func passed(_ piece: Span<UInt8>) {
        count += piece.count
        let rest = maximum - bytes.count
        if rest > 0 { bytes.append(piece.extracting(0..<min(rest, piece.count))) }
    }

    func ended(isComplete: Bool) {}

    /// The members of `request` or `response` that tell the body; none for an empty one.
    var members: [(name: String, value: JSONValue)] {
        if bytes.isEmpty { return [] }
        let bytes = bytes
        var members: [(name: String, value: JSONValue)] = []
        if let text = Self.text(bytes, isCut: count > bytes.count) {
            members.append(("body", .string(text)))
        } else {
            members.append(("body", .string(Base64.text(bytes.span))))
            members.append(("body_base64", true))
        }
        if count > bytes.count { members.append(("body_size", .integer(count))) }
        return members
    }

    /// Nil when it is no UTF-8. A cut may go through a character, which is left out.
    private static func text(_ bytes: [UInt8], isCut: Bool) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard isCut else { return nil }
        for dropped in 1...3 where dropped < bytes.count {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }
}

extension MediaType {
    /// As `includesType`, where a subtype may also be `*` with an end, such as `*+json`.
    func includesKind(of other: MediaType) -> Bool {
        if includesType(of: other) { return true }
        guard subtype.hasPrefix("*"), type == "*" || type == other.type else { return false }
        return other.subtype.hasSuffix(subtype.dropFirst())
    }
}
