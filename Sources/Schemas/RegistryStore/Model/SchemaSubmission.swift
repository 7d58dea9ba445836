package import JSON
package import SchemaLanguages

/// A schema as a client sends it.
package struct SchemaSubmission: Sendable, Hashable {
    package var language: SchemaLanguage
    package var text: String
    /// Of a version of -1: the latest.
    package var references: [SchemaReference]
    package var metadata: JSONObject?
    /// Ids and versions are given only to import; otherwise a version given must be the next one.
    package var id: Int?
    package var version: Int?

    package init(
        _ language: SchemaLanguage, _ text: String, references: [SchemaReference] = [], metadata: JSONObject? = nil,
        id: Int? = nil, version: Int? = nil
    ) {
        self.language = language
        self.text = text
        self.references = references
        self.metadata = metadata
        self.id = id
        self.version = version
    }
}

/// Which version of a subject is meant.
package enum VersionSelector: Sendable, Hashable {
    case latest
    case number(Int)

    /// `latest`, -1 or a number from 1 to 2³¹ − 1.
    package init(_ text: String) throws(RegistryError) {
        if text == "latest" || text == "-1" {
            self = .latest
        } else if let number = Int32(text), number > 0 {
            self = .number(Int(number))
        } else {
            throw .invalidVersion(text)
        }
    }
}

/// Which of those that were softly deleted are wanted too.
package enum DeletionFilter: Sendable, Hashable {
    case live, all, onlyDeleted

    func includes(isDeleted: Bool) -> Bool {
        switch self {
        case .live: !isDeleted
        case .all: true
        case .onlyDeleted: isDeleted
        }
    }
}
