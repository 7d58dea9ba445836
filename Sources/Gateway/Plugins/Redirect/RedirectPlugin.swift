internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Sends clients elsewhere, as Kong's `redirect`.
enum Redirect {
    static let schema = PluginSchema(
        name: "redirect", priority: 779, version: "0.1.0", allowsConsumerGroup: true,
        summary: "Answers every request with a redirection.",
        config: RecordSchema(fields: [
            NamedField(
                "status_code",
                .integer.required().default(301).between(100, 599).check {
                    ($0.integerValue ?? 301) < 200 ? "1xx is no final status: use 200 to 599" : nil
                }.describe("The answer's status, 200 to 599.")),
            NamedField(
                "location",
                .string.required().check {
                    Location($0.stringValue ?? "") == nil ? "missing host in url" : nil
                }.describe("Where clients are sent: a URL with scheme and host.")),
            NamedField(
                "keep_incoming_path",
                .boolean.default(false).describe(
                    "Whether path and query of the request take the place of those of `location`.")),
        ]))

    static let definition = PluginDefinition(schema: schema, phases: .access) { config, _ in
        guard let location = Location(config["location"]?.stringValue ?? "") else {
            throw PluginBuildError("location", "missing host in url")
        }
        return PreparedRedirect(
            status: config["status_code"]?.integerValue ?? 301, location: location,
            keepsPath: config["keep_incoming_path"]?.boolValue ?? false)
    }

    /// A URL, as far as a redirection takes it apart.
    struct Location: Sendable {
        let whole: [UInt8]
        /// Scheme and authority.
        let origin: [UInt8]

        /// Nil unless there is a scheme and a host, and nothing that has to be escaped.
        init?(_ text: String) {
            let bytes = Array(text.utf8)
            guard let separator = text.firstRange(of: "://"),
                bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
            else { return nil }
            let scheme = text[..<separator.lowerBound]
            guard scheme.first?.isLetter == true,
                scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
            else { return nil }
            let authority = text[separator.upperBound...].prefix { !"/?#".contains($0) }
            let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            guard !host.isEmpty, !host.hasPrefix(":") else { return nil }
            whole = bytes
            origin = Array(text[..<authority.endIndex].utf8)
        }
    }
}

struct PreparedRedirect: PreparedPlugin {
    let status: Int
    let location: Redirect.Location
    let keepsPath: Bool

    func plugin(on loop: EventLoop) -> any Plugin { RedirectPlugin(self) }
}

/// The phases of `redirect`.
final class RedirectPlugin: Plugin {
    private let prepared: PreparedRedirect

    init(_ prepared: PreparedRedirect) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        var location = prepared.location.whole
        if prepared.keepsPath {
            location = prepared.location.origin
            // As a transformer may have left it: the query is what goes on.
            location.append(exchange.request.pathBytes())
            if exchange.request.hasQueryMark {
                location.append(UInt8(ascii: "?"))
                location.append(exchange.request.queryBytes())
            }
        }
        exchange.response.status = prepared.status
        exchange.response.setField("location", location.span)
        exchange.response.setField("content-type", "text/plain; charset=utf-8" as StaticString)
        exchange.response.body.append("redirecting" as StaticString)
        return .answer
    }
}
