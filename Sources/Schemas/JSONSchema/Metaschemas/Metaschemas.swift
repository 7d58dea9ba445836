/// The schemas of schemas, as json-schema.org publishes them (BSD 3-Clause, © the JSON Schema authors).
enum Metaschemas {
    private static let all: [(texts: [String: String], draft: JSONSchemaDraft)] = [
        (draft4, .draft4), (draft6, .draft6), (draft7, .draft7), (draft2019, .draft2019), (draft2020, .draft2020),
    ]

    /// The text and the draft of the one with a URI.
    static func text(_ uri: String) -> (text: String, draft: JSONSchemaDraft)? {
        for (texts, draft) in all { if let text = texts[uri] { return (text, draft) } }
        return nil
    }
}
