internal import Bytes
internal import HTTPServer

/// What a body is, by its media type; parameters do not count (reference section 1.4).
enum BodyForm {
    case formURLEncoded, json, ndjson, multipart, text, other

    init(_ request: borrowing RequestHead) {
        guard let index = request.index(of: "content-type") else {
            self = .other
            return
        }
        let value = request.value(index)
        self.init(mediaType: value.extracting(0..<(value.firstIndex(of: UInt8(ascii: ";")) ?? value.count)).trimmed())
    }

    /// - Parameter mediaType: Without parameters.
    init(mediaType: Span<UInt8>) {
        self =
            if mediaType.equalsIgnoringCase("application/json") {
                .json
            } else if mediaType.equalsIgnoringCase("application/x-www-form-urlencoded") {
                .formURLEncoded
            } else if mediaType.equalsIgnoringCase("multipart/form-data") {
                .multipart
            } else if mediaType.equalsIgnoringCase("application/x-ndjson")
                || mediaType.equalsIgnoringCase("application/jsonl")
            {
                .ndjson
            } else if Self.isText(mediaType) {
                .text
            } else {
                .other
            }
    }

    private static func isText(_ type: Span<UInt8>) -> Bool {
        type.equalsIgnoringCase("text/plain") || type.equalsIgnoringCase("text/html")
            || type.equalsIgnoringCase("application/xml") || type.equalsIgnoringCase("text/xml")
            || type.equalsIgnoringCase("application/soap+xml")
    }
}

/// A request that cannot become a record; told to the client with 400, or with 500 when that is the configuration's doing.
struct BodyProblem: Error {
    let message: String
    let isClients: Bool

    init(_ message: String, isClients: Bool = true) {
        self.message = message
        self.isClients = isClients
    }
}

extension BodyForm {
    /// Whether a batch may come in this form.
    var isBatch: Bool { self == .json || self == .ndjson }
}
