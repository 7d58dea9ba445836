/// What is wrong with a form.
package enum FormError: Error, Hashable, CustomStringConvertible {
    /// More fields than allowed.
    case tooManyFields(maximum: Int)
    /// A multipart body, or its media type, breaks the format; the text says how.
    case malformed(String)

    package var description: String {
        switch self {
        case .tooManyFields(let maximum): "the form has more than \(maximum) fields"
        case .malformed(let reason): reason
        }
    }
}
