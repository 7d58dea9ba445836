internal import Bytes
internal import Cryptography
package import JSON
package import SchemaLanguages

/// A version of a subject that a schema refers to, under the name by which its text does.
package struct SchemaReference: Sendable, Hashable {
    package let name: String
    package let subject: String
    package let version: Int

    package init(name: String, subject: String, version: Int) {
        self.name = name
        self.subject = subject
        self.version = version
    }

    var target: SubjectVersion { SubjectVersion(subject: subject, version: version) }
}

/// What a schema is, wherever it is registered. The same content has the same id in all subjects.
package struct SchemaContent: Sendable, Hashable {
    package let language: SchemaLanguage
    /// In the form of `CanonicalText`.
    package let text: String
    package let references: [SchemaReference]
    /// What the owner tells of it, as it was given.
    package let metadata: JSONObject?
    /// The content's own identifier, the same in every registry of this kind: from its digest.
    package let guid: String

    /// - Parameter meaning: The text whose digest counts, where that is another one.
    init(
        language: SchemaLanguage, text: String, meaning: String? = nil, references: [SchemaReference],
        metadata: JSONObject?
    ) {
        self.language = language
        self.text = text
        self.references = references
        self.metadata = metadata
        guid = Self.guid(language, meaning ?? text, references, metadata)
    }

    /// A content that was stored, with the identifier it had.
    init(
        language: SchemaLanguage, text: String, references: [SchemaReference], metadata: JSONObject?, guid: String
    ) {
        self.language = language
        self.text = text
        self.references = references
        self.metadata = metadata
        self.guid = guid
    }

    private static func guid(
        _ language: SchemaLanguage, _ text: String, _ references: [SchemaReference], _ metadata: JSONObject?
    ) -> String {
        var parts: [JSONValue] = [.string(language.rawValue), .string(text)]
        parts.append(
            .array(references.map { [.string($0.name), .string($0.subject), .integer($0.version)] }))
        if let metadata { parts.append(.object(metadata.sorted)) }
        var bytes: [UInt8] = []
        JSONValue.array(parts).write(to: &bytes)
        return UUIDText.text(SHA256.digest(bytes.span).span)
    }

    /// What it takes in memory, roughly.
    var size: Int { text.utf8.count + references.reduce(0) { $0 + $1.name.utf8.count + $1.subject.utf8.count } }
}

/// A version of a subject.
package struct SubjectVersion: Sendable, Hashable {
    package let subject: String
    package let version: Int

    package init(subject: String, version: Int) {
        self.subject = subject
        self.version = version
    }
}

/// A schema where it is registered.
package struct RegisteredSchema: Sendable, Hashable {
    package let place: SubjectVersion
    package let id: Int
    package let content: SchemaContent
    /// Softly: it may still be read by its id.
    package let isDeleted: Bool
}

extension JSONObject {
    /// The members by their names, at every depth.
    var sorted: JSONObject {
        func sorted(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let members): .object(members.sorted)
            case .array(let elements): .array(elements.map(sorted))
            default: value
            }
        }
        return JSONObject(self.map { ($0.key, sorted($0.value)) }.sorted { $0.0 < $1.0 })
    }
}
