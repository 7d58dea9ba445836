/// What a new version must have in common with the earlier ones of its subject.
package enum CompatibilityLevel: String, Sendable, Hashable, CaseIterable {
    case none = "NONE"
    /// Data of the last version can be read with the new one.
    case backward = "BACKWARD"
    case backwardTransitive = "BACKWARD_TRANSITIVE"
    /// Data of the new version can be read with the last one.
    case forward = "FORWARD"
    case forwardTransitive = "FORWARD_TRANSITIVE"
    case full = "FULL"
    case fullTransitive = "FULL_TRANSITIVE"

    /// Whether the new schema must read what earlier ones wrote.
    var readsEarlier: Bool {
        switch self {
        case .backward, .backwardTransitive, .full, .fullTransitive: true
        case .none, .forward, .forwardTransitive: false
        }
    }

    /// Whether earlier schemas must read what the new one writes.
    var isReadByEarlier: Bool {
        switch self {
        case .forward, .forwardTransitive, .full, .fullTransitive: true
        case .none, .backward, .backwardTransitive: false
        }
    }

    /// Whether all earlier versions count, not only the last.
    var isTransitive: Bool {
        switch self {
        case .backwardTransitive, .forwardTransitive, .fullTransitive: true
        case .none, .backward, .forward, .full: false
        }
    }
}

/// What is configured, of the registry or of one subject.
package struct RegistryConfiguration: Sendable, Hashable {
    package var level: CompatibilityLevel?
    /// Whether schemas are normalised where a request does not say.
    package var normalizes: Bool?

    package init(level: CompatibilityLevel? = nil, normalizes: Bool? = nil) {
        self.level = level
        self.normalizes = normalizes
    }

    static let initial = RegistryConfiguration(level: .backward)
}

/// What may be done to the registry or to one subject.
package enum RegistryMode: String, Sendable, Hashable, CaseIterable {
    case readWrite = "READWRITE"
    case readOnly = "READONLY"
    /// Of the registry: read-only whatever the mode of a subject.
    case readOnlyOverride = "READONLY_OVERRIDE"
    /// Schemas come with their ids, and are not compared with earlier ones.
    case `import` = "IMPORT"

    var isReadOnly: Bool { self == .readOnly || self == .readOnlyOverride }
}
