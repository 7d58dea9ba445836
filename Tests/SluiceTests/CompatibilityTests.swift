import AdminAPI
import Foundation
import GatewayModel
import GatewayStore
import JSON
import Observability
import Plugins
import Testing

@testable import sluice

/// `docs/compatibility.md` names each setting, each field of each entity and each plugin, and says of none that it is
/// there when it is not.
@Suite("the page on compatibility")
struct CompatibilityTests {
    private static let page = Result {
        try CompatibilityPage(
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../docs/compatibility.md").standardized)
    }
    private static let schema = GatewaySchema(plugins: BundledPlugins.schemas)

    @Test("every row says what is the matter, in one of the page's words")
    func words() throws {
        let page = try Self.page.get()
        #expect(page.tables.count > 15)
        for (title, rows) in page.tables {
            for row in rows {
                #expect(CompatibilityPage.verdicts.contains(row.verdict), "\(title): \(row.names) \(row.verdict)")
                #expect(row.verdict == "same" || !row.note.isEmpty, "\(title): \(row.names) gives no reason")
            }
        }
    }

    @Test("settings")
    func settings() throws {
        var rows = try Self.page.get().rows("Settings")
        for setting in SettingsCatalogue.all {
            let found = rows.removeValue(forKey: setting.name)
            let row = try #require(found, "\(setting.name) has no row")
            #expect((row.verdict == "Sluice only") == (setting.origin == .sluice), "\(setting.name): \(row.verdict)")
            if case .unavailable = setting.kind { #expect(row.verdict == "refused", "\(setting.name)") }
            #expect(row.verdict != "not there", "\(setting.name) is there")
        }
        for (name, row) in rows { #expect(row.verdict == "not there", "there is no setting \(name): \(row.verdict)") }
    }

    @Test("the fields of each kind of entity", arguments: schema.definitions.map(\.name))
    func fields(collection: String) throws {
        let definition = try #require(Self.schema.definition(collection))
        let page = try Self.page.get()
        let brought = BundledPlugins.schemas.contains { $0.entities.contains { $0.name == collection } }
        guard !brought else {
            // Described on its plugin's own page.
            return #expect(try page.rows("Kinds of entities")[collection] != nil, "\(collection) has no row")
        }
        #expect(try page.rows("Kinds of entities")[collection]?.verdict != "not there")
        var rows = try page.rows("`\(collection)`")
        for (path, field) in Self.paths(definition.schema) {
            let row = rows.removeValue(forKey: path) ?? Self.wildcard(path, rows)
            guard let row else {
                Issue.record("\(collection): \(path) has no row")
                continue
            }
            #expect((row.verdict == "refused") == (field.unsupported != nil), "\(collection).\(path): \(row.verdict)")
            #expect((row.verdict == "Sluice only") == field.isSluiceOnly, "\(collection).\(path): \(row.verdict)")
            #expect(row.verdict != "not there", "\(collection).\(path) is there")
        }
        for (path, row) in rows where !path.hasSuffix(".*") {
            #expect(row.verdict == "not there", "there is no \(collection).\(path): \(row.verdict)")
        }
    }

    @Test("plugins")
    func plugins() throws {
        var rows = try Self.page.get().rows("Plugins")
        for schema in BundledPlugins.schemas {
            let found = rows.removeValue(forKey: schema.name)
            let row = try #require(found, "\(schema.name) has no row")
            #expect(row.verdict != "not there", "\(schema.name) is there")
        }
        for (name, row) in rows { #expect(row.verdict == "not there", "there is no plugin \(name): \(row.verdict)") }
    }

    @Test("the kinds of entities that there are, and no others")
    func kinds() throws {
        for (name, row) in try Self.page.get().rows("Kinds of entities") {
            #expect((Self.schema.definition(name) == nil) == (row.verdict == "not there"), "\(name): \(row.verdict)")
        }
    }

    @Test("the paths of the Admin API")
    func paths() throws {
        let service = ConfigurationService(schema: Self.schema, storage: .memory) { _ in {} }
        defer { service.stopThread() }
        let facts = NodeFacts(
            version: "1", compatibleVersion: "3", nodeID: "", hostName: "", configuration: [:], proxyStatistics: [],
            clusters: { [] })
        let logger = Logger(level: .emerg, format: .text)
        defer { logger.close() }
        let api = AdminAPI(
            service: service, facts: facts, limits: AdminAPI.Limits(body: 1, configuration: 1), logger: logger)
        // Those of entities that plugins bring are on the plugins' own pages.
        let brought = BundledPlugins.schemas.flatMap(\.entities).map { "{\($0.name)}" }
        let bringers = Set(BundledPlugins.schemas.flatMap(\.entities).flatMap { [$0.pathName, $0.nestedPathName] })
        var rows = try Self.page.get().rows("Paths of the Admin API")
        for path in api.paths {
            let last = path.split(separator: "/").last.map(String.init) ?? ""
            let found = rows.removeValue(forKey: path)
            if brought.contains(where: path.contains) || bringers.contains(last) { continue }
            let row = try #require(found, "\(path) has no row")
            #expect(row.verdict != "not there", "\(path) is there")
        }
        for (path, row) in rows { #expect(row.verdict == "not there", "there is no path \(path): \(row.verdict)") }
    }

    /// Every field with the path to it; `config` is the plugin's own.
    private static func paths(_ schema: RecordSchema, _ prefix: String = "") -> [(String, Field)] {
        schema.fields.flatMap { named -> [(String, Field)] in
            let path = prefix + named.name
            guard case .record(let inner) = named.field.kind, !inner.fields.isEmpty else {
                return [(path, named.field)]
            }
            return [(path, named.field)] + paths(inner, path + ".")
        }
    }

    private static func wildcard(_ path: String, _ rows: [String: CompatibilityPage.Row]) -> CompatibilityPage.Row? {
        var parts = path.split(separator: ".")
        while parts.popLast() != nil {
            if let row = rows[parts.joined(separator: ".") + ".*"] { return row }
        }
        return nil
    }
}

/// The tables of the page by the headings above them.
struct CompatibilityPage {
    struct Row {
        /// All that the row is about.
        let names: [String]
        let verdict: String
        let note: String
    }

    struct NoTable: Error {
        let title: String
    }

    static let verdicts: Set<String> = ["same", "better", "refused", "not there", "Sluice only"]

    /// Those with a column for the verdict.
    private(set) var tables: [String: [Row]] = [:]

    init(_ file: URL) throws {
        var title = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("#") {
                title = line.drop { $0 == "#" || $0 == " " }.trimmingCharacters(in: .whitespaces)
                continue
            }
            guard line.hasPrefix("|") else { continue }
            let cells = line.replacing("\\|", with: "\u{1}").split(separator: "|", omittingEmptySubsequences: false)
                .dropFirst().map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count >= 3, cells[1] == "Sluice" && cells[2] == "Note" { tables[title] = [] }
            guard tables[title] != nil, cells.count >= 3, cells[1] != "Sluice", !cells[0].hasPrefix("---") else {
                continue
            }
            let names = cells[0].split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            tables[title]?.append(Row(names: names, verdict: cells[1], note: cells[2]))
        }
    }

    /// The rows of a table by each of their names.
    func rows(_ title: String) throws -> [String: Row] {
        guard let rows = tables[title] else { throw NoTable(title: title) }
        return Dictionary(rows.flatMap { row in row.names.map { ($0, row) } }) { first, second in
            Issue.record("\(title): \(first.names) has two rows")
            return second
        }
    }
}
