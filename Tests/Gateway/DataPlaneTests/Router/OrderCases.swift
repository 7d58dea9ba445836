extension RouteCase {
    /// The route that loses comes first and is older, unless age is what the case is about.
    static let order = [
        RouteCase(
            "more kinds of attributes over a longer path",
            #"{"path":{"paths":["/a/b/c"]},"two":{"paths":["/"],"methods":["GET"]}}"#, "GET /a/b/c", "two"),
        RouteCase(
            "more kinds of attributes over a plain host",
            #"{"host":{"hosts":["x.y"]},"two":{"hosts":["*.y"],"paths":["/"]}}"#, "GET /\nHost: x.y", "two"),
        RouteCase(
            "three kinds over two",
            #"{"two":{"paths":["/a"],"methods":["GET"]},"three":{"paths":["/"],"methods":["GET"],"headers":{"x":["1"]}}}"#,
            "GET /a\nX: 1", "three"),
        RouteCase(
            "fewer kinds when the other does not match",
            #"{"one":{"paths":["/"]},"two":{"paths":["/a"],"methods":["PUT"]}}"#, "GET /a", "one"),
        RouteCase(
            "a plain host over a wildcard", #"{"wild":{"hosts":["*.y"]},"plain":{"hosts":["x.y"]}}"#,
            "GET /\nHost: x.y", "plain"),
        RouteCase(
            "a plain host over more headers",
            #"{"wild":{"hosts":["*.y"],"headers":{"a":["1"],"b":["1"]}},"plain":{"hosts":["x.y"],"headers":{"a":["1"]}}}"#,
            "GET /\nHost: x.y\nA: 1\nB: 1", "plain"),
        RouteCase(
            "a wildcard among hosts makes none plain",
            #"{"mixed":{"hosts":["x.y","*.z"],"paths":["/a"]},"plain":{"hosts":["x.y"],"paths":["/"]}}"#,
            "GET /a\nHost: x.y", "plain"),
        RouteCase(
            "more headers", #"{"one":{"headers":{"a":["1"]}},"two":{"headers":{"a":["1"],"b":["1"]}}}"#,
            "GET /\nA: 1\nB: 1", "two"),
        RouteCase(
            "more headers over an expression",
            #"{"one":{"paths":["~/a.*"],"headers":{"a":["1"]}},"two":{"paths":["/"],"headers":{"a":["1"],"b":["1"]}}}"#,
            "GET /abc\nA: 1\nB: 1", "two"),
        RouteCase(
            "more values are no more headers",
            #"{"old":{"headers":{"a":["1"]}},"values":{"headers":{"a":["1","2","3"]}}}"#, "GET /\nA: 1", "old"),
        RouteCase(
            "an expression over a prefix", #"{"prefix":{"paths":["/abcdef"]},"expression":{"paths":["~/a"]}}"#,
            "GET /abcdef", "expression"),
        RouteCase(
            "a prefix when the expression does not match",
            #"{"prefix":{"paths":["/abc"]},"expression":{"paths":["~/a$"]}}"#, "GET /abc", "prefix"),
        RouteCase(
            "a higher priority among expressions",
            #"{"low":{"paths":["~/a\\w+"],"regex_priority":1},"high":{"paths":["~/a"],"regex_priority":2}}"#,
            "GET /abc", "high"),
        RouteCase(
            "a negative priority",
            #"{"low":{"paths":["~/a\\w+"],"regex_priority":-1},"plain":{"paths":["~/a"]}}"#, "GET /abc", "plain"),
        RouteCase(
            "a priority means nothing to prefixes",
            #"{"short":{"paths":["/a"],"regex_priority":9},"long":{"paths":["/ab"]}}"#, "GET /abc", "long"),
        RouteCase(
            "a length means nothing to expressions", #"{"old":{"paths":["~/a"]},"long":{"paths":["~/abc"]}}"#,
            "GET /abc", "old"),
        RouteCase("a longer prefix", #"{"short":{"paths":["/a"]},"long":{"paths":["/a/b"]}}"#, "GET /a/b/c", "long"),
        RouteCase(
            "the longest that matches",
            #"{"a":{"paths":["/"]},"b":{"paths":["/a"]},"c":{"paths":["/a/b"]},"d":{"paths":["/a/c"]}}"#,
            "GET /a/d", "b"),
        RouteCase(
            "prefixes are compared as they are matched",
            #"{"escaped":{"paths":["/%61%62"]},"long":{"paths":["/abc"]}}"#, "GET /abcd", "long"),
        RouteCase(
            "each path of a route by itself: the longer one",
            #"{"other":{"paths":["/a/b"]},"several":{"paths":["/","/a/b/c"]}}"#, "GET /a/b/c", "several"),
        RouteCase(
            "each path of a route by itself: the shorter one",
            #"{"several":{"paths":["/","/a/b/c"]},"other":{"paths":["/a/b"]}}"#, "GET /a/b", "other"),
        RouteCase(
            "each path of a route by itself: the expression",
            #"{"other":{"paths":["/abc"]},"several":{"paths":["/x","~/a"]}}"#, "GET /abc", "several"),
        RouteCase("the older of equals", #"{"old":{"paths":["/a"]},"young":{"paths":["/a"]}}"#, "GET /a", "old"),
        RouteCase(
            "the older of equals, wherever it stands",
            #"{"young":{"paths":["/a"],"created_at":9},"old":{"paths":["/a"],"created_at":3}}"#, "GET /a", "old"),
        RouteCase(
            "the smaller id of the same age",
            #"{"greater":{"paths":["/a"],"created_at":3},"smaller":{"paths":["/a"],"created_at":3}}"#, "GET /a",
            "smaller"),
        RouteCase(
            "the next when the first has another method",
            #"{"put":{"paths":["/a"],"methods":["PUT"]},"get":{"paths":["/a"],"methods":["GET"]}}"#, "GET /a", "get"),
        RouteCase(
            "a host's route over one without host of the same kinds",
            #"{"method":{"methods":["GET"]},"host":{"hosts":["x.y"]}}"#, "GET /\nHost: x.y", "host"),
        RouteCase(
            "a route without host when the host's has another path",
            #"{"any":{"paths":["/"]},"host":{"hosts":["x.y"],"paths":["/h"]}}"#, "GET /a\nHost: x.y", "any"),
    ]
}
