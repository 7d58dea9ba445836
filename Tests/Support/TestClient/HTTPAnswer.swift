/// An answer as a client reads it.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let fields: [(name: String, value: String)]
    package let body: String

    /// The first value of a field, whatever the case of its name.
    package subscript(name: String) -> String? { values(name).first }

    package func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}
