import Bytes
import PluginKit
import Testing

@testable import DataPlane

@Suite("Router")
struct RouterTests {
    @Test("hosts", arguments: RouteCase.hosts)
    func hosts(_ wanted: RouteCase) throws { try check(wanted) }

    @Test("paths", arguments: RouteCase.paths)
    func paths(_ wanted: RouteCase) throws { try check(wanted) }

    @Test("paths in other forms", arguments: RouteCase.normalizedPaths)
    func normalizedPaths(_ wanted: RouteCase) throws { try check(wanted) }

    @Test("methods, headers and protocols", arguments: RouteCase.attributes)
    func attributes(_ wanted: RouteCase) throws { try check(wanted) }

    @Test("which of several routes", arguments: RouteCase.order)
    func order(_ wanted: RouteCase) throws { try check(wanted) }

    private func check(_ wanted: RouteCase) throws {
        let table = try RouteTable(wanted.routes)
        let head = try RouteTable.head(wanted.request)
        let found = table.route(of: head, localPort: wanted.localPort)
        #expect(found == wanted.expected)
    }

    @Test(
        "server names are looked at only when the request comes by TLS",
        arguments: [
            ("a.test", "a"), ("b.test", "a"), ("c.test", "other"), ("", "other"), (nil, "a"),
        ] as [(String?, String)])
    func serverNames(name: String?, expected: String) throws {
        let table = try RouteTable(
            #"{"a":{"paths":["/"],"protocols":["https"],"snis":["A.test","b.test"]},"other":{"paths":["/"],"protocols":["https"]}}"#
        )
        let head = try RouteTable.head("GET /")
        #expect(table.route(of: head, localPort: 1, serverName: name) == expected)
    }

    @Test("groups of an expression are kept by name and number, those that took no part are not")
    func captures() throws {
        let table = try RouteTable(#"{"a":{"paths":["~/(?<version>v\\d)/(\\w+)(?:/(?<rest>.+))?$"]}}"#)
        let head = try RouteTable.head("GET /v1/%6frders?x=1")
        let found = table.router.match(head, localPort: 1)
        let match = try #require(found)
        let text = { (name: String) in match.captures?.value(name).map { String(decoding: $0, as: UTF8.self) } }
        #expect(text("version") == "v1")
        #expect(text("1") == "v1")
        #expect(text("2") == "orders")
        #expect(text("rest") == nil)
        #expect(text("3") == nil)
        #expect(text("0") == nil && text("4") == nil && text("-1") == nil && text("none") == nil)
    }

    @Test("an expression without groups and a prefix keep nothing")
    func noCaptures() throws {
        let table = try RouteTable(#"{"a":{"paths":["~/a$"]},"b":{"paths":["/b"]}}"#)
        for target in ["GET /a", "GET /b"] {
            let head = try RouteTable.head(target)
            let found = table.router.match(head, localPort: 1)
            let match = try #require(found)
            #expect(match.captures == nil)
        }
    }

    @Test("one name for groups of which one takes part gives that one")
    func duplicateNames() throws {
        let table = try RouteTable(#"{"a":{"paths":["~/(?J)(?:a(?<id>\\d)|b(?<id>\\d))$"]}}"#)
        let head = try RouteTable.head("GET /b7")
        let found = table.router.match(head, localPort: 1)
        let match = try #require(found)
        #expect(match.captures?.value("id") == Array("7".utf8))
    }
}
