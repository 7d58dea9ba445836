import EventLoop
import Foundation
import TestBrokers
import Testing

@testable import HTTPServer

/// Where programs are that a machine may lack.
private enum Tools {
    static let curl = find("curl")
    static let nghttp = find("nghttp")
    static let h2load = find("h2load")

    private static func find(_ name: String) -> String? {
        ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// Programs that others have made, against the server.
@Suite("clients of HTTP/2")
struct HTTP2ClientTests {
    private func server() throws -> TestServer {
        try TestServer(options: {
            var options = HTTPListenerOptions()
            options.speaksHTTP2 = true
            return options
        })
    }

    @Test("curl", .enabled(if: Tools.curl != nil, "needs curl"))
    func curl() async throws {
        let server = try server()
        let url = "http://127.0.0.1:\(server.port)"
        let tool = try #require(Tools.curl)
        let format = ["-sS", "-w", " %{http_version} %{http_code} %{size_download}", "--http2-prior-knowledge"]
        #expect(try await ChildProcess.run(tool, format + ["\(url)/"]) == "hello 2 200 5")
        #expect(
            try await ChildProcess.run(tool, format + ["-d", "some text", "\(url)/echo"]) == "some text 2 200 9")
        #expect(
            try await ChildProcess.run(tool, format + ["-o", "/dev/null", "\(url)/large"]) == " 2 200 5000000")
        #expect(try await ChildProcess.run(tool, format + ["-I", "-o", "/dev/null", "\(url)/"]) == " 2 200 0")
        // By the Upgrade of RFC 7540 nothing changes: RFC 9113 has dropped it.
        let upgrade = ["-sS", "-w", " %{http_version}", "--http2", "\(url)/"]
        #expect(try await ChildProcess.run(tool, upgrade) == "hello 1.1")
    }

    @Test("nghttp", .enabled(if: Tools.nghttp != nil, "needs nghttp: run scripts/prepare test"))
    func nghttp() async throws {
        let server = try server()
        let url = "http://127.0.0.1:\(server.port)"
        let tool = try #require(Tools.nghttp)
        let output = try await ChildProcess.run(
            tool, ["-nv", "\(url)/", "\(url)/stream", "\(url)/large"])
        #expect(output.components(separatedBy: ":status: 200").count == 4)
        #expect(!output.contains("RST_STREAM") && !output.contains("recv GOAWAY"))
    }

    @Test("h2load", .enabled(if: Tools.h2load != nil, "needs h2load: run scripts/prepare test"))
    func h2load() async throws {
        let server = try server()
        let tool = try #require(Tools.h2load)
        let output = try await ChildProcess.run(
            tool, ["-n", "4000", "-c", "8", "-m", "50", "http://127.0.0.1:\(server.port)/"])
        #expect(output.contains("4000 total, 4000 started, 4000 done, 4000 succeeded, 0 failed, 0 errored, 0 timeout"))
        let posts = try await ChildProcess.run(
            tool, ["-n", "1000", "-c", "4", "-m", "20", "-d", "/etc/hostname", "http://127.0.0.1:\(server.port)/echo"])
        #expect(posts.contains("1000 succeeded, 0 failed, 0 errored, 0 timeout"))
    }
}
