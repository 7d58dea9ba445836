package import SchemaLanguages
package import SchemaRegistry

/// Why a record is not published.
package enum SchemaRejection: Error, Sendable {
    /// The registry does not give the schema.
    case unavailable(RegistryFailure, subject: String, retryAfter: Int?)
    /// The key or value does not fit.
    case unfit(PayloadFault, RegisteredSchema, isKey: Bool)
    /// The schema is not what the configuration takes it for.
    case unusable(SchemaFault, RegisteredSchema)
    /// The registry tells no GUID, which the configuration wants.
    case noGUID(RegisteredSchema)
}
