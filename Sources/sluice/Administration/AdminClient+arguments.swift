import HTTPClient

extension AdminClient {
    /// What `--help` says of the options below.
    static let help = """
          --admin-url URL        Where the Admin API is (http://127.0.0.1:8001)
          --header 'NAME: VALUE' Sent with every request, such as a token; may be repeated
          --ca-cert-file FILE    PEM certificates that are trusted instead of the system's
          --tls-skip-verify      Trusts whoever answers
          --timeout SECONDS      For each request (60)
        """

    /// Options without a value.
    static let switches: Set<String> = ["tls_skip_verify"]

    /// A client as the command line wants it.
    init(_ arguments: inout Arguments) throws {
        var options = HTTPTransferOptions()
        for text in arguments.takeAll("header") {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                throw UsageError("--header: expected 'NAME: VALUE'")
            }
            let value = text[text.index(after: colon)...].drop { $0 == " " }
            options.fields.append((String(text[..<colon]), String(value)))
        }
        options.authorities = arguments.take("ca_cert_file")
        options.verifiesCertificates = arguments.take("tls_skip_verify") == nil
        options.maximumBytes = ConfigCommand.maximumBytes
        if let text = arguments.take("timeout") {
            guard let seconds = Int(text), (1...86_400).contains(seconds) else {
                throw UsageError("--timeout: expected 1 to 86400 seconds")
            }
            options.timeout = seconds * 1000
            options.connectTimeout = min(options.connectTimeout, options.timeout)
        }
        try self.init(url: arguments.take("admin_url") ?? "http://127.0.0.1:8001", options: options)
    }
}
