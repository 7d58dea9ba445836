extension RouteCase {
    private static let version = #"{"a":{"headers":{"X-Version":["v1","V2"]}}}"#
    private static let two = #"{"a":{"headers":{"X-One":["1"],"X-Two":["2"]}}}"#
    private static let expression = #"{"a":{"headers":{"x-id":["~*^id-\\d+$"]}}}"#

    static let attributes = [
        RouteCase("a method", #"{"a":{"methods":["GET"]}}"#, "GET /x", "a"),
        RouteCase("another method", #"{"a":{"methods":["GET"]}}"#, "POST /x", nil),
        RouteCase("one of several methods", #"{"a":{"methods":["PUT","POST"]}}"#, "POST /x", "a"),
        RouteCase("letter case of methods counts", #"{"a":{"methods":["GET"]}}"#, "get /x", nil),
        RouteCase("a method that nobody knows", #"{"a":{"methods":["PURGE"]}}"#, "PURGE /x", "a"),
        RouteCase("HEAD is not GET", #"{"a":{"methods":["GET"]}}"#, "HEAD /x", nil),
        RouteCase("methods find options of the server", #"{"a":{"methods":["OPTIONS"]}}"#, "OPTIONS *", "a"),
        RouteCase("a header", version, "GET /\nX-Version: v1", "a"),
        RouteCase("another value of a header", version, "GET /\nX-Version: v3", nil),
        RouteCase("one of several values", version, "GET /\nX-Version: v2", "a"),
        RouteCase("letter case of headers and values", version, "GET /\nx-VERSION: V1", "a"),
        RouteCase("no such header", version, "GET /", nil),
        RouteCase("a value is not a part", version, "GET /\nX-Version: v1.1", nil),
        RouteCase("a list in one field is one value", version, "GET /\nX-Version: v1, v2", nil),
        RouteCase("a field that comes twice", version, "GET /\nX-Version: v7\nX-Version: v1", "a"),
        RouteCase("an empty value", version, "GET /\nX-Version:", nil),
        RouteCase(
            "a value beyond ASCII", #"{"a":{"headers":{"x":["Übung É"]}}}"#, "GET /\nX: Übung É", "a"),
        RouteCase(
            "letter case of a value beyond ASCII", #"{"a":{"headers":{"x":["ÉTÉ-a"]}}}"#, "GET /\nX: ÉtÉ-A", "a"),
        RouteCase("several headers", two, "GET /\nX-One: 1\nX-Two: 2", "a"),
        RouteCase("one of several headers is not enough", two, "GET /\nX-One: 1", nil),
        RouteCase("several headers, one with another value", two, "GET /\nX-One: 1\nX-Two: 1", nil),
        RouteCase("a header's expression", expression, "GET /\nX-Id: id-12", "a"),
        RouteCase("a header's expression without letter case", expression, "GET /\nX-Id: ID-12", "a"),
        RouteCase("a header's expression does not match", expression, "GET /\nX-Id: id-x", nil),
        RouteCase(
            "a header's expression matches within", #"{"a":{"headers":{"user-agent":["~*iphone|android"]}}}"#,
            "GET /\nUser-Agent: Mozilla/5.0 (iPhone; x)", "a"),
        RouteCase(
            "an expression beside a text", #"{"a":{"headers":{"x":["one","~*^t"]}}}"#, "GET /\nX: two", "a"),
        RouteCase("a text that looks like an expression", #"{"a":{"headers":{"x":["a.c"]}}}"#, "GET /\nX: abc", nil),
        RouteCase(
            "all attributes", #"{"a":{"hosts":["h.x"],"paths":["/p"],"methods":["PUT"],"headers":{"x":["1"]}}}"#,
            "PUT /p/1\nHost: h.x\nX: 1", "a"),
        RouteCase(
            "all attributes but the method",
            #"{"a":{"hosts":["h.x"],"paths":["/p"],"methods":["PUT"],"headers":{"x":["1"]}}}"#,
            "GET /p/1\nHost: h.x\nX: 1", nil),
        RouteCase(
            "all attributes but the path",
            #"{"a":{"hosts":["h.x"],"paths":["/p"],"methods":["PUT"],"headers":{"x":["1"]}}}"#,
            "PUT /q/1\nHost: h.x\nX: 1", nil),
        RouteCase("no routes", "{}", "GET /", nil),
        RouteCase(
            "a route for TLS only is found, to be refused", #"{"a":{"paths":["/"],"protocols":["https"]}}"#,
            "GET /", "a"),
        RouteCase("a route for plain HTTP only", #"{"a":{"paths":["/"],"protocols":["http"]}}"#, "GET /", "a"),
        RouteCase(
            "a gRPC route is found, to refuse what is no gRPC", #"{"a":{"paths":["/"],"protocols":["grpc"]}}"#,
            "POST /", "a"),
        RouteCase("a gRPC route with TLS", #"{"a":{"hosts":["x.y"],"protocols":["grpcs"]}}"#, "POST /\nHost: x.y", "a"),
    ]
}
