package import PluginKit

/// How the data plane of a node behaves, whatever is configured.
package struct GatewayOptions: Sendable {
    /// What the gateway adds to answers (Kong's `headers`).
    package struct AnswerFields: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// `Server`, of answers that the gateway makes itself.
        package static let server = AnswerFields(rawValue: 1)
        /// `Via`, of those that come from a service.
        package static let via = AnswerFields(rawValue: 2)
        package static let proxyLatency = AnswerFields(rawValue: 4)
        package static let upstreamLatency = AnswerFields(rawValue: 8)
        package static let responseLatency = AnswerFields(rawValue: 16)
        package static let upstreamStatus = AnswerFields(rawValue: 32)
        package static let requestID = AnswerFields(rawValue: 64)

        package static let latencies: AnswerFields = [.proxyLatency, .upstreamLatency, .responseLatency]
        package static let standard: AnswerFields = [.server, .via, .latencies, .requestID]
    }

    /// What `Server` and `Via` tell.
    package var serverName = "sluice"
    package var answerFields = AnswerFields.standard
    /// Whether services get `X-Kong-Request-Id`.
    package var tellsServicesRequestID = true
    /// Who is believed about where requests come from.
    package var trusted = TrustedPeers()
    /// The form of errors for clients that do not say which they accept.
    package var errorForm = ErrorResponse.Form.json
    /// Whether answers to requests with `Kong-Debug: 1` tell route and service.
    package var answersDebugging = false

    package init() {}
}
