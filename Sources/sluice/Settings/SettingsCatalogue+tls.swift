extension SettingsCatalogue {
    private static let section = "TLS"

    static let tls: [Setting] =
        pair("", "shown to clients of the proxy that ask for no name that an SNI entity has") + versions
        + pair("admin_", "of the Admin API") + pair("status_", "of the status API") + clients + [
            kong(
                section, "client_ssl", .onOff, "off",
                "Whether services that have no `client_certificate` are shown `client_ssl_cert`."),
            kong(section, "client_ssl_cert", .text, "", "The certificate for services, in PEM: a path, or itself."),
            kong(section, "client_ssl_cert_key", .text, "", "Its key."),
            kong(
                section, "lua_ssl_trusted_certificate", .list, "system",
                "Whom to trust where no `ca_certificates` are given: paths of PEM files; `system` stands for the system's authorities."
            ),
            kong(
                section, "lua_ssl_verify_depth", .integer(0...100), "1",
                "Intermediates between a certificate and a trusted one, where an entity does not say."),
        ]

    private static func pair(_ prefix: String, _ whose: String) -> [Setting] {
        [
            kong(
                section, "\(prefix)ssl_cert", .list, "",
                "Certificates \(whose): paths of PEM files, PEM itself or its base64, each with its intermediates; several if their keys are of different kinds. Without one, a certificate is made at the start that nobody has signed."
            ),
            kong(section, "\(prefix)ssl_cert_key", .list, "", "Their keys, in the same order."),
        ]
    }

    private static let versions = [
        kong(
            section, "ssl_cipher_suite", .checked(cipherSuiteProblem), "intermediate",
            "Which ciphers and versions of TLS: `modern` (TLS 1.3), `intermediate` (Mozilla's list) or `custom` (what `ssl_ciphers` and `ssl_protocols` say)."
        ),
        kong(
            section, "ssl_ciphers", .text, "",
            "Ciphers of TLS 1.2 in OpenSSL's syntax; only with `ssl_cipher_suite` `custom`."),
        kong(
            section, "ssl_protocols", .someOf(["TLSv1.1", "TLSv1.2", "TLSv1.3"]), "TLSv1.2 TLSv1.3",
            "Versions of TLS: `TLSv1.2` and `TLSv1.3`. `TLSv1.1`, which Kong names too, is not spoken."),
        kong(
            section, "ssl_prefer_server_ciphers", .onOff, "on",
            "Whether the node's order of ciphers counts, or the client's."
        ),
        kong(section, "ssl_session_tickets", .onOff, "on", "Whether clients may resume sessions, by tickets."),
        kong(section, "ssl_session_timeout", .duration, "1d", "How long a session may be resumed."),
    ]

    private static let clients = ["proxy", "admin"].flatMap { listener in
        [
            kong(
                section, "nginx_\(listener)_ssl_verify_client", .oneOf(["off", "on", "optional", "optional_no_ca"]),
                "off",
                "Whether \(listener) listeners with `ssl` ask clients for a certificate: `on` requires one that is trusted, `optional` refuses one that is not, `optional_no_ca` takes any."
            ),
            kong(
                section, "nginx_\(listener)_ssl_client_certificate", .text, "",
                "The authorities that clients' certificates are verified with: the path of a PEM file."),
            kong(
                section, "nginx_\(listener)_ssl_verify_depth", .integer(0...100), "1",
                "Intermediates between a client's certificate and one of those."),
        ]
    }

    private static func cipherSuiteProblem(_ value: String) -> String? {
        switch value {
        case "modern", "intermediate", "custom": nil
        case "old": "'old' means versions of TLS that are broken; choose intermediate, or custom"
        default: "expected one of: modern, intermediate, custom"
        }
    }
}
