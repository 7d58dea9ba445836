extension RouteCase {
    private static let foo = #"{"a":{"paths":["/foo"]}}"#
    private static let folder = #"{"a":{"paths":["/foo/"]}}"#
    private static let root = #"{"root":{"paths":["/"]},"a":{"paths":["/a"]}}"#

    static let paths = [
        RouteCase("a path", foo, "GET /foo", "a"),
        RouteCase("a prefix", foo, "GET /foo/bar", "a"),
        RouteCase("a prefix need not end at a slash", foo, "GET /foobar", "a"),
        RouteCase("less than the prefix", foo, "GET /fo", nil),
        RouteCase("a prefix within", foo, "GET /x/foo", nil),
        RouteCase("letter case of paths counts", foo, "GET /Foo", nil),
        RouteCase("the query is no path", foo, "GET /?/foo", nil),
        RouteCase("a query after the path", foo, "GET /foo?x=/y", "a"),
        RouteCase("a slash at the end of a prefix", folder, "GET /foo/", "a"),
        RouteCase("a slash at the end of a prefix is asked for", folder, "GET /foo", nil),
        RouteCase("the root takes all", root, "GET /b", "root"),
        RouteCase("the root itself", root, "GET /", "root"),
        RouteCase("the root of an absolute target", root, "GET http://x.test", "root"),
        RouteCase("options of the server have no path", root, "OPTIONS *", nil),
        RouteCase("several paths, the first", #"{"a":{"paths":["/x","/y"]}}"#, "GET /x", "a"),
        RouteCase("several paths, the last", #"{"a":{"paths":["/x","/y"]}}"#, "GET /y/1", "a"),
        RouteCase("several paths, none of them", #"{"a":{"paths":["/x","/y"]}}"#, "GET /z", nil),
        RouteCase("an expression", #"{"a":{"paths":["~/v\\d+$"]}}"#, "GET /v12", "a"),
        RouteCase("an expression with an end", #"{"a":{"paths":["~/v\\d+$"]}}"#, "GET /v12/x", nil),
        RouteCase("an expression without an end", #"{"a":{"paths":["~/v\\d+"]}}"#, "GET /v12/x", "a"),
        RouteCase("an expression is anchored", #"{"a":{"paths":["~/v\\d+"]}}"#, "GET /x/v12", nil),
        RouteCase("alternatives are anchored too", #"{"a":{"paths":["~/x|/y"]}}"#, "GET /z/y", nil),
        RouteCase("an expression's letter case counts", #"{"a":{"paths":["~/abc"]}}"#, "GET /ABC", nil),
        RouteCase("an expression without letter case", #"{"a":{"paths":["~/(?i)abc"]}}"#, "GET /ABC", "a"),
        RouteCase("an expression does not see the query", #"{"a":{"paths":["~/x$"]}}"#, "GET /x?y", "a"),
        RouteCase(
            "an expression beside a prefix in one route", #"{"a":{"paths":["/p","~/e\\d"]}}"#, "GET /e5", "a"),
    ]

    static let normalizedPaths = [
        RouteCase("an escape of a letter", foo, "GET /%66oo", "a"),
        RouteCase("an escape in the route", #"{"a":{"paths":["/%66oo"]}}"#, "GET /foo", "a"),
        RouteCase("escapes stay where they mean something", #"{"a":{"paths":["/a/b"]}}"#, "GET /a%2Fb", nil),
        RouteCase("letter case of an escape", #"{"a":{"paths":["/a%2Fb"]}}"#, "GET /a%2fb", "a"),
        RouteCase("letter case of an escape in the route", #"{"a":{"paths":["/a%2fb"]}}"#, "GET /a%2Fb", "a"),
        RouteCase("an escape of a byte beyond ASCII", #"{"a":{"paths":["/%C3%A4"]}}"#, "GET /%c3%a4", "a"),
        RouteCase("two slashes", #"{"a":{"paths":["/a/b"]}}"#, "GET /a//b", "a"),
        RouteCase("many slashes at the start", foo, "GET ////foo", "a"),
        RouteCase("a slash at the end stays one", folder, "GET /foo//", "a"),
        RouteCase("a segment of one dot", #"{"a":{"paths":["/a/b"]}}"#, "GET /a/./b", "a"),
        RouteCase("a segment of two dots", root, "GET /x/../a", "a"),
        RouteCase("escaped dots", root, "GET /x/%2e%2E/a", "a"),
        RouteCase("half escaped dots", root, "GET /x/.%2e/a", "a"),
        RouteCase("climbing out of the route", root, "GET /a/../b", "root"),
        RouteCase("climbing out of it by escapes", root, "GET /a/%2e%2e/b", "root"),
        RouteCase("climbing above the root", root, "GET /../../a", "a"),
        RouteCase("climbing over two slashes", root, "GET /a//../b", "root"),
        RouteCase("dots at the end leave a slash", folder, "GET /foo/x/..", "a"),
        RouteCase("one dot at the end leaves a slash", folder, "GET /foo/.", "a"),
        RouteCase("three dots are a name", #"{"a":{"paths":["/..."]}}"#, "GET /...", "a"),
        RouteCase("a hidden name is a name", #"{"a":{"paths":["/.well-known"]}}"#, "GET /.well-known/x", "a"),
        RouteCase("an escape that is none", foo, "GET /foo%zz", "a"),
        RouteCase("an escape that ends early", foo, "GET /foo%4", "a"),
        RouteCase("an escaped percent sign is not read twice", foo, "GET /%2566oo", nil),
        RouteCase("expressions see the normal path", #"{"a":{"paths":["~/a/(\\w+)$"]}}"#, "GET /x/..//a/%62", "a"),
        RouteCase("expressions cannot be led around", #"{"a":{"paths":["~/a/.+"]}}"#, "GET /a/../b/c", nil),
    ]
}
