package import JSON

extension JSONValue {
    /// The texts of a list.
    package var texts: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }
}
