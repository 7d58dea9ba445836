internal import Cryptography
internal import JSON

extension EntityDefinition {
    /// Who requests come from.
    static let consumer = EntityDefinition(
        name: "consumers", singular: "consumer", nameField: "username", cascades: ["plugins"],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField("username", .string.unique().describe("A unique name.")),
                NamedField("custom_id", .string.unique().describe("Its id in a system of yours.")), CommonFields.tags,
            ],
            checks: [.atLeastOneOf(["custom_id", "username"])]))

    /// A plugin's configuration for its scope. `config` is checked by the plugin's own schema.
    static let plugin = EntityDefinition(
        name: "plugins", singular: "plugin", nameField: "instance_name",
        schema: RecordSchema(fields: [
            CommonFields.id, NamedField("name", .string.required().describe("Which plugin.")),
            NamedField(
                "instance_name",
                .string.unique().check(CommonFields.nameProblem).describe("A unique name of this configuration.")),
            CommonFields.createdAt, CommonFields.updatedAt,
            NamedField("route", .foreign("routes").describe("Only for requests of this route.")),
            NamedField("service", .foreign("services").describe("Only for requests to this service.")),
            NamedField("consumer", .foreign("consumers").describe("Only for requests of this consumer.")),
            NamedField("config", .map(value: .string).describe("The plugin's own fields.")),
            NamedField("protocols", .set(.string).describe("Request protocols it runs for.")),
            NamedField("enabled", .boolean.required().default(true).describe("Whether it runs.")), CommonFields.tags,
        ]))

    /// A certificate with its key, for TLS to brokers and, with listeners that speak TLS, to clients.
    static let certificate = EntityDefinition(
        name: "certificates", singular: "certificate", nameField: nil, cascades: ["snis"],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField("cert", .string.required().check(certificateProblem).describe("PEM, with intermediates.")),
                NamedField(
                    "key",
                    .string.required().referenceable().encrypted().check(keyProblem).describe("PEM of the private key.")
                ),
                NamedField(
                    "cert_alt", .string.check(certificateProblem).describe("A second one, of another kind of key.")),
                NamedField("key_alt", .string.referenceable().encrypted().check(keyProblem).describe("Its key.")),
                CommonFields.tags,
            ],
            checks: [
                .mutuallyRequired(["cert_alt", "key_alt"]),
                .custom { record in pairProblem(record, "cert", "key") + pairProblem(record, "cert_alt", "key_alt") },
            ]))

    static let sni = EntityDefinition(
        name: "snis", singular: "sni", nameField: "name",
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            NamedField(
                "name",
                .string.required().unique()
                    .check { CommonFields.hostProblem($0.stringValue ?? "", allowsWildcard: true, allowsPort: false) }
                    .describe("A server name, with a wildcard at one end.")),
            NamedField("certificate", .foreign("certificates").required().describe("Shown for it.")), CommonFields.tags,
        ]))

    /// An authority that certificates of others are checked against.
    static let caCertificate = EntityDefinition(
        name: "ca_certificates", singular: "ca_certificate", nameField: nil,
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            NamedField("cert", .string.required().unique().check(authorityProblem).describe("PEM of one certificate.")),
            NamedField(
                "cert_digest", .string.unique().automatic().describe("SHA-256 of the certificate, in hexadecimal.")),
            CommonFields.tags,
        ]),
        expand: { input in
            // The digest is ours to tell, but a document that was dumped holds it.
            var output = input
            output.removeValue(forKey: "cert_digest")
            return (output, FieldErrors())
        },
        finish: { fields in
            var fields = fields
            if let pem = fields["cert"]?.stringValue, let digest = fingerprint(pem) {
                fields["cert_digest"] = .string(digest)
            }
            return fields
        })

    private static func fingerprint(_ pem: String) -> String? {
        do { return try Certificate.parse(pem).fingerprint } catch { return nil }
    }

    private static let certificateProblem: @Sendable (JSONValue) -> String? = { value in
        do {
            _ = try Certificate.parse(value.stringValue ?? "")
            return nil
        } catch { return "invalid certificate: \(error)" }
    }

    private static let authorityProblem: @Sendable (JSONValue) -> String? = { value in
        let pem = value.stringValue ?? ""
        if let problem = certificateProblem(value) { return problem }
        return pem.ranges(of: "-----BEGIN CERTIFICATE-----").count > 1
            ? "please submit only one certificate at a time" : nil
    }

    private static let keyProblem: @Sendable (JSONValue) -> String? = { value in
        let pem = value.stringValue ?? ""
        // The passphrase of an encrypted key belongs to whoever uses it.
        if pem.contains("ENCRYPTED") { return nil }
        do {
            _ = try PrivateKey.parse(pem)
            return nil
        } catch { return "invalid key: \(error)" }
    }

    private static func pairProblem(
        _ record: JSONObject, _ certificate: String, _ key: String
    ) -> [(path: [PathElement], message: String)] {
        guard let pem = record[certificate]?.stringValue, let keyPEM = record[key]?.stringValue,
            !VaultReference.looksLikeOne(keyPEM), !keyPEM.contains("ENCRYPTED")
        else { return [] }
        do {
            if try Certificate.parse(pem).matches(PrivateKey.parse(keyPEM)) { return [] }
        } catch { return [] }
        return [([], "certificate does not match key")]
    }
}
