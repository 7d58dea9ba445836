import Foundation
import JSON

/// A file of `Tests/Goldens/AdminAPI`: requests to a fresh node, one after another, each with the answer that must come.
///
///     storage: sqlite
///
/// The head may also say `plugins: badges` (a plugin that brings entities) and `upstreams: watched` (somebody who tells how
/// upstreams are).
///
///     === what this is about
///     POST /services
///     content-type: application/json
///
///     {"host": "a"}
///     --- 201
///     { … }
///
/// Ids that the node makes are written `<id 1>`, `<id 2>`, … in the order in which they appear, in answers and in later
/// requests; times are `<time>`. Of the answers' fields those are compared that `shownFields` names.
struct Scenario {
    struct Exchange {
        let title: String
        let request: String
        /// Status, shown fields and body.
        var answer: String
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Goldens/AdminAPI").standardized

    static let names: [String] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".http") }
                .sorted()
        } catch { return [] }
    }()

    let head: String
    let storage: AdminServer.Storage
    let hasBadges: Bool
    let isWatched: Bool
    var exchanges: [Exchange]

    struct Malformed: Error {
        let text: String
    }

    init(_ name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
        var parts = text.components(separatedBy: "\n=== ")
        head = parts.removeFirst()
        storage = head.contains("storage: memory") ? .memory : .sqlite
        hasBadges = head.contains("plugins: badges")
        isWatched = head.contains("upstreams: watched")
        exchanges = try parts.map { part in
            guard let titleEnd = part.firstIndex(of: "\n") else { throw Malformed(text: part) }
            let rest = String(part[part.index(after: titleEnd)...])
            let halves = rest.components(separatedBy: "\n--- ")
            guard halves.count <= 2 else { throw Malformed(text: part) }
            return Exchange(
                title: String(part[..<titleEnd]), request: halves[0].trimmingCharacters(in: .newlines),
                answer: halves.count == 2 ? halves[1].trimmingCharacters(in: .newlines) : "")
        }
    }

    func write(to name: String) throws {
        let text = exchanges.map { "=== \($0.title)\n\($0.request)\n--- \($0.answer)\n" }.joined(separator: "\n")
        let whole = head.trimmingCharacters(in: .newlines) + "\n\n" + text
        try whole.write(to: Self.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
}

/// Runs a scenario's requests and writes down the answers.
struct ScenarioRun {
    private static let shownFields = [
        "allow", "retry-after", "access-control-allow-methods", "access-control-allow-headers",
    ]
    private let server: AdminServer
    /// Ids that the scenario gives itself, which stay as they are.
    private let givenIDs: Set<String>
    private var madeIDs: [String] = []

    init(_ scenario: Scenario, on server: AdminServer) {
        self.server = server
        givenIDs = Set(scenario.exchanges.flatMap { Self.ids(in: $0.request) })
    }

    mutating func answer(to text: String) async throws -> String {
        let answer = try await server.ask(Self.request(replacingMarks(in: text)))
        var lines = ["\(answer.status)"]
        for name in Self.shownFields {
            if let value = answer[name] { lines.append("\(name): \(value)") }
        }
        if !answer.body.isEmpty { lines.append(answer["content-type"] == Self.json ? try shown(answer) : answer.body) }
        return lines.joined(separator: "\n")
    }

    private static let json = "application/json; charset=utf-8"

    private mutating func shown(_ answer: AdminAnswer) throws -> String {
        var text = Self.withoutTimes(try answer.json()).prettyText
        for id in Self.ids(in: text) where !givenIDs.contains(id) && !madeIDs.contains(id) { madeIDs.append(id) }
        for (place, id) in madeIDs.enumerated() {
            text = text.replacingOccurrences(of: id, with: "<id \(place + 1)>")
        }
        return text
    }

    private static func withoutTimes(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    object.map { key, member in
                        let isTime = key.hasSuffix("ated_at") && (member.numberValue ?? 0) > 1_700_000_000
                        return (key, isTime ? "<time>" : withoutTimes(member))
                    }))
        case .array(let array): return .array(array.map(withoutTimes))
        default: return value
        }
    }

    private func replacingMarks(in text: String) -> String {
        var text = text
        for (place, id) in madeIDs.enumerated() {
            text = text.replacingOccurrences(of: "<id \(place + 1)>", with: id)
        }
        return text
    }

    private static func ids(in text: String) -> [String] {
        let hex = "[0-9a-f]"
        guard
            let pattern = try? NSRegularExpression(
                pattern: "\(hex){8}-\(hex){4}-\(hex){4}-\(hex){4}-\(hex){12}", options: .caseInsensitive)
        else { preconditionFailure("the pattern is right") }
        return pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range, in: text).map { text[$0].lowercased() }
        }
    }

    private static func request(_ text: String) throws -> AdminRequest {
        let parts = text.components(separatedBy: "\n\n")
        var lines = parts[0].split(separator: "\n").map(String.init)
        let words = lines.removeFirst().split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { throw Scenario.Malformed(text: text) }
        var request = AdminRequest(method: words[0], target: words[1])
        for line in lines {
            let pair = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw Scenario.Malformed(text: line) }
            request.fields.append((pair[0], pair[1].trimmingCharacters(in: .whitespaces)))
        }
        request.body = parts.dropFirst().joined(separator: "\n\n")
        return request
    }
}
