package import HTTPServer

/// Paths with their handlers: `/services/{key}/routes`. A literal segment wins over a `{name}`; a slash at the end of a
/// request's path counts nothing.
package struct WebRoutes: Sendable {
    package typealias Handler = @Sendable (WebRequest) async throws -> WebResponse

    /// What is behind one pattern.
    package final class Endpoint: Sendable {
        package let pattern: String
        /// Bytes of the largest body; nil: the application's own limit.
        let maximumBody: Int?
        private let handlers: [(method: HTTPMethod, handler: Handler)]

        init(_ pattern: String, _ maximumBody: Int?, _ handlers: [(method: HTTPMethod, handler: Handler)]) {
            self.pattern = pattern
            self.maximumBody = maximumBody
            self.handlers = handlers
        }

        /// A request by HEAD is answered as one by GET; the server leaves out the body.
        func handler(_ method: HTTPMethod) -> Handler? {
            handlers.first { $0.method == method || method == .head && $0.method == .get }?.handler
        }

        /// In alphabetical order, those that are always there included.
        var methods: [String] {
            var names = Set(handlers.map { "\($0.method.name)" })
            names.insert("OPTIONS")
            if names.contains("GET") { names.insert("HEAD") }
            return names.sorted()
        }
    }

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        /// At most one, boxed because a node cannot hold itself.
        var parameter: [(name: String, node: Node)] = []
        var endpoint: Endpoint?
    }

    private var root = Node()
    /// In the order in which they were added.
    package private(set) var patterns: [String] = []

    /// Paths with more segments match nothing.
    static let maximumSegments = 16

    package init() {}

    /// - Parameter maximumBody: Bytes of the largest body; nil: the application's own limit.
    package mutating func add(
        _ pattern: String, maximumBody: Int? = nil, _ handlers: KeyValuePairs<HTTPMethod, Handler>
    ) {
        let endpoint = Endpoint(pattern, maximumBody, handlers.map { ($0.key, $0.value) })
        Self.insert(endpoint, pattern.split(separator: "/")[...], into: &root)
        patterns.append(pattern)
    }

    private static func insert(_ endpoint: Endpoint, _ segments: ArraySlice<Substring>, into node: inout Node) {
        guard let first = segments.first else {
            precondition(node.endpoint == nil, "\(endpoint.pattern) is there already")
            node.endpoint = endpoint
            return
        }
        if first.hasPrefix("{"), first.hasSuffix("}") {
            let name = String(first.dropFirst().dropLast())
            if node.parameter.isEmpty { node.parameter = [(name, Node())] }
            precondition(node.parameter[0].name == name, "\(endpoint.pattern) calls a segment by another name")
            insert(endpoint, segments.dropFirst(), into: &node.parameter[0].node)
        } else {
            insert(endpoint, segments.dropFirst(), into: &node.literals[String(first), default: Node()])
        }
    }

    /// The endpoint of a path's segments, and what its names stand for.
    package func find(_ segments: [String]) -> (endpoint: Endpoint, parameters: [String: String])? {
        guard segments.count <= Self.maximumSegments else { return nil }
        var parameters: [String: String] = [:]
        return Self.find(segments[...], in: root, &parameters).map { ($0, parameters) }
    }

    private static func find(
        _ segments: ArraySlice<String>, in node: Node, _ parameters: inout [String: String]
    ) -> Endpoint? {
        guard let first = segments.first else { return node.endpoint }
        let rest = segments.dropFirst()
        if let literal = node.literals[first], let found = find(rest, in: literal, &parameters) { return found }
        guard let (name, next) = node.parameter.first, !first.isEmpty, let found = find(rest, in: next, &parameters)
        else { return nil }
        parameters[name] = first
        return found
    }
}
