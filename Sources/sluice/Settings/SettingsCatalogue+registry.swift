extension SettingsCatalogue {
    private static let section = "Schema registry"

    static let registry = [
        own(
            section, "registry_topic", .text, "",
            "The compacted topic, such as `_schemas`, where the embedded registry keeps what is registered, so that several nodes share it; it is made if it is not there. Without one it is `registry.db` below `data_dir`."
        ),
        own(
            section, "registry_bootstrap_servers", .list, "",
            "The brokers of that topic: addresses with ports, separated by commas."),
        own(section, "registry_kafka_ssl", .onOff, "off", "Whether those brokers are spoken to by TLS."),
        own(
            section, "registry_kafka_ca", .text, "",
            "Whom to trust then: the path of a PEM file. Without one: the system's authorities."),
        own(
            section, "registry_kafka_ssl_cert", .text, "",
            "The certificate that those brokers are shown, if they ask: the path of a PEM file."),
        own(section, "registry_kafka_ssl_cert_key", .text, "", "Its key: the path of a PEM file."),
        own(
            section, "registry_kafka_sasl_mechanism", .oneOf(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]), "",
            "How the registry logs in to those brokers; by default not at all."),
        own(section, "registry_kafka_sasl_user", .text, "", "The user."),
        own(
            section, "registry_kafka_sasl_password_file", .text, "",
            "The path of a file that holds the password, and perhaps a line's end."),
    ]
}
