import EventLoop
import HTTPServer
import Observability
import TLS

/// What listeners of one kind share for TLS: one context, so that a session may be resumed on every loop.
struct ListenerTLS {
    /// Nil: no listener of the kind speaks TLS.
    private let contexts: (http1: TLSContext, http2: TLSContext)?
    private let logger: Logger
    private let listener: String

    /// - Parameters:
    ///   - listener: As logs and settings name it: `proxy`, `admin`, `status` or `registry`.
    init(
        _ listener: String, _ addresses: [ListenAddress], settings: Settings, logger: Logger,
        identities: @escaping TLSContext.SelectIdentity
    ) throws(SettingsError) {
        self.listener = listener
        self.logger = logger
        guard addresses.contains(where: \.usesTLS) else {
            contexts = nil
            return
        }
        var options = try settings.tlsOptions()
        let clients = try settings.clientVerification(listener)
        do throws(TLSError) {
            options.protocols = ["http/1.1"]
            let http1 = try TLSContext.server(options, clients: clients, identities: identities)
            options.protocols = ["h2", "http/1.1"]
            contexts = (http1, try TLSContext.server(options, clients: clients, identities: identities))
        } catch { throw SettingsError("TLS of \(listener)_listen: \(error.message)") }
    }

    func options(_ address: ListenAddress) -> HTTPListenerOptions {
        var options = HTTPListenerOptions()
        options.speaksHTTP2 = address.speaksHTTP2
        options.hasProxyHeader = address.hasProxyHeader
        if address.usesTLS { options.tls = address.speaksHTTP2 ? contexts?.http2 : contexts?.http1 }
        options.failed = { [logger, listener] reason, client in
            // Everybody on the Internet knocks: of interest to who looks for it.
            logger.info(
                "connection refused",
                ["listener": .string(listener), "client": .string(client.description), "detail": .string(reason)])
        }
        return options
    }
}

extension Settings {
    func tlsOptions() throws(SettingsError) -> TLSOptions {
        var options = TLSOptions()
        options.prefersServerCiphers = self["ssl_prefer_server_ciphers"] == "on"
        options.givesSessionTickets = self["ssl_session_tickets"] == "on"
        options.sessionTimeout = Setting.seconds(self["ssl_session_timeout"]) ?? 86_400
        switch self["ssl_cipher_suite"] {
        case "modern": options.minimumVersion = .tls13
        case "custom":
            if !self["ssl_ciphers"].isEmpty { options.ciphers = self["ssl_ciphers"] }
            let versions = Setting.words(self["ssl_protocols"]).compactMap { word in
                TLSOptions.Version.allCases.first { $0.name.lowercased() == word.lowercased() }
            }
            guard let least = versions.min(), let greatest = versions.max() else {
                throw SettingsError("ssl_protocols: neither TLSv1.2 nor TLSv1.3 is left")
            }
            (options.minimumVersion, options.maximumVersion) = (least, greatest)
        default: break
        }
        return options
    }

    fileprivate func clientVerification(_ listener: String) throws(SettingsError) -> TLSContext.ClientVerification {
        // The status API has nothing to hide; of the registry's clients as much is asked as of the Admin API's.
        guard listener != "status" else { return .none }
        let listener = listener == "registry" ? "admin" : listener
        let prefix = "nginx_\(listener)_ssl_"
        let name = "\(prefix)client_certificate"
        let how = self["\(prefix)verify_client"]
        switch how {
        case "off": return .none
        case "optional_no_ca": return .unverified
        default:
            guard !self[name].isEmpty else {
                throw SettingsError("\(name): it is missing; \(prefix)verify_client needs it")
            }
            let trust = try IdentityFiles.trust(self[name], depth: integer("\(prefix)verify_depth"), setting: name)
            return how == "on" ? .required(trust) : .optional(trust)
        }
    }
}
