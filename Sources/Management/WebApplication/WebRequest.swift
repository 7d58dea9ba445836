internal import Bytes
internal import EventLoop
package import HTTPServer
package import Observability

/// A request to the node itself, as its pages and interfaces see it: a value, read whole.
package struct WebRequest: Sendable {
    package let method: HTTPMethod
    /// The path as received, without the query.
    package let path: String
    /// What the pattern's `{names}` stand for, percent-decoded.
    package internal(set) var parameters: [String: String] = [:]
    package let query: WebQuery
    /// Every header field, names in lower case.
    package let fields: [(name: String, value: String)]
    package internal(set) var body: [UInt8] = []
    /// Where it comes from, such as `127.0.0.1:51234`.
    package let client: String
    package let id: RequestID

    init(_ exchange: borrowing Exchange, query: WebQuery, id: RequestID) {
        method = exchange.request.method
        path = exchange.request.pathBytes().string
        self.query = query
        var fields: [(name: String, value: String)] = []
        for index in 0..<exchange.request.fieldCount {
            fields.append((exchange.request.name(index).string.lowercased(), exchange.request.value(index).string))
        }
        self.fields = fields
        client = exchange.clientAddress.description
        self.id = id
    }

    /// What `{name}` of the pattern stands for.
    package func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the pattern has no {\(name)}") }
        return value
    }

    /// The values of a field, whose name is given in lower case.
    package func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The first value of a field, whose name is given in lower case.
    package func value(of name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// The arguments of a query, decoded.
package struct WebQuery: Sendable {
    package let arguments: [(name: String, value: String)]

    /// More are refused.
    static let maximum = 1000

    /// Nil when there are too many.
    init?(_ query: Span<UInt8>) {
        var arguments: [(name: String, value: String)] = []
        do throws(FormError) {
            for pair in try FormURLEncoded.pairs(query, maximum: Self.maximum) {
                arguments.append(
                    (String(decoding: pair.name, as: UTF8.self), String(decoding: pair.value ?? [], as: UTF8.self)))
            }
        } catch { return nil }
        self.arguments = arguments
    }

    /// The first value of that name; empty for one without `=`; nil when there is none.
    package subscript(name: String) -> String? { arguments.first { $0.name == name }?.value }

    /// Whether an argument asks for something: `1`, `true`, `on`, `yes`, or no value at all.
    package func isSet(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return ["", "1", "true", "on", "yes"].contains(value.lowercased())
    }
}
