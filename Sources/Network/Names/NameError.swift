/// Why a name leads to no address. It names the question; nothing in it comes from an answer.
package struct NameError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// It can be no name of a host.
        case invalid
        /// The name servers say that there is no such name, or that it has no address.
        case notFound
        /// No name server answered in time.
        case timedOut
        /// No name server could be reached, or each said that it failed or does not answer this.
        case refused
        /// An answer breaks the format.
        case malformed
        /// Too much is being looked up already: nothing was asked.
        case overloaded
        /// The resolver has been closed.
        case closed
    }

    package let kind: Kind
    package let name: String
    /// The record that was asked for; nil when it is about the name as a whole.
    package let type: RecordType?
    package let reason: String

    init(_ kind: Kind, _ name: String, _ type: RecordType?, _ reason: String) {
        self.kind = kind
        self.name = name
        self.type = type
        self.reason = reason
    }

    package var description: String {
        // What a client may have written is cut.
        let shown = name.utf8.count > 253 ? "\(name.prefix(60))…" : name
        let record = type.map { " (\($0) record)" } ?? ""
        return "cannot find the address of '\(shown)'\(record): \(reason)"
    }
}
