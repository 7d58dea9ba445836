import Foundation
import JSON
import TestBrokers
import TestClient

/// A Prometheus that scrapes one port of this machine, five times a second.
final class ScrapingPrometheus: Sendable {
    private let process: ChildProcess
    private let port: UInt16

    init(_ target: UInt16, folder: String) async throws {
        guard let programs = TestEnvironment.prometheus else {
            throw TestEnvironmentError(TestEnvironment.needsPrometheus)
        }
        let file = folder + "/prometheus.yml"
        try """
        global: {scrape_interval: 200ms, scrape_timeout: 200ms}
        scrape_configs:
        - job_name: sluice
          static_configs: [{targets: ["127.0.0.1:\(target)"]}]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let port = try FreePorts.one()
        self.port = UInt16(port)
        process = try ChildProcess(
            programs + "/prometheus",
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(folder)/prometheus",
                "--web.listen-address=127.0.0.1:\(port)",
            ])
        try Leftovers.atExit("kill \(process.identifier)")
        try await process.waitFor("Server is ready to receive web requests")
    }

    /// The one value that a query gives now; nil: none, or several.
    func value(_ query: String) async throws -> String? {
        let escaped = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await OwnThread.run { [port] in
            try HTTPClient(port: port).ask("GET /api/v1/query?query=\(escaped)")
        }
        guard let results = try JSONValue.parse(text: answer.body)["data"]?["result"]?.arrayValue,
            results.count == 1
        else { return nil }
        return results[0]["value"]?.arrayValue?.last?.stringValue
    }

    func stop() async { await process.stop() }
}
