internal import Bytes
internal import HTTPClient
internal import JSON
internal import System

/// Gets access tokens and keeps the last one until shortly before it ends.
actor TokenSource {
    private let configuration: OAuth2Configuration
    private let http: HTTPClient
    private let authoritiesPEM: String?
    private let now: @Sendable () -> UInt64
    private var token: Secret?
    private var ends: UInt64 = 0
    private var fetching: Task<Result<Secret, RegistryFailure>, Never>?

    /// Milliseconds that a token serves whose endpoint does not say.
    private static let unsaidLifetime: UInt64 = 300_000

    /// - Parameter now: Milliseconds of a clock that only goes forward.
    init(
        _ configuration: OAuth2Configuration, _ http: HTTPClient, authoritiesPEM: String?,
        now: @escaping @Sendable () -> UInt64
    ) {
        self.configuration = configuration
        self.http = http
        self.authoritiesPEM = authoritiesPEM
        self.now = now
    }

    /// A token that still holds, asked for once however many want it.
    ///
    /// - Parameter refused: One that the registry did not take: not given again.
    func token(insteadOf refused: Secret? = nil) async throws(RegistryFailure) -> Secret {
        if let token, token != refused, now() < ends { return token }
        let task = fetching ?? Task { await self.fetch() }
        fetching = task
        let result = await task.value
        if fetching == task { fetching = nil }
        return try result.get()
    }

    private func fetch() async -> Result<Secret, RegistryFailure> {
        var options = HTTPTransferOptions()
        options.timeout = configuration.timeout
        if configuration.timeout > 0 { options.connectTimeout = min(options.connectTimeout, configuration.timeout) }
        options.maximumBytes = 1 << 20
        options.verifiesCertificates = configuration.verifiesCertificates
        options.authoritiesPEM = authoritiesPEM
        options.version = configuration.usesHTTP10 ? .http10 : .http11
        options.keepsConnection = configuration.keepsConnection
        options.httpProxy = proxy(configuration.httpProxy)
        options.httpsProxy = proxy(configuration.httpsProxy)
        let answer: HTTPFetched
        do throws(HTTPFetchError) {
            answer = try await http.fetch(
                TokenRequest(configuration: configuration).call(at: Int(WallClock.milliseconds / 1_000)), options)
        } catch { return .failure(failure(.unavailable, error.description)) }
        let document: JSONValue?
        do throws(JSONError) { document = try JSONValue.parse(answer.body.span) } catch { document = nil }
        guard answer.status == 200 else {
            let said = document?["error_description"]?.stringValue ?? document?["error"]?.stringValue
            let text = "status \(answer.status)" + (said.map { ": \($0.prefix(200))" } ?? "")
            return .failure(failure(answer.status >= 500 || answer.status == 429 ? .unavailable : .unauthorized, text))
        }
        guard let text = document?["access_token"]?.stringValue, !text.isEmpty else {
            return .failure(failure(.invalidAnswer, "the answer has no access_token"))
        }
        let seconds = document?["expires_in"]?.numberValue.map { min(max($0, 0), 1e9) }
        let lifetime = seconds.map { UInt64($0 * 1_000) } ?? Self.unsaidLifetime
        token = Secret(text)
        // A tenth, up to half a minute, is for clocks and for what is on its way.
        ends = now() + lifetime - min(lifetime / 10, 30_000)
        return .success(Secret(text))
    }

    private func proxy(_ proxy: OAuth2Configuration.Proxy?) -> HTTPTransferOptions.Proxy? {
        proxy.map {
            .init(url: $0.url, authorization: $0.authorization?.reveal(), exceptions: configuration.noProxy)
        }
    }

    private func failure(_ kind: RegistryFailure.Kind, _ message: String) -> RegistryFailure {
        RegistryFailure(kind, "the token endpoint \(configuration.tokenEndpoint): \(message)")
    }
}
