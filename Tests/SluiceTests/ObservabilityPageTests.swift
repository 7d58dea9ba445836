import Foundation
import Testing

/// `docs/observability.md` names each metric that there is, and no other.
@Suite("the page on observability")
struct ObservabilityPageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized

    /// Names of metrics in the sources: the only texts that look like one.
    private static func names(in folder: String) throws -> Set<String> {
        var names: Set<String> = []
        let pattern = #/"((?:kong|sluice|process)_[a-z0-9_]+)"/#
        let path = root.appendingPathComponent(folder)
        for file in try FileManager.default.subpathsOfDirectory(atPath: path.path) where file.hasSuffix(".swift") {
            let text = try String(contentsOf: path.appendingPathComponent(file), encoding: .utf8)
            for match in text.matches(of: pattern) { names.insert(String(match.1)) }
        }
        return names
    }

    @Test("each metric has its row")
    func metrics() throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/observability.md"), encoding: .utf8)
        let rows = page.matches(of: #/\n\| `([a-z0-9_]+)` \| (?:counter|gauge|histogram) \|/#).map { String($0.1) }
        #expect(Set(rows).count == rows.count, "a metric has two rows")
        let told = try Self.names(in: "Sources/Management/AdminAPI/Metrics")
            .union(Self.names(in: "Sources/Gateway/ReportingPlugins/Prometheus"))
        #expect(told.count > 40)
        // A label's name looks like one.
        #expect(told.subtracting(rows) == ["kong_subsystem"])
        #expect(Set(rows).subtracting(told).isEmpty)
    }
}
