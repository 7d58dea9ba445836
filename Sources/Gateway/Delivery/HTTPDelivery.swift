package import HTTPClient
package import JSON
internal import PluginKit

/// How batches go to a server by HTTP.
package struct HTTPDelivery: Sendable {
    private let http: HTTPClient
    private let method: String
    private let endpoint: Endpoint
    private let fields: [(name: String, value: String)]
    private let options: HTTPTransferOptions
    /// The lowest status that is a failure.
    private let failures: Int

    /// Times are in milliseconds.
    package struct Times: Sendable {
        var connect: Int
        /// For the request and its whole answer.
        var whole: Int
        /// How long an unused connection is kept.
        var keepAlive: Int

        package init(connect: Int, whole: Int, keepAlive: Int = 60_000) {
            self.connect = connect
            self.whole = whole
            self.keepAlive = keepAlive
        }
    }

    /// - Parameters:
    ///   - fields: The endpoint's login comes to them.
    ///   - failures: The lowest status that is a failure.
    package init(
        _ http: HTTPClient, method: String = "POST", to endpoint: Endpoint, fields: [(name: String, value: String)],
        times: Times, verifies: Bool, authorities: String?, failures: Int = 300
    ) {
        self.http = http
        self.method = method
        self.endpoint = endpoint
        self.failures = failures
        self.fields = fields + (endpoint.authorization.map { [("Authorization", $0)] } ?? [])
        var options = HTTPTransferOptions()
        options.connectTimeout = times.connect
        options.timeout = times.whole
        options.keepsConnection = times.keepAlive > 0
        options.idleTime = (times.keepAlive + 999) / 1_000
        options.verifiesCertificates = verifies
        options.authoritiesPEM = authorities
        // Nobody reads it.
        options.maximumBytes = 1 << 20
        self.options = options
    }

    package func send(_ body: [UInt8]) async -> DeliveryOutcome {
        do throws(HTTPFetchError) {
            let answer = try await http.fetch(HTTPCall(method, endpoint.url, fields: fields, body: body), options)
            if (200..<failures).contains(answer.status) { return .delivered }
            return .failed("\(endpoint.label) answers \(answer.status)", mayRetry: Self.mayPass(answer.status))
        } catch {
            // What is too large has been taken, as far as one can know; an address stays what it is.
            if error.kind == .tooLarge { return .delivered }
            return .failed("\(endpoint.label): \(error.description)", mayRetry: error.kind != .address)
        }
    }

    /// Whether the same request may be taken later: not after a refusal that blames the request itself.
    private static func mayPass(_ status: Int) -> Bool {
        switch status {
        case 408, 425, 429: true
        case 400..<500: false
        default: true
        }
    }

    /// Header fields of a configuration, by name.
    package static func fields(_ value: JSONValue?) -> [(name: String, value: String)] {
        (value?.objectValue ?? [:]).compactMap { name, value in value.stringValue.map { (name, $0) } }
            .sorted { $0.name < $1.name }
    }
}
