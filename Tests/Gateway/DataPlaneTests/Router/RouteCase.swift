import Testing

/// A table of routes, a request, and the route that it meets; nil: none.
struct RouteCase: Sendable, CustomTestStringConvertible {
    let what: String
    let routes: String
    let request: String
    let expected: String?
    let localPort: Int

    var testDescription: String { what }

    init(_ what: String, _ routes: String, _ request: String, _ expected: String?, localPort: Int = 8000) {
        self.what = what
        self.routes = routes
        self.request = request
        self.expected = expected
        self.localPort = localPort
    }
}
