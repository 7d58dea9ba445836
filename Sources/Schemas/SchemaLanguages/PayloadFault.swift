package import JSON

/// Where a payload does not fit its schema; the rule is a rule's name, or the keyword of a JSON schema.
package typealias PayloadViolation = JSONViolation<String>

/// Why a payload was not serialised.
package enum PayloadFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notJSON(JSONError)
    /// What does not fit, in the order of the document; not all of it when `areAll` is false.
    case violations([PayloadViolation], areAll: Bool)
    /// What was made of it is longer than allowed, in bytes.
    case tooLarge(limit: Int)
    /// It takes more work to look at than allowed; a sentence.
    case tooComplex(String)

    package var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .violations(let violations, let areAll):
            violations.map(\.description).joined(separator: "; ") + (areAll ? "" : "; and more")
        case .tooLarge(let limit): "the serialised value takes more than \(limit) bytes"
        case .tooComplex(let message): message
        }
    }
}
