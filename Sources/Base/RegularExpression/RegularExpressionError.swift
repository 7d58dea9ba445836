/// Why a pattern cannot be compiled, or a match was given up.
package struct RegularExpressionError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, in PCRE2's words.
    package let message: String
    /// The byte of the pattern, from 0, at which compiling stopped; nil for a match.
    package let offset: Int?

    package var description: String {
        guard let offset else { return message }
        return "\(message) at byte \(offset) of the pattern"
    }
}
