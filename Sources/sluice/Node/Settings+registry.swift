import Bytes
import EventLoop
import Kafka
import System

extension Settings {
    /// Where plugins reach the node's own registry: its first listener without TLS. Nil when there is none, or its port is
    /// the system's choice.
    var ownRegistryURL: String? {
        get throws(SettingsError) {
            guard let listen = try listeners("registry_listen").first(where: { !$0.usesTLS && $0.address.port != 0 })
            else { return nil }
            let text = "\(listen.address)"
            // Every address means this machine too.
            if text.hasPrefix("0.0.0.0:") { return "http://127.0.0.1:\(listen.address.port)" }
            if text.hasPrefix("[::]:") { return "http://[::1]:\(listen.address.port)" }
            return "http://\(text)"
        }
    }

    /// Where the registry's topic is; nil: it has none.
    func registryCluster() throws(SettingsError) -> ClusterConfiguration? {
        let servers = Setting.words(self["registry_bootstrap_servers"])
        if self["registry_topic"].isEmpty {
            guard servers.isEmpty else {
                throw SettingsError("registry_bootstrap_servers: registry_topic is missing")
            }
            return nil
        }
        guard !servers.isEmpty else { throw SettingsError("registry_topic: registry_bootstrap_servers is missing") }
        return ClusterConfiguration(
            bootstrapServers: servers,
            security: SecurityConfiguration(tls: try registryTLS(), sasl: try registryLogin()),
            clientID: "sluice-registry")
    }

    /// Where schemas are kept, for people.
    var registryStore: String {
        self["registry_topic"].isEmpty ? registryPath ?? "memory" : "topic \(self["registry_topic"])"
    }

    private func registryTLS() throws(SettingsError) -> TLSConfiguration? {
        guard self["registry_kafka_ssl"] == "on" else { return nil }
        let (certificate, key) = ("registry_kafka_ssl_cert", "registry_kafka_ssl_cert_key")
        guard self[certificate].isEmpty == self[key].isEmpty else {
            throw SettingsError("\(certificate): it goes with \(key)")
        }
        return TLSConfiguration(
            caPEM: try file("registry_kafka_ca"), certificatePEM: try file(certificate),
            keyPEM: try file(key).map { Secret($0) })
    }

    private func registryLogin() throws(SettingsError) -> SASLConfiguration? {
        let mechanism = self["registry_kafka_sasl_mechanism"]
        if mechanism.isEmpty { return nil }
        let user = self["registry_kafka_sasl_user"]
        guard !user.isEmpty, var password = try file("registry_kafka_sasl_password_file") else {
            throw SettingsError(
                "registry_kafka_sasl_mechanism: it needs registry_kafka_sasl_user and registry_kafka_sasl_password_file"
            )
        }
        while password.last?.isNewline == true { password.removeLast() }
        return switch mechanism {
        case "SCRAM-SHA-256": .scramSHA256(user: user, password: Secret(password))
        case "SCRAM-SHA-512": .scramSHA512(user: user, password: Secret(password))
        default: .plain(user: user, password: Secret(password))
        }
    }

    /// The text of the file that a setting names; nil: it names none.
    private func file(_ name: String) throws(SettingsError) -> String? {
        if self[name].isEmpty { return nil }
        do { return String(decoding: try File.read(self[name], maximumBytes: 1 << 20), as: UTF8.self) } catch {
            throw SettingsError("\(name): \(error)")
        }
    }
}
