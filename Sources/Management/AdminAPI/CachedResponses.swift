package import JSON

/// The answers that `proxy-cache` keeps.
package protocol CachedResponses: Sendable {
    /// An answer as the Admin API shows it.
    func document(_ key: String, in dictionary: String) -> JSONValue?

    /// Whether it was there.
    func remove(_ key: String, in dictionary: String) -> Bool

    func removeAll()
}

/// Nothing keeps answers.
package struct NoCachedResponses: CachedResponses {
    package init() {}

    package func document(_ key: String, in dictionary: String) -> JSONValue? { nil }
    package func remove(_ key: String, in dictionary: String) -> Bool { false }
    package func removeAll() {}
}
