import EventLoop
import Foundation
import HTTP2
import Synchronization
import TLS
import TestCertificates
import TestClient
import TestProcesses
import Testing

@testable import HTTPServer

/// Programs of other people against the server.
enum Program {
    static func run(_ words: [String]) throws -> String {
        try SpawnedProcess.run("/usr/bin/env", words).text
    }
}

@Suite("TLS and HTTP/2 listeners")
struct SecureServerTests {
    private static func server(http2: Bool = true, tls: Bool = true, proxy: Bool = false) throws -> TestServer {
        try TestServer {
            var options = HTTPListenerOptions()
            options.speaksHTTP2 = http2
            options.hasProxyHeader = proxy
            guard tls else { return options }
            var offered = TLSOptions()
            offered.protocols = http2 ? ["h2", "http/1.1"] : ["http/1.1"]
            let shown = try TestCertificates.shared().server
            let identity = try TLSIdentity(certificate: shown.certificate, key: shown.key)
            options.tls = try .server(offered) { _ in [identity] }
            return options
        }
    }

    private static func curl(_ server: TestServer, _ words: [String], scheme: String = "https") throws -> String {
        let authority = try TestCertificates.shared().authority.certificatePath
        return try Program.run(
            ["curl", "-sS", "-i", "--max-time", "20", "--cacert", authority, "--noproxy", "*"]
                + words.map {
                    $0.hasPrefix("/") ? "\(scheme)://localhost:\(server.port)\($0)" : $0
                })
    }

    @Test(
        "requests are served by TLS in either version of HTTP",
        arguments: [["--http1.1"], ["--http2"], ["--http2", "--tls-max", "1.2"], ["--http1.1", "--tls-max", "1.2"]])
    func versions(words: [String]) throws {
        let server = try Self.server()
        let status = words[0] == "--http2" ? "HTTP/2 200" : "HTTP/1.1 200 OK"
        #expect(try Self.curl(server, words + ["/"]).hasPrefix(status))
        #expect(try Self.curl(server, words + ["/wait"]).hasSuffix("waited"))
        #expect(try Self.curl(server, words + ["/echo", "-d", "a body"]).hasSuffix("a body"))
        let numbers = TestServer.Numbers.text
        #expect(try Self.curl(server, words + ["/stream"]).hasSuffix(numbers))
        #expect(try Self.curl(server, words + ["/sized"]).contains("\(numbers.utf8.count)"))
        #expect(try Self.curl(server, words + ["/large"]).hasSuffix(String(repeating: "x", count: 5_000_000)))
        #expect(try Self.curl(server, words + ["-I", "/"]).lowercased().contains("content-length: 5"))
        #expect(try Self.curl(server, words + ["/empty"]).contains(" 204"))
        let tooLarge = String(repeating: "y", count: 1001)
        #expect(try Self.curl(server, words + ["/echo", "-d", tooLarge]).contains(" 413"))
        let file = NSTemporaryDirectory() + "sluice-body-\(UUID().uuidString)"
        try String(repeating: "z", count: 500_000).write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        #expect(try Self.curl(server, words + ["/pieces", "--data-binary", "@\(file)"]).contains(" 200"))
        let pieces = server.events.filter { $0.hasPrefix("piece ") }.reduce(0) { $0 + $1.utf8.count - 6 }
        #expect(pieces == 500_000)
    }

    @Test("HTTP/2 is spoken in plain text to who begins with it, HTTP/1 to everybody else")
    func priorKnowledge() throws {
        let server = try Self.server(tls: false)
        #expect(
            try Self.curl(server, ["--http2-prior-knowledge", "/echo", "-d", "x"], scheme: "http").hasPrefix(
                "HTTP/2 200"))
        #expect(try Self.curl(server, ["/"], scheme: "http").hasPrefix("HTTP/1.1 200"))
    }

    @Test("a listener without HTTP/2 offers none")
    func onlyHTTP1() throws {
        let server = try Self.server(http2: false)
        #expect(try Self.curl(server, ["--http2", "/"]).hasPrefix("HTTP/1.1 200"))
    }

    @Test("many requests at a time on one connection are answered, each with its own")
    func multiplexed() throws {
        let server = try Self.server()
        let output = try Program.run([
            "h2load", "-n", "2000", "-c", "2", "-m", "50", "https://localhost:\(server.port)/block",
        ])
        #expect(output.contains("2000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(output)")
    }

    @Test("a PROXY header comes first, with TLS behind it or not")
    func proxyHeader() throws {
        let plain = try Self.server(http2: false, tls: false, proxy: true)
        let client = try plain.client()
        try client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readUntil("hello").contains("200 OK"))
        let secure = try Self.server(proxy: true)
        #expect(try Self.curl(secure, ["--haproxy-protocol", "--http2", "/"]).hasPrefix("HTTP/2 200"))
        let without = try plain.client()
        try without.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try without.readToEnd() == "")
    }

    @Test("a connection that does not begin in time is closed, and so is one that speaks something else")
    func slowOpening() throws {
        var limits = HTTPServerLimits()
        limits.headerTimeout = 100
        let shown = try TestCertificates.shared().server
        let identity = try TLSIdentity(certificate: shown.certificate, key: shown.key)
        let server = try TestServer(limits) {
            var options = HTTPListenerOptions()
            options.tls = try .server { _ in [identity] }
            return options
        }
        #expect(try server.client().readToEnd() == "")
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readToEnd().hasPrefix("HTTP/1.1 400 Bad Request"))
        let other = try server.client()
        try other.send("\u{16}\u{3}\u{1}\u{7f}\u{7f} a record that is too large")
        // An alert, and the end.
        #expect(try other.readToEnd().utf8.first == 0x15)
    }
}
