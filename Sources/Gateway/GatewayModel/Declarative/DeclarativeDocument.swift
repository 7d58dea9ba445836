/// What a declarative file says.
package struct DeclarativeDocument: Sendable {
    package let configuration: Configuration
    /// The tags that decK would select entities by; every entity of the file has them.
    package let selectTags: [String]
    /// Whether values are as stored: hashes instead of passwords.
    package let isTransformed: Bool
    /// The ids that the file gives itself; all others are made from names.
    package let writtenIDs: Set<String>
}
