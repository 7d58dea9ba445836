internal import Cryptography
internal import JSON

extension EntityDefinition {
    /// A certificate with its key, for TLS to brokers and, with listeners that speak TLS, to clients.
    static let certificate = EntityDefinition(
        name: "certificates", singular: "certificate", nameField: nil,
        nameLists: [NameList(field: "snis", reference: "certificate", nameField: "name")],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField(
                    "cert",
                    .string.required().referenceable().check(CertificateRules.certificateProblem)
                        .describe("PEM, with intermediates.")),
                NamedField(
                    "key",
                    .string.required().referenceable().encrypted().check(CertificateRules.keyProblem)
                        .describe("PEM of the private key.")),
                NamedField(
                    "cert_alt",
                    .string.referenceable().check(CertificateRules.certificateProblem)
                        .describe("A second one, of another kind of key.")),
                NamedField(
                    "key_alt",
                    .string.referenceable().encrypted().check(CertificateRules.keyProblem).describe("Its key.")),
                CommonFields.tags, NamedField("snis", .set(serverName).describe("Server names it is shown for.")),
            ],
            checks: [.mutuallyRequired(["cert_alt", "key_alt"]), .custom(CertificateRules.pairProblems)]))

    private static let serverName = Field.string.check {
        HostRules.serverNameProblem($0.stringValue ?? "", allowsWildcard: true)
    }

    /// A server name and the certificate shown for it.
    static let sni = EntityDefinition(
        name: "snis", singular: "sni", nameField: "name",
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            NamedField("name", serverName.required().unique().describe("A server name, with a wildcard at one end.")),
            NamedField("certificate", .foreign("certificates").required().cascading().describe("Shown for it.")),
            CommonFields.tags,
        ]))

    /// An authority that certificates of others are checked against.
    static let caCertificate = EntityDefinition(
        name: "ca_certificates", singular: "ca_certificate", nameField: nil,
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
            NamedField(
                "cert",
                .string.required().check(CertificateRules.authorityProblem).describe("PEM of one certificate.")),
            NamedField(
                "cert_digest",
                .string.unique().automatic().describe("SHA-256 of the certificate, in hexadecimal digits.")),
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
            if let pem = fields["cert"]?.stringValue, let digest = CertificateRules.fingerprint(pem) {
                fields["cert_digest"] = .string(digest)
            }
            return fields
        })
}
