/// One change of the registry, in the shape of a record of Confluent's topic `_schemas`.
package enum RegistryEvent: Sendable, Hashable {
    /// A version as it is now.
    case schema(RegisteredSchema)
    /// A version has gone for good.
    case schemaRemoved(SubjectVersion)
    /// All versions up to this one are softly deleted.
    case subjectDeleted(subject: String, through: Int)
    /// A subject's deletion is forgotten, for the subject has gone for good.
    case subjectForgotten(subject: String)
    /// Of a subject, or of the registry; nil: it has none of its own any more.
    case configuration(subject: String?, RegistryConfiguration?)
    case mode(subject: String?, RegistryMode?)
    /// Ids up to this one were given, though their schemas may have gone.
    case idsGiven(through: Int)
}
