import JSON
import TestRandom

/// Tables of routes and requests that are likely to meet, from few words.
struct RandomRoutes {
    var generator: SeededGenerator

    private static let hosts = [
        "a.com", "b.a.com", "c.b.a.com", "a.org", "*.a.com", "*.b.a.com", "*.com", "a.*", "b.a.*", "a.com:80",
        "b.a.com:8000", "*.a.com:81", "a.*:8000", "localhost", "A.com",
    ]
    private static let paths = [
        "/", "/a", "/a/", "/a/b", "/ab", "/abc", "/a/b/c", "/b", "/c/d", "~/a", "~/a/\\w+$", "~/(?<x>[ab])/", "~/.*c$",
        "~/b|/c", "~/(a|ab)(c|bc)?$",
    ]
    private static let methods = ["GET", "PUT", "POST", "HEAD", "PURGE"]
    private static let headerNames = ["x-a", "X-B", "x-c"]
    private static let headerValues = ["1", "two", "Three", "~*^t", "~*\\d"]
    private static let protocols: [JSONValue] = [["http", "https"], ["http"], ["https"], ["grpc", "grpcs"]]

    mutating func table() -> JSONObject {
        var routes: JSONObject = [:]
        for number in 0..<Int.random(in: 1...24, using: &generator) { routes["r\(number)"] = .object(route()) }
        return routes
    }

    private mutating func route() -> JSONObject {
        var route: JSONObject = [:]
        let isGRPC = chance(of: 12)
        if isGRPC {
            route["protocols"] = Self.protocols[3]
        } else if chance(of: 3) {
            route["protocols"] = Self.protocols[Int.random(in: 0...2, using: &generator)]
        }
        if chance(of: 2) { route["hosts"] = some(of: Self.hosts, atMost: 3) }
        if chance(of: 3), !isGRPC { route["methods"] = some(of: Self.methods, atMost: 2) }
        if chance(of: 4) {
            var headers: JSONObject = [:]
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                headers[pick(Self.headerNames)] = some(of: Self.headerValues, atMost: 2)
            }
            route["headers"] = .object(headers)
        }
        let hasNothing = ["hosts", "methods", "headers"].allSatisfy { route[$0] == nil }
        if hasNothing || !chance(of: 4) { route["paths"] = some(of: Self.paths, atMost: 3) }
        if chance(of: 3) { route["regex_priority"] = .integer(Int.random(in: -1...2, using: &generator)) }
        if chance(of: 2) { route["created_at"] = .integer(Int.random(in: 1...3, using: &generator)) }
        return route
    }

    mutating func request() -> ReferenceRouter.Request {
        let hosts = ["a.com", "b.a.com", "c.b.a.com", "a.org", "x.com", "localhost", "B.a.Com", "a.co.uk", "b.a.net"]
        let paths = ["/", "/a", "/a/", "/a/b", "/ab", "/abc", "/a/b/c", "/a/bc", "/b/", "/b/c", "/c/d/e", "/z", "/aaa"]
        var headers: [(name: String, value: String)] = []
        for name in ["X-A", "x-b", "x-c"] {
            while chance(of: 3) { headers.append((name, pick(["1", "TWO", "three", "four", "t", "x2"]))) }
        }
        return ReferenceRouter.Request(
            method: pick(Self.methods + ["GET", "GET"]), path: pick(paths), host: pick(hosts),
            port: chance(of: 2) ? pick([80, 81, 8000]) : nil, headers: headers)
    }

    private mutating func chance(of count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func some(of words: [String], atMost count: Int) -> JSONValue {
        var chosen: [JSONValue] = []
        for _ in 0..<Int.random(in: 1...count, using: &generator) {
            let word = JSONValue.string(pick(words))
            if !chosen.contains(where: { $0 == word }) { chosen.append(word) }
        }
        return .array(chosen)
    }
}
