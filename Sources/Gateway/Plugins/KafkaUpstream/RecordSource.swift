internal import Bytes
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// The part of a request that a record's key or topic comes from.
enum RecordSource: Sendable {
    case queryArgument([UInt8])
    case header([UInt8])
    case pathCapture(String)
    case jsonPointer(JSONPointer)
    case consumer(ConsumerField)

    enum ConsumerField: String, Sendable {
        case id, username
        case customID = "custom_id"
    }

    /// What is wrong with a source's record.
    static let problems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { source in
        let name = source["name"]?.stringValue
        switch source["from"]?.stringValue {
        case "header":
            guard let name, HeaderName.isValid(name) else {
                return [(["name"], "the name of a header field is needed")]
            }
        case "path_capture":
            guard let name, !name.isEmpty else { return [(["name"], "the name or number of a capture is needed")] }
        case "json_pointer":
            do throws(JSONError) { _ = try JSONPointer(name ?? "") } catch { return [(["name"], error.message)] }
        case "consumer":
            if let name, ConsumerField(rawValue: name) == nil {
                return [(["name"], "expected one of: id, username, custom_id")]
            }
        default: break
        }
        return []
    }

    /// Nil when no source is configured.
    init?(_ source: JSONObject?) throws {
        guard let source, let from = source["from"]?.stringValue else { return nil }
        let name = source["name"]?.stringValue ?? ""
        switch from {
        case "header": self = .header(Array(name.utf8))
        case "path_capture": self = .pathCapture(name)
        case "json_pointer": self = .jsonPointer(try JSONPointer(name))
        default: self = .consumer(ConsumerField(rawValue: name) ?? .username)
        }
    }

    /// Whether the body must be there, and be JSON.
    var needsJSON: Bool { if case .jsonPointer = self { true } else { false } }

    /// What the request has there; nil when it has nothing.
    ///
    /// - Parameter json: The record's JSON text, checked; empty when the body is none.
    func value(_ exchange: borrowing Exchange, _ context: RequestContext, json: Span<UInt8>) -> [UInt8]? {
        switch self {
        case .queryArgument(let name): QueryArguments.value(of: name, in: exchange.request.queryBytes())
        case .header(let name):
            if let index = exchange.request.index(of: name.span) { exchange.request.value(index).array } else { nil }
        case .pathCapture(let name): context.pathCaptures.value(name)
        case .jsonPointer(let pointer): Self.value(at: pointer, in: json)
        case .consumer(let field): Self.value(of: field, context.consumer)
        }
    }

    /// A string's text; a number, object or other value as it is written; null is nothing.
    private static func value(at pointer: JSONPointer, in json: Span<UInt8>) -> [UInt8]? {
        guard let range = JSONText.range(of: pointer, in: json) else { return nil }
        let text = json.extracting(range)
        switch JSONText.kind(ofFirst: text[0]) {
        case .string: return JSONText.decodeString(text)
        case .null: return nil
        default: return text.array
        }
    }

    private static func value(of field: ConsumerField, _ consumer: ConsumerInfo?) -> [UInt8]? {
        guard let consumer else { return nil }
        let text =
            switch field {
            case .id: consumer.id
            case .username: consumer.username
            case .customID: consumer.customID
            }
        return text.map { Array($0.utf8) }
    }
}
