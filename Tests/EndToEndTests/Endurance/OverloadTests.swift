import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// Ten times what an upstream takes, for some seconds (`SLUICE_TEST_LONG=1`: a minute).
@Suite(
    "ten times too many requests",
    .enabled(if: RunningSluice.tellsResources, Comment(rawValue: RunningSluice.needsResources)))
struct OverloadTests {
    /// Memory may go up by that much after the first second: the allocator's, not the requests'.
    private static let allowance = 32 << 20

    /// Samples the memory of a node as long as `isOver` says no.
    private static func expectFlat(_ node: RunningSluice, until isOver: () throws -> Bool) async throws {
        try await Task.sleep(for: .seconds(1))
        let start = try node.residentBytes
        var most = start
        try await Eventually.holds("the load is over", seconds: 180) {
            most = max(most, try node.residentBytes)
            return try isOver()
        }
        // A sanitizer keeps what was freed, to tell when somebody uses it.
        if TestEnvironment.isSanitized { return }
        #expect(most - start < Self.allowance, "from \(start >> 20) to \(most >> 20) MiB")
    }

    private static func expectRecovered(_ node: RunningSluice) async throws {
        for _ in 0..<20 { #expect(try await node.ask("GET /small").status == 200) }
        #expect(await node.stop() == 0)
    }

    @Test("each is answered, by 200 or by 503 with Retry-After; memory is flat, and all is well at once afterwards")
    func clients() async throws {
        let small = try SmallUpstream()
        let node = try await small.node()
        let end = ContinuousClock.now + TestEnvironment.loadTime

        let sent = try await Load.run(on: node, "POST /small", clients: 80, pause: 500) { load in
            try await Self.expectFlat(node) {
                // However slow this machine is, it must have been ten times too many; under a sanitizer clients are
                // too slow for that.
                ContinuousClock.now > end
                    && (TestEnvironment.isSanitized || load.sent.count > 10 * load.count(200))
            }
        }

        for request in sent {
            switch request.outcome {
            case .answered(status: 200, _): break
            case .answered(status: 503, let retryAfter): #expect(retryAfter == "1")
            default: Issue.record("\(request)")
            }
        }
        #expect(sent.count { $0.status == 200 } >= SmallUpstream.capacity)
        #expect(small.mostAtATime <= SmallUpstream.concurrency)
        #expect(small.upstream.connections <= SmallUpstream.concurrency)
        try await Self.expectRecovered(node)
    }

    @Test(
        "at a constant rate too",
        .enabled(if: Vegeta.path != nil, Comment(rawValue: Vegeta.isMissing)))
    func constantRate() async throws {
        let vegeta = try #require(Vegeta.path)
        let small = try SmallUpstream()
        let node = try await small.node()
        let folder = try TestFiles.shared.get().makeFolder()
        let targets = folder + "/targets"
        try "GET http://127.0.0.1:\(node.port)/small\n".write(toFile: targets, atomically: true, encoding: .utf8)

        let results = folder + "/results"
        let attack = try ChildProcess(
            vegeta,
            [
                "attack", "-targets", targets, "-rate", "\(10 * SmallUpstream.capacity)", "-duration",
                "\(TestEnvironment.loadTime.components.seconds)s", "-timeout", "60s", "-output", results,
            ])
        try await Self.expectFlat(node) { !attack.isRunning }
        #expect(await attack.wait() == 0, "\(attack.text)")

        let report = try JSONValue.parse(
            text: try await ChildProcess.run(vegeta, ["report", "-type", "json", results]))
        let codes = try #require(report["status_codes"]?.objectValue)
        #expect(Set(codes.keys).isSubset(of: ["200", "503"]), "\(report.text)")
        #expect(report["errors"]?.arrayValue?.allSatisfy { $0.stringValue?.hasPrefix("503") == true } ?? true)
        #expect(codes["200"]?.integerValue ?? 0 >= SmallUpstream.capacity)
        #expect(small.mostAtATime <= SmallUpstream.concurrency)
        try await Self.expectRecovered(node)
    }
}
