/// Why a text is no schema, and where.
package struct ProtobufSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        /// The text is not in the language.
        case syntax
        /// The text is in base 64, and what it stands for is no descriptor.
        case badDescriptor
        /// The definitions do not go together.
        case definition
        case unknownImport, importCycle
        case tooLarge, tooDeep, tooManyDefinitions
        case unsupported
        /// The library gave up, or memory was short.
        case failed
        /// Two schemas have too many pairs of messages to look at.
        case tooComplex
    }

    package let rule: Rule
    /// A sentence, or the library's words, for who wrote the schema.
    package let message: String
    /// From 1, in characters; nil when it is the file as a whole.
    package let line: Int?
    package let column: Int?
    /// The import path of the file; nil for the schema itself.
    package let file: String?

    package init(_ rule: Rule, _ message: String, line: Int? = nil, column: Int? = nil, file: String? = nil) {
        self.rule = rule
        self.message = message
        self.line = line
        self.column = column
        self.file = file
    }

    package var description: String {
        var place = file.map { "file '\($0)'" } ?? ""
        if let line, let column { place += (place.isEmpty ? "" : ", ") + "line \(line), column \(column)" }
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
