internal import Bytes
internal import HTTPClient
internal import JSON
internal import Synchronization

/// Calls of one registry: with its login, tries after failures that may pass, and the circuit breaker.
final class RegistryCaller: Sendable {
    private let configuration: RegistryConfiguration
    private let http: HTTPClient
    private let tokens: TokenSource?
    private let now: @Sendable () -> UInt64
    private let breaker = Mutex(CircuitBreaker())
    let statistics: RegistryStatistics

    private static let tries = 3
    /// Milliseconds before the second try; doubled before the next.
    private static let firstDelay = 100
    private static let mediaType = "application/vnd.schemaregistry.v1+json"

    init(
        _ configuration: RegistryConfiguration, _ http: HTTPClient, _ statistics: RegistryStatistics,
        now: @escaping @Sendable () -> UInt64
    ) {
        self.configuration = configuration
        self.http = http
        self.statistics = statistics
        self.now = now
        if case .oauth2(let oauth2) = configuration.authentication {
            tokens = TokenSource(oauth2, http, authoritiesPEM: configuration.authoritiesPEM, now: now)
        } else {
            tokens = nil
        }
    }

    /// Milliseconds until the registry is asked again; nil when calls pass.
    var pause: UInt64? { breaker.withLock { $0.remaining(at: now()) } }

    /// - Parameter path: With a slash before, percent-encoded.
    func call(_ method: String, _ path: String, body: JSONValue? = nil) async throws(RegistryFailure) -> JSONValue {
        var delay = Self.firstDelay
        for attempt in 1... {
            guard breaker.withLock({ $0.admits(at: now()) }) else {
                let last = statistics.lastFailure?.failure.message ?? "it has failed several times"
                throw RegistryFailure(.circuitOpen, "\(configuration.base) is not asked for a while: \(last)")
            }
            do throws(RegistryFailure) {
                let answer = try await once(method, path, body)
                breaker.withLock { $0.succeeded() }
                return answer
            } catch let failure {
                breaker.withLock { failure.isTransient ? $0.failed(at: now()) : $0.succeeded() }
                statistics.failed(failure)
                guard failure.isTransient, attempt < Self.tries else { throw failure }
                statistics.retried()
                // Who waits is not many: the calls of one schema are joined.
                do { try await Task.sleep(for: .milliseconds(Int.random(in: delay / 2...delay))) } catch {
                    throw failure
                }
                delay *= 2
            }
        }
        preconditionFailure("the last try throws")
    }

    private func once(
        _ method: String, _ path: String, _ body: JSONValue?
    ) async throws(RegistryFailure) -> JSONValue {
        guard let tokens else { return try read(try await send(method, path, body, token: nil)) }
        let token = try await tokens.token()
        var answer = try await send(method, path, body, token: token)
        if answer.status == 401 {
            // It may have been taken back before its time.
            answer = try await send(method, path, body, token: try await tokens.token(insteadOf: token))
        }
        return try read(answer)
    }

    private func send(
        _ method: String, _ path: String, _ body: JSONValue?, token: Secret?
    ) async throws(RegistryFailure) -> HTTPFetched {
        var fields = [
            (name: "Accept", value: "\(Self.mediaType), application/vnd.schemaregistry+json, application/json"),
            // Without it some registries keep the GUID to themselves (reference section 5.4).
            (name: "Confluent-Accept-Unknown-Properties", value: "true"),
        ]
        if body != nil { fields.append(("Content-Type", Self.mediaType)) }
        switch configuration.authentication {
        case .none: break
        case .basic(let user, let password):
            let pair = Array("\(user.reveal()):\(password.reveal())".utf8)
            fields.append(("Authorization", "Basic \(Base64.text(pair.span))"))
        case .oauth2(let oauth2):
            if let token { fields.append(("Authorization", "Bearer \(token.reveal())")) }
            if let cluster = oauth2.logicalClusterID { fields.append(("target-sr-cluster", cluster)) }
            if let pool = oauth2.identityPoolID { fields.append(("Confluent-Identity-Pool-Id", pool)) }
        }
        var options = HTTPTransferOptions()
        options.timeout = configuration.timeout
        options.connectTimeout = configuration.timeout
        options.maximumBytes = 4 << 20
        options.verifiesCertificates = configuration.verifiesCertificates
        options.authoritiesPEM = configuration.authoritiesPEM
        let sent = body.map { Array($0.text.utf8) }
        statistics.called()
        do throws(HTTPFetchError) {
            return try await http.fetch(
                HTTPCall(method, configuration.base + path, fields: fields, body: sent), options)
        } catch {
            let isTransient = error.kind != .address && error.kind != .tooLarge
            throw RegistryFailure(
                isTransient ? .unavailable : .invalidAnswer, "\(configuration.base): \(error.description)")
        }
    }

    private func read(_ answer: HTTPFetched) throws(RegistryFailure) -> JSONValue {
        let document: JSONValue?
        do throws(JSONError) { document = try JSONValue.parse(answer.body.span) } catch { document = nil }
        if (200..<300).contains(answer.status) {
            if let document { return document }
            throw RegistryFailure(.invalidAnswer, "\(configuration.base) answers \(answer.status) without JSON")
        }
        let code = document?["error_code"]?.integerValue
        let said = document?["message"]?.stringValue ?? document?["title"]?.stringValue
        let text =
            "\(configuration.base) answers \(answer.status)" + (code.map { " (code \($0))" } ?? "")
            + (said.map { ": \($0.prefix(300))" } ?? "")
        let kind: RegistryFailure.Kind =
            switch answer.status {
            case 401, 403: .unauthorized
            case 404: .notFound
            case 408, 429, 500...: .unavailable
            default: .refused
            }
        throw RegistryFailure(kind, text, code: code)
    }
}
