package import JSON
internal import SchemaLanguages

/// A stored event that cannot be read.
package struct RegistryEventError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension RegistryEvent {
    /// What it is about: a later event with the same key takes its place.
    package var key: JSONValue {
        switch self {
        case .schema(let schema): Self.schemaKey(schema.place)
        case .schemaRemoved(let place): Self.schemaKey(place)
        case .subjectDeleted(let subject, _), .subjectForgotten(let subject):
            ["keytype": "DELETE_SUBJECT", "subject": .string(subject), "magic": 0]
        case .configuration(let subject, _):
            ["keytype": "CONFIG", "subject": subject.map { .string($0) } ?? .null, "magic": 0]
        case .mode(let subject, _):
            ["keytype": "MODE", "subject": subject.map { .string($0) } ?? .null, "magic": 0]
        // Which others write to see how far they have read, and read past.
        case .idsGiven: ["keytype": "NOOP", "magic": 0]
        }
    }

    private static func schemaKey(_ place: SubjectVersion) -> JSONValue {
        [
            "keytype": "SCHEMA", "subject": .string(place.subject), "version": .integer(place.version), "magic": 1,
        ]
    }

    /// What is the case now; nil: nothing, the key is forgotten.
    package var value: JSONValue? {
        switch self {
        case .schema(let schema): return .object(schema.document)
        case .schemaRemoved, .subjectForgotten: return nil
        case .subjectDeleted(let subject, let version):
            return ["subject": .string(subject), "version": .integer(version)]
        case .configuration(let subject, let configuration):
            guard let configuration else { return nil }
            var value = JSONObject()
            if let subject { value["subject"] = .string(subject) }
            value["compatibilityLevel"] = configuration.level.map { .string($0.rawValue) }
            value["normalize"] = configuration.normalizes.map { .bool($0) }
            return .object(value)
        case .mode(let subject, let mode):
            guard let mode else { return nil }
            var value = JSONObject()
            if let subject { value["subject"] = .string(subject) }
            value["mode"] = .string(mode.rawValue)
            return .object(value)
        case .idsGiven(let id): return ["id": .integer(id)]
        }
    }

    /// Reads an event as it was written.
    package init(key: JSONValue, value: JSONValue?) throws(RegistryEventError) {
        let subject = key["subject"]?.stringValue
        func needed<Value>(_ value: Value?) throws(RegistryEventError) -> Value {
            guard let value else { throw RegistryEventError("an event cannot be read; its key is \(key.text)") }
            return value
        }
        switch key["keytype"]?.stringValue {
        case "SCHEMA":
            let place = SubjectVersion(subject: try needed(subject), version: try needed(key["version"]?.integerValue))
            guard let value else {
                self = .schemaRemoved(place)
                return
            }
            self = .schema(try needed(RegisteredSchema(place, value)))
        case "DELETE_SUBJECT":
            let subject = try needed(subject)
            guard let value else {
                self = .subjectForgotten(subject: subject)
                return
            }
            self = .subjectDeleted(subject: subject, through: try needed(value["version"]?.integerValue))
        case "CONFIG":
            guard let value else {
                self = .configuration(subject: subject, nil)
                return
            }
            var configuration = RegistryConfiguration()
            if let name = value["compatibilityLevel"]?.stringValue {
                configuration.level = try needed(CompatibilityLevel(rawValue: name))
            }
            configuration.normalizes = value["normalize"]?.boolValue
            self = .configuration(subject: subject, configuration)
        case "MODE":
            guard let value else {
                self = .mode(subject: subject, nil)
                return
            }
            self = .mode(
                subject: subject, try needed(RegistryMode(rawValue: try needed(value["mode"]?.stringValue))))
        case "NOOP": self = .idsGiven(through: value?["id"]?.integerValue ?? 0)
        default: throw RegistryEventError("an event of an unknown kind; its key is \(key.text)")
        }
    }
}

extension RegisteredSchema {
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            "subject": .string(place.subject), "version": .integer(place.version), "id": .integer(id),
            "guid": .string(content.guid),
        ]
        if content.language != .avro { document["schemaType"] = .string(content.language.rawValue) }
        if !content.references.isEmpty { document["references"] = .array(content.references.map(\.document)) }
        document["metadata"] = content.metadata.map { .object($0) }
        document["schema"] = .string(content.text)
        document["deleted"] = .bool(isDeleted)
        return document
    }

    fileprivate init?(_ place: SubjectVersion, _ value: JSONValue) {
        guard let id = value["id"]?.integerValue, let text = value["schema"]?.stringValue,
            let language = SchemaLanguage(rawValue: value["schemaType"]?.stringValue ?? "AVRO")
        else { return nil }
        var references: [SchemaReference] = []
        for reference in value["references"]?.arrayValue ?? [] {
            guard let reference = SchemaReference(reference) else { return nil }
            references.append(reference)
        }
        self.place = place
        self.id = id
        isDeleted = value["deleted"]?.boolValue ?? false
        let metadata = value["metadata"]?.objectValue
        // What a Protobuf schema means is not seen from its text alone; of the others the digest is made again, for
        // another registry's is another.
        if language == .protobuf, let guid = value["guid"]?.stringValue {
            content = SchemaContent(
                language: language, text: text, references: references, metadata: metadata, guid: guid)
        } else {
            content = SchemaContent(language: language, text: text, references: references, metadata: metadata)
        }
    }
}

extension SchemaReference {
    /// `{"name": …, "subject": …, "version": …}`.
    package var document: JSONValue {
        ["name": .string(name), "subject": .string(subject), "version": .integer(version)]
    }

    package init?(_ value: JSONValue) {
        guard let name = value["name"]?.stringValue, let subject = value["subject"]?.stringValue,
            let version = value["version"]?.integerValue
        else { return nil }
        self.init(name: name, subject: subject, version: version)
    }
}
