/// Why the registry refuses: Confluent's `error_code`, and a sentence.
package struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: Int
    package let message: String

    package init(_ code: Int, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The first three digits of the code.
    package var status: Int { code < 1000 ? code : code / 100 }

    package var description: String { "\(message) (\(code))" }
}

extension RegistryError {
    package static func subjectNotFound(_ subject: String) -> RegistryError {
        RegistryError(40401, "Subject '\(subject)' not found.")
    }

    package static func versionNotFound(_ version: Int) -> RegistryError {
        RegistryError(40402, "Version \(version) not found.")
    }

    package static var schemaNotFound: RegistryError { RegistryError(40403, "Schema not found") }

    static func schemaNotFound(id: Int) -> RegistryError { RegistryError(40403, "Schema \(id) not found") }

    static func subjectSoftDeleted(_ subject: String) -> RegistryError {
        RegistryError(
            40404, "Subject '\(subject)' was soft deleted. Set permanent=true to delete permanently")
    }

    static func subjectNotSoftDeleted(_ subject: String) -> RegistryError {
        RegistryError(
            40405, "Subject '\(subject)' was not deleted first before being permanently deleted")
    }

    static func versionSoftDeleted(_ place: SubjectVersion) -> RegistryError {
        RegistryError(
            40406,
            "Subject '\(place.subject)' Version \(place.version) was soft deleted. Set permanent=true to delete permanently"
        )
    }

    static func versionNotSoftDeleted(_ place: SubjectVersion) -> RegistryError {
        RegistryError(
            40407,
            "Subject '\(place.subject)' Version \(place.version) was not deleted first before being permanently deleted"
        )
    }

    static func noOwnLevel(_ subject: String) -> RegistryError {
        RegistryError(40408, "Subject '\(subject)' does not have subject-level compatibility configured")
    }

    static func noOwnMode(_ subject: String) -> RegistryError {
        RegistryError(40409, "Subject '\(subject)' does not have subject-level mode configured")
    }

    static func incompatible(_ subject: String, details: [String]) -> RegistryError {
        RegistryError(
            409,
            "Schema being registered is incompatible with an earlier schema for subject \"\(subject)\", details: [\(details.joined(separator: ", "))]"
        )
    }

    package static func invalidSchema(_ message: String) -> RegistryError {
        RegistryError(42201, "Invalid schema: \(message)")
    }

    static func invalidVersion(_ text: String) -> RegistryError {
        RegistryError(
            42202,
            "The specified version '\(text)' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
        )
    }

    package static var invalidLevel: RegistryError {
        RegistryError(
            42203,
            "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
        )
    }

    package static var invalidMode: RegistryError {
        RegistryError(42204, "Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, and IMPORT")
    }

    static func notPermitted(_ message: String) -> RegistryError { RegistryError(42205, message) }

    static func referenced(_ place: SubjectVersion, by other: SubjectVersion) -> RegistryError {
        RegistryError(
            42206,
            "One or more references exist to the schema {subject=\(place.subject),version=\(place.version)}, such as of {subject=\(other.subject),version=\(other.version)}"
        )
    }

    static func otherID(known: Int, given: Int) -> RegistryError {
        RegistryError(42207, "Schema already registered with id \(known) instead of input id \(given)")
    }

    static func invalidSubject(_ subject: String, _ reason: String) -> RegistryError {
        RegistryError(42208, "The specified subject '\(subject)' is not a valid: \(reason)")
    }

    static func tooLarge(_ message: String) -> RegistryError { RegistryError(42209, message) }

    package static func invalidRuleSet(_ message: String) -> RegistryError { RegistryError(42210, message) }

    static var storeTimedOut: RegistryError {
        RegistryError(50002, "The operation timed out; it may have happened or not")
    }

    static var storeFailed: RegistryError { RegistryError(50001, "Error in the backend data store") }
}
