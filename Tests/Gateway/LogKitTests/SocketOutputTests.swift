import Foundation
import Observability
import Synchronization
import TLS
import TestBrokers
import TestCertificates
import Testing

@testable import LogKit

@Suite(
    "outputs to servers", .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct SocketOutputTests {
    private static func offer(_ text: String, _ output: LogOutput) {
        let bytes = Array(text.utf8)
        let isTaken = output.offer(bytes.span)
        #expect(isTaken)
    }

    private static func tcp(
        _ port: Int, keepalive: Int = 60_000, tls: TCPOutput.Peer.TLS? = nil, host: String = "127.0.0.1"
    ) -> TCPOutput.Peer {
        TCPOutput.Peer(host: host, port: port, timeout: 10_000, keepalive: keepalive, tls: tls)
    }

    private static func output(
        _ outputs: LogOutputs, _ peer: TCPOutput.Peer, _ logger: Logger = .silent
    ) -> LogOutput {
        outputs.output(.tcp(peer), logger: logger) { TCPOutput(peer) }
    }

    @Test("entries go over one connection, in order, and all of them are there at the end")
    func stream() async throws {
        let server = try await LogServer(.tcp)
        let outputs = LogOutputs()
        let output = Self.output(outputs, Self.tcp(server.port, host: "localhost"))
        for number in 0..<5_000 { Self.offer("entry \(number)\n", output) }
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        try await server.waitFor(5_000)
        #expect(server.entries == (0..<5_000).map { "entry \($0)" })
        #expect(output.counts == .init(offered: 5_000, sent: 5_000, dropped: 0, waiting: 0))
        #expect(server.events.filter { $0 == "connected" }.count == 1)
        await server.stop()
    }

    @Test("a server that is away is told once; what waits is sent when it is back, and a lost connection made anew")
    func away() async throws {
        var server = try await LogServer(.tcp)
        let port = server.port
        let lines = Mutex<[String]>.Shared()
        let logger = Logger(level: .debug, format: .json) { line in
            lines.value.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let outputs = LogOutputs()
        let output = Self.output(outputs, Self.tcp(port), logger)
        Self.offer("first\n", output)
        try await server.waitFor(1)
        await server.stop()
        for number in 0..<10 { Self.offer("waiting \(number)\n", output) }
        try await Eventually.holds("the failure is told") {
            lines.value.withLock { $0.contains { $0.contains("log entries cannot be written") } }
        }
        #expect(output.counts == .init(offered: 11, sent: 1, dropped: 0, waiting: 10))
        server = try await LogServer(.tcp, port: port)
        try await server.waitFor(10)
        Self.offer("last\n", output)
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        try await server.waitFor(11)
        #expect(server.entries == (0..<10).map { "waiting \($0)" } + ["last"])
        #expect(output.counts == .init(offered: 12, sent: 12, dropped: 0, waiting: 0))
        logger.close()
        let told = lines.value.withLock { $0.filter { $0.contains("cannot be written") } }
        #expect(
            told.count == 1 && told[0].contains("Connection refused") && told[0].contains("tcp://127.0.0.1:\(port)"))
        await server.stop()
    }

    @Test("an unused connection is closed after its time, and another made for the next entry", arguments: [0, 20])
    func idle(keepalive: Int) async throws {
        let server = try await LogServer(.tcp)
        let outputs = LogOutputs()
        let output = Self.output(outputs, Self.tcp(server.port, keepalive: keepalive))
        Self.offer("one\n", output)
        try await Eventually.holds("the connection ends") { server.events.contains("ended") }
        Self.offer("two\n", output)
        try await server.waitFor(2)
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        #expect(server.events.filter { $0 == "connected" }.count == 2)
        await server.stop()
    }

    @Test("by TLS, with the server's certificate verified or not", arguments: [false, true])
    func tls(verifies: Bool) async throws {
        let certificates = try TestCertificates.shared()
        let server = try await LogServer(
            .tls(certificate: certificates.server.certificatePath, key: certificates.server.keyPath))
        let outputs = LogOutputs()
        let trust = verifies ? TLSTrust(authorities: certificates.authority.certificate) : nil
        let name = verifies ? "localhost" : "other.test"
        let output = Self.output(outputs, Self.tcp(server.port, tls: .init(serverName: name, trust: trust)))
        // More than a record's and a socket's worth.
        let filler = String(repeating: "x", count: 1_000)
        for number in 0..<2_000 { Self.offer("entry \(number) \(filler)\n", output) }
        #expect(await outputs.shutdown(within: 20_000).isEmpty)
        try await server.waitFor(2_000)
        #expect(server.entries == (0..<2_000).map { "entry \($0) \(filler)" })
        #expect(server.events.contains("name \(name)"))
        await server.stop()
    }

    @Test("a server whose certificate is not trusted gets nothing")
    func untrusted() async throws {
        let certificates = try TestCertificates.shared()
        let server = try await LogServer(
            .tls(certificate: certificates.server.certificatePath, key: certificates.server.keyPath))
        let lines = Mutex<[String]>.Shared()
        let logger = Logger(level: .debug, format: .json) { line in
            lines.value.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let outputs = LogOutputs()
        let trust = TLSTrust(authorities: certificates.otherAuthority.certificate)
        let output = Self.output(
            outputs, Self.tcp(server.port, tls: .init(serverName: "localhost", trust: trust)), logger)
        Self.offer("secret\n", output)
        try await Eventually.holds("the failure is told") {
            lines.value.withLock { $0.contains { $0.contains("the peer's certificate is refused") } }
        }
        #expect(await outputs.shutdown(within: 50).map(\.entries) == [1])
        #expect(server.entries.isEmpty)
        logger.close()
        await server.stop()
    }

    @Test("each entry is a datagram; one that is too large is counted and does not hold up the next")
    func udp() async throws {
        let server = try await LogServer(.udp)
        let outputs = LogOutputs()
        let output = outputs.output(.udp(host: "127.0.0.1", port: server.port), logger: .silent) {
            DatagramOutput.udp("127.0.0.1", port: server.port)
        }
        for number in 0..<100 {
            Self.offer(number == 50 ? String(repeating: "x", count: 70_000) : "entry \(number)", output)
        }
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        try await server.waitFor(99)
        #expect(server.entries == (0..<100).filter { $0 != 50 }.map { "entry \($0)" })
        #expect(output.counts == .init(offered: 100, sent: 99, dropped: 1, waiting: 0))
        await server.stop()
    }

    @Test("datagrams that nobody takes hold up nothing, and what comes back of them is told once")
    func udpRefused() async throws {
        let server = try await LogServer(.udp)
        await server.stop()
        let lines = Mutex<[String]>.Shared()
        let logger = Logger(level: .debug, format: .json) { line in
            lines.value.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let outputs = LogOutputs()
        let output = outputs.output(.udp(host: "127.0.0.1", port: server.port), logger: logger) {
            DatagramOutput.udp("127.0.0.1", port: server.port)
        }
        for number in 0..<100 { Self.offer("entry \(number)", output) }
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        #expect(output.counts == .init(offered: 100, sent: 100, dropped: 0, waiting: 0))
        logger.close()
        #expect(lines.value.withLock { $0.filter { $0.contains("Connection refused") }.count } == 1)
    }

    @Test("a local socket that comes later, or comes again, gets what waited")
    func local() async throws {
        let path = NSTemporaryDirectory() + "sluice-log-\(UUID().uuidString.prefix(8))"
        defer { unlink(path) }
        let outputs = LogOutputs()
        let output = outputs.output(.syslog(path), logger: .silent) { DatagramOutput.local(path) }
        Self.offer("one", output)
        var server = try await LogServer(.local(path))
        try await server.waitFor(1)
        await server.stop()
        Self.offer("two", output)
        server = try await LogServer(.local(path))
        try await server.waitFor(1)
        #expect(server.entries == ["two"])
        #expect(await outputs.shutdown(within: 10_000).isEmpty)
        await server.stop()
    }
}
