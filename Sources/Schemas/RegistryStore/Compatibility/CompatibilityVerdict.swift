/// Whether a schema may follow earlier ones.
package struct CompatibilityVerdict: Sendable, Hashable {
    /// Why not, for people: each with what hinders and the earlier version. Empty when it may.
    package let messages: [String]

    package var isCompatible: Bool { messages.isEmpty }
}
