extension RequestCase {
    private static func same(_ paths: [String]) -> [RequestCase] { make(.same, "", paths) }

    private static func make(_ agreement: Agreement, _ reason: String, _ paths: [String]) -> [RequestCase] {
        paths.map { RequestCase("path \($0.debugDescription)", get($0), agreement, because: reason) }
    }

    /// Ways to one path, and around one. What begins with `/guarded` has a route of its own.
    static let paths = segments + escapes + queries

    private static let segments =
        same([
            "/guarded", "/guarded/", "/guarded/x", "/GUARDED", "/guarde", "//guarded", "///x//y", "/x//",
            "/./guarded", "/x/../guarded", "/x/./y", "/x/.", "/x/..", "/x/../", "/x/y/../../guarded",
            "/x//../guarded", "/guarded/..", "/guarded/../x", "/guarded/./..", "/...", "/.hidden", "/x/..hidden",
            "/x/..;/guarded", "/x;/../guarded", "/x;y=1/z", "/x\\..\\guarded", "/x/..\\guarded", "/\\guarded",
            "/" + String(repeating: "x/../", count: 200) + "guarded",
            "/" + String(repeating: "/", count: 500) + "guarded",
        ])
        + make(
            .nginxRefuses, "a path stays at the root (RFC 3986 §5.2.4), and the service gets it without its dots",
            [
                "/..", "/../guarded", "/x/../../guarded", "/./..", "/x/..//../guarded", "/%2e%2e/guarded",
                "/x/" + String(repeating: "../", count: 40) + "guarded",
            ])

    private static let escapes =
        same([
            "/%67uarded", "/%67%75%61%72%64%65%64", "/x/%2e%2e/guarded", "/x/%2E%2E/guarded", "/x/.%2e/guarded",
            "/x/%2e./guarded", "/%2e/guarded", "/guarded%2Fx", "/guarded%2fx", "/..%2fguarded", "/x/%252e%252e/guarded",
            "/x%252f..%252fguarded", "/%2567uarded", "/%c0%ae%c0%ae/guarded", "/%c0%afguarded",
            "/x/%e0%80%ae/guarded", "/%uff0e/guarded", "/x/%ef%bc%8e%ef%bc%8e/guarded", "/%C3%A4", "/%c3%a4", "/%",
            "/%4", "/%zz", "/%2", "/x%2/guarded", "/%00", "/guarded%00", "/x%00/../guarded",
            "/%0d%0aX-Named:%201", "/%0a", "/%09", "/%7f", "/%ff", "/%20", "/x%20y", "/x+y", "/x y", "/x\ty",
            "/x\u{b}y", "/x\0y", "/x\u{7f}y", "/%21%24%26%27%28%29%2a%2b%2c%3a%3b%3d%40", "/!$&'()*+,:;=@",
            "/%5b%5d", "/[]", "/\"<>^`{|}", "/%22%3c%3e%5e%60%7b%7c%7d", "/~%7e", "/-._%2d%2e%5f", "/x%5cy",
        ])
        + make(
            .sluiceRefuses, "the escape makes it a dot segment for nginx or others, not for the router",
            [
                "/x%2f..%2fguarded", "/x/..%2fguarded", "/x%2f../guarded", "/guarded%2f..%2fx", "/guarded/..%2fx",
                "/guarded/%2e%2e%2fx", "/x%2f%2e%2e%2fguarded", "/x%2f.%2fy", "/x%5c..%5cguarded",
                "/x/..%5cguarded",
            ])
        + make(.sluiceRefuses, "bytes beyond ASCII are escaped in a target (RFC 3986 §2)", ["/\u{e4}", "/x?\u{e4}"])
        + same(["/%2Fguarded", "/x%2f%2fy"]).map { $0.readOtherwise() }

    private static let queries =
        same([
            "/x?y", "/x?", "/x??y", "/x?y/../guarded", "/x?%2e%2e/%zz", "/x?y=%00", "/?/guarded", "/x%3fy",
            "/x%3f/../guarded", "/x%23y", "/guarded?x=/../", "/x/..?y", "/x/.?y", "/x?a\"b", "/x&y",
            "/x/%2e%2e?/guarded",
        ])
        + make(
            .sluiceRefuses, "a fragment is not sent (RFC 9110 §7.1); nginx cuts it off",
            ["/x#y", "/x#/../guarded", "/x?y#z"])
}
