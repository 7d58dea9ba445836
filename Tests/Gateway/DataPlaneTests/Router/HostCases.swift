extension RouteCase {
    private static let exact = #"{"a":{"hosts":["example.com"]}}"#
    private static let left = #"{"a":{"hosts":["*.example.com"]}}"#
    private static let right = #"{"a":{"hosts":["example.*"]}}"#
    private static let port = #"{"a":{"hosts":["example.com:8443"]}}"#
    private static let address = #"{"a":{"hosts":["[2001:db8::1]"]}}"#

    static let hosts = [
        RouteCase("a host", exact, "GET /\nHost: example.com", "a"),
        RouteCase("another host", exact, "GET /\nHost: example.org", nil),
        RouteCase("a host is no suffix", exact, "GET /\nHost: www.example.com", nil),
        RouteCase("a host is no prefix", exact, "GET /\nHost: example.com.evil", nil),
        RouteCase("letter case of the request", exact, "GET /\nHost: EXAMPLE.Com", "a"),
        RouteCase("letter case of the route", #"{"a":{"hosts":["Example.COM"]}}"#, "GET /\nHost: example.com", "a"),
        RouteCase("a dot at the end of the request's host", exact, "GET /\nHost: example.com.", "a"),
        RouteCase(
            "a dot at the end of the route's host", #"{"a":{"hosts":["example.com."]}}"#, "GET /\nHost: example.com",
            "a"),
        RouteCase("dots at both ends", #"{"a":{"hosts":["example.com."]}}"#, "GET /\nHost: example.com.", "a"),
        RouteCase(
            "a dot before the port", #"{"a":{"hosts":["example.com.:81"]}}"#, "GET /\nHost: example.com.:81", "a"),
        RouteCase("a port of the request alone", exact, "GET /\nHost: example.com:9999", "a"),
        RouteCase("a port that is asked for", port, "GET /\nHost: example.com:8443", "a"),
        RouteCase("another port", port, "GET /\nHost: example.com:8444", nil),
        RouteCase("no port where another is asked for", port, "GET /\nHost: example.com", nil),
        RouteCase("the local port where none is given", port, "GET /\nHost: example.com", "a", localPort: 8443),
        RouteCase("an empty port is none", port, "GET /\nHost: example.com:", "a", localPort: 8443),
        RouteCase("a port beyond the last", port, "GET /\nHost: example.com:88443", nil),
        RouteCase("a port with zeros before it", port, "GET /\nHost: example.com:08443", "a"),
        RouteCase("one of several hosts", #"{"a":{"hosts":["x.com","y.com"]}}"#, "GET /\nHost: y.com", "a"),
        RouteCase(
            "the same host with two ports", #"{"a":{"hosts":["x.com:1"]},"b":{"hosts":["x.com:2"]}}"#,
            "GET /\nHost: x.com:2", "b"),
        RouteCase("a wildcard at the left", left, "GET /\nHost: www.example.com", "a"),
        RouteCase("a wildcard stands for several labels", left, "GET /\nHost: a.b.example.com", "a"),
        RouteCase("a wildcard stands for something", left, "GET /\nHost: example.com", nil),
        RouteCase("a wildcard ends at its dot", left, "GET /\nHost: wwwexample.com", nil),
        RouteCase("a wildcard and letter case", left, "GET /\nHost: WWW.Example.COM", "a"),
        RouteCase("a wildcard at the left and a dot at the end", left, "GET /\nHost: www.example.com.", "a"),
        RouteCase("a wildcard at the right", right, "GET /\nHost: example.org", "a"),
        RouteCase("a wildcard at the right takes several labels", right, "GET /\nHost: example.co.uk", "a"),
        RouteCase("a wildcard at the right begins at its dot", right, "GET /\nHost: examples.org", nil),
        RouteCase("a wildcard at the right stands for something", right, "GET /\nHost: example", nil),
        RouteCase("nothing between two dots is nothing", right, "GET /\nHost: example..", nil),
        RouteCase(
            "a wildcard at the left with a port", #"{"a":{"hosts":["*.example.com:81"]}}"#,
            "GET /\nHost: www.example.com:81", "a"),
        RouteCase(
            "a wildcard at the left with another port", #"{"a":{"hosts":["*.example.com:81"]}}"#,
            "GET /\nHost: www.example.com:82", nil),
        RouteCase(
            "a wildcard at the right with a port", #"{"a":{"hosts":["example.*:81"]}}"#,
            "GET /\nHost: example.org:81", "a"),
        RouteCase(
            "a wildcard at the right with another port", #"{"a":{"hosts":["example.*:81"]}}"#,
            "GET /\nHost: example.org", nil),
        RouteCase(
            "a plain host beside a wildcard in one route", #"{"a":{"hosts":["*.x.com","y.com"]}}"#,
            "GET /\nHost: y.com", "a"),
        RouteCase("an IPv4 address", #"{"a":{"hosts":["127.0.0.1"]}}"#, "GET /\nHost: 127.0.0.1:8000", "a"),
        RouteCase("an IPv6 address", address, "GET /\nHost: [2001:db8::1]", "a"),
        RouteCase("an IPv6 address with a port", address, "GET /\nHost: [2001:db8::1]:8000", "a"),
        RouteCase("an IPv6 address in capitals", address, "GET /\nHost: [2001:DB8::1]", "a"),
        RouteCase("another IPv6 address", address, "GET /\nHost: [2001:db8::2]", nil),
        RouteCase(
            "an IPv6 address and the port asked for", #"{"a":{"hosts":["[::1]:81"]}}"#, "GET /\nHost: [::1]:81", "a"),
        RouteCase(
            "an IPv6 address and another port", #"{"a":{"hosts":["[::1]:81"]}}"#, "GET /\nHost: [::1]:82", nil),
        RouteCase(
            "an IPv6 address without brackets in the route", #"{"a":{"hosts":["2001:db8::1"]}}"#,
            "GET /\nHost: [2001:db8::1]:8000", "a"),
        RouteCase(
            "an IPv6 address without brackets is no name", #"{"a":{"hosts":["2001:db8::1"]}}"#, "GET /\nHost: 2001",
            nil),
        RouteCase("no Host where an address was asked for", #"{"a":{"hosts":["::1"]}}"#, "GET / HTTP/1.0", nil),
        RouteCase("no Host and a route with hosts", exact, "GET / HTTP/1.0", nil),
        RouteCase("no Host and a wildcard", left, "GET / HTTP/1.0", nil),
        RouteCase("no Host and a route without hosts", #"{"a":{"paths":["/"]}}"#, "GET / HTTP/1.0", "a"),
        RouteCase("the target's host wins", exact, "GET http://example.com/ HTTP/1.1\nHost: other.com", "a"),
        RouteCase("not the Host beside a target's", exact, "GET http://other.com/ HTTP/1.1\nHost: example.com", nil),
    ]
}
