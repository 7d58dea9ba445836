import EventLoop
import TestBrokers
import Testing

@testable import HTTPServer

@Suite(
    "HTTP/2 conformance", .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct ConformanceTests {
    private static func server() throws -> TestServer {
        try TestServer(options: {
            var options = HTTPListenerOptions()
            options.speaksHTTP2 = true
            return options
        })
    }

    @Test("frames in any order get the answers and the errors of RFC 9113")
    func frames() async throws {
        let server = try Self.server()
        let output = try await ChildProcess.run(
            TestEnvironment.python, ["-c", conformanceScript, String(server.port)])
        let lines = output.split(separator: "\n")
        #expect(lines.last?.hasSuffix("cases, 0 failed") == true, "\(output)")
    }
}
