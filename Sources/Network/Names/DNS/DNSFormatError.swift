/// Why bytes are no DNS message that can be used.
struct DNSFormatError: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static let cut = DNSFormatError("the answer is cut short")
}
