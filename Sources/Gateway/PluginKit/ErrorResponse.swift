internal import Bytes
package import HTTPServer
internal import JSON
internal import Observability

/// The gateway's own error answers, in the form that the client's `Accept` asks for (reference section 7.13).
package enum ErrorResponse {
    package enum Form: String, Sendable {
        case json = "application/json"
        case html = "text/html"
        case xml = "application/xml"
        case plain = "text/plain"
    }

    /// Replaces the response by an error.
    ///
    /// - Parameter message: Text of ours, without any byte of the request.
    package static func write(
        _ status: Int, _ message: String, to exchange: inout Exchange, _ context: RequestContext
    ) {
        if exchange.request.isHTTP2, isGRPC(exchange.request) {
            return writeGRPC(GRPCStatus(http: status), message, to: &exchange)
        }
        exchange.response.status = status
        exchange.response.body.removeAll(keepingCapacity: true)
        var chosen = context.errorForm
        if let index = exchange.request.index(of: "accept") { chosen = form(accepted: exchange.request.value(index)) }
        let id = context.requestID.description
        var body: [UInt8] = []
        switch chosen {
        case .json:
            exchange.response.setField("content-type", "application/json; charset=utf-8" as StaticString)
            body.append("{\"message\":" as StaticString)
            JSONText.appendString(message, to: &body)
            body.append(",\"request_id\":\"\(id)\"}")
        case .html:
            exchange.response.setField("content-type", "text/html; charset=utf-8" as StaticString)
            let text = escaped(message)
            body.append(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Error</title>\n"
                    + "<h1>Error</h1>\n<p>\(text)</p>\n<p>request_id: \(id)</p>\n</html>\n")
        case .xml:
            exchange.response.setField("content-type", "application/xml; charset=utf-8" as StaticString)
            body.append(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>\(escaped(message))</message>\n"
                    + "  <requestid>\(id)</requestid>\n</error>\n")
        case .plain:
            exchange.response.setField("content-type", "text/plain; charset=utf-8" as StaticString)
            body.append("\(message)\nrequest_id: \(id)\n")
        }
        exchange.response.body = body
    }

    /// Whether a request is one of gRPC, by its Content-Type.
    package static func isGRPC(_ request: borrowing RequestHead) -> Bool {
        guard let index = request.index(of: "content-type") else { return false }
        let value = request.value(index)
        return value.count >= 16 && value.extracting(0..<16).equalsIgnoringCase("application/grpc")
    }

    /// Replaces the response by one that gRPC's clients read: a status in the head, and nothing behind it.
    package static func writeGRPC(_ status: GRPCStatus, _ message: String, to exchange: inout Exchange) {
        exchange.response.status = 200
        exchange.response.body.removeAll(keepingCapacity: true)
        exchange.response.setField("content-type", "application/grpc" as StaticString)
        exchange.response.setField("grpc-status", decimal: status.rawValue)
        let encoded = GRPCStatus.encoded(message)
        exchange.response.setField("grpc-message", encoded.span)
    }

    /// The form with the highest weight; of equal ones the first named; JSON for anything unknown.
    private static func form(accepted: Span<UInt8>) -> Form {
        // What clients send that do not care.
        if accepted.equals("*/*") || accepted.count > 1024 { return .json }
        var best: (form: Form, weight: Int)?
        for part in accepted.string.split(separator: ",") {
            let pieces = part.split(separator: ";").map { trimmed($0) }
            guard let type = pieces.first?.lowercased(), let form = form(type: type) else { continue }
            var weight = 1000
            for piece in pieces.dropFirst() where piece.lowercased().hasPrefix("q=") {
                weight = thousandths(piece.dropFirst(2))
            }
            if weight > 0, weight > best?.weight ?? 0 { best = (form, weight) }
        }
        return best?.form ?? .json
    }

    /// A weight from 0 to 1 with at most three decimals (RFC 9110 §12.4.2); anything else weighs nothing.
    private static func thousandths(_ weight: Substring) -> Int {
        let digits = Array(weight.utf8)
        guard let first = digits.first, first == 0x30 || first == 0x31, digits.count <= 5 else { return 0 }
        var value = Int(first - 0x30) * 1000
        var unit = 100
        for (place, digit) in digits.enumerated().dropFirst() {
            if place == 1 {
                guard digit == UInt8(ascii: ".") else { return 0 }
                continue
            }
            guard digit >= 0x30, digit <= 0x39 else { return 0 }
            value += Int(digit - 0x30) * unit
            unit /= 10
        }
        return value <= 1000 ? value : 0
    }

    private static func form(type: String) -> Form? {
        switch type {
        case "application/json", "application/*", "*/*": .json
        case "text/html", "text/*", "application/xhtml+xml": .html
        case "application/xml", "text/xml": .xml
        case "text/plain": .plain
        default: nil
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for character in text {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            default: output.append(character)
            }
        }
        return output
    }
}
