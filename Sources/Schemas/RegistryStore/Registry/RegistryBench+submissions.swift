internal import JSON
internal import SchemaLanguages

/// What clients send, checked.
extension RegistryBench {
    func checkName(_ subject: String) throws(RegistryError) {
        let size = subject.utf8.count
        guard size > 0, size <= limits.subjectBytes else {
            throw .invalidSubject(
                String(subject.prefix(64)), "a name has 1 to \(limits.subjectBytes) bytes, this one \(size)")
        }
        guard !subject.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            throw .invalidSubject(subject.filter { !$0.isNewline }, "it has control characters")
        }
        guard subject != "__GLOBAL", subject != "__EMPTY" else { throw .invalidSubject(subject, "it is reserved") }
        guard !subject.hasPrefix(":.") else {
            throw .invalidSubject(subject, "contexts other than the default one are not there")
        }
    }

    /// The content that a submission stands for. Its text is checked by compiling it, which this does not.
    func content(
        _ submission: SchemaSubmission, of subject: String, normalizes: Bool?
    ) throws(RegistryError) -> SchemaContent {
        guard submission.text.utf8.count <= limits.schemaBytes else {
            throw .tooLarge(
                "the schema has \(submission.text.utf8.count) bytes; at most \(limits.schemaBytes) are allowed")
        }
        guard submission.references.count <= limits.references else {
            throw .tooLarge(
                "the schema has \(submission.references.count) references; at most \(limits.references) are allowed")
        }
        if let metadata = submission.metadata, JSONValue.object(metadata).text.utf8.count > limits.metadataBytes {
            throw .tooLarge("the metadata has more than \(limits.metadataBytes) bytes")
        }
        let normalizes = normalizes ?? state.normalizes(subject)
        var references: [SchemaReference] = []
        for reference in submission.references { references.append(try resolved(reference)) }
        if normalizes { references.sort { ($0.name, $0.subject, $0.version) < ($1.name, $1.subject, $1.version) } }
        let text = try CanonicalText.make(submission.language, submission.text, normalizes: normalizes)
        let content = SchemaContent(
            language: submission.language, text: text, references: references, metadata: submission.metadata)
        return submission.language == .protobuf ? try compared(content) : content
    }

    /// A Protobuf schema with its comments, that is the same as another which means the same. A descriptor, as some
    /// clients send it, becomes source.
    private func compared(_ content: SchemaContent) throws(RegistryError) -> SchemaContent {
        guard let meaning = try compile(content, .all).canonicalText else { return content }
        let isSource = content.text.contains { $0 == ";" || $0 == "{" }
        return SchemaContent(
            language: content.language, text: isSource ? content.text : meaning, meaning: meaning,
            references: content.references, metadata: content.metadata)
    }

    /// The reference with the number of the version, where it was to the latest.
    private func resolved(_ reference: SchemaReference) throws(RegistryError) -> SchemaReference {
        guard !reference.name.isEmpty else { throw .invalidSchema("a reference has no name") }
        guard reference.version == -1 else { return reference }
        guard let entry = state.entry(reference.subject, .latest) else {
            throw .invalidSchema(
                "the reference '\(reference.name)' is to subject '\(reference.subject)', which is not there")
        }
        return SchemaReference(name: reference.name, subject: reference.subject, version: entry.version)
    }

    func requireWritable(_ subject: String?) throws(RegistryError) {
        guard let subject else {
            if state.mode.isReadOnly { throw .notPermitted("The registry is in read-only mode") }
            return
        }
        if state.mode(of: subject).isReadOnly { throw .notPermitted("Subject \(subject) is in read-only mode") }
    }
}
