import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("paths that a service might read otherwise")
struct PathProblemTests {
    @Test(
        "are refused",
        arguments: [
            "/%", "/%4", "/%zz", "/%4z", "/a%2/b", "/a%", "/%u0041", "/%00", "/a%00/../b", "/a%2f..%2fb", "/a/..%2Fb",
            "/a%2f../b", "/..%2fb", "/a%2f..", "/a%2f%2e%2e/b", "/a/%2e%2e%2fb", "/a%2f.%2fb", "/a%5c..%5cb",
            "/a/..%5cb", "/%2e%2e%5c", "/.%2e%2f", "/a/b%2f.",
        ])
    func refused(_ path: String) async throws {
        #expect(NormalizedPath.problem(Array(path.utf8).span) != nil)
        let gateway = try TestGateway(#"{"routes":[]}"#, plugins: [])
        #expect(try await gateway.ask("GET \(path)").status == 400)
        #expect(try await gateway.ask("GET /?x=\(path)").status == 404)
    }

    @Test(
        "are not those of other escapes",
        arguments: [
            "/", "*", "", "/a/../b", "/%2e%2e/a", "/a%2Fb", "/a%2F%2Fb", "/http%3A%2F%2Fa.test%2F", "/a%2F...%2Fb",
            "/..a%2Fb", "/a..%2Fb", "/a%2F/../b", "/%252e%252e%252f", "/%E4%20%7f%0a", "/a%2F.hidden", "/%5C",
            "/a%2f..b",
        ])
    func passed(_ path: String) { #expect(NormalizedPath.problem(Array(path.utf8).span) == nil) }
}
