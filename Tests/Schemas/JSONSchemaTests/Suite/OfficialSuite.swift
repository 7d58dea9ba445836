import Foundation
import JSON
import JSONSchema
import TestBrokers

/// The official test suite, where `scripts/prepare test` puts it.
enum OfficialSuite {
    static let folder = URL(fileURLWithPath: TestEnvironment.repository)
        .appendingPathComponent(".build/json-schema-test-suite")

    static let isThere = FileManager.default.fileExists(atPath: folder.appendingPathComponent("version").path)

    /// One value that a schema accepts or does not.
    struct Case {
        /// Such as "ref.json: group: test".
        let name: String
        let schema: JSONValue
        let value: JSONValue
        let isValid: Bool
    }

    static func name(_ draft: JSONSchemaDraft) -> String {
        switch draft {
        case .draft4: "draft4"
        case .draft6: "draft6"
        case .draft7: "draft7"
        case .draft2019: "draft2019-09"
        case .draft2020: "draft2020-12"
        }
    }

    /// The cases of a folder's files, those of its folders not.
    static func cases(_ draft: JSONSchemaDraft, _ part: String) throws -> [Case] {
        let place = folder.appendingPathComponent("tests/\(name(draft))/\(part)")
        var cases: [Case] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        where file.hasSuffix(".json") {
            for group in try read(place.appendingPathComponent(file)).arrayValue ?? [] {
                for test in group["tests"]?.arrayValue ?? [] {
                    guard let schema = group["schema"], let value = test["data"], let isValid = test["valid"]?.boolValue
                    else { continue }
                    let title = [group, test].map { $0["description"]?.stringValue ?? "" }.joined(separator: ": ")
                    cases.append(Case(name: "\(file): \(title)", schema: schema, value: value, isValid: isValid))
                }
            }
        }
        return cases
    }

    /// The documents that the suite expects on a server, by their addresses.
    static func remotes() throws -> [String: JSONValue] {
        let root = folder.appendingPathComponent("remotes")
        var remotes: [String: JSONValue] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) where path.hasSuffix(".json") {
            let isOfKnownDraft = JSONSchemaDraft.allCases.contains { path.hasPrefix(name($0) + "/") }
            if isOfKnownDraft || !path.hasPrefix("draft") {
                remotes["http://localhost:1234/\(path)"] = try read(root.appendingPathComponent(path))
            }
        }
        return remotes
    }

    private static func read(_ file: URL) throws -> JSONValue {
        let bytes = Array(try Data(contentsOf: file))
        return try JSONValue.parse(bytes.span)
    }

    /// The names of cases that went otherwise than they should, with what happened.
    static func failures(
        _ cases: [Case], _ draft: JSONSchemaDraft, assertsFormats: Bool = false
    ) throws -> [String: String] {
        var options = JSONSchemaOptions()
        options.draft = draft
        options.assertsFormats = assertsFormats
        let remotes = try remotes()
        var compiled: [JSONValue: Result<JSONSchema, JSONSchemaError>] = [:]
        var failures: [String: String] = [:]
        for test in cases {
            let schema =
                compiled[test.schema]
                ?? Result { () throws(JSONSchemaError) in
                    try JSONSchema(compiling: test.schema, options: options, references: remotes)
                }
            compiled[test.schema] = schema
            do {
                try schema.get().validate(test.value)
                if !test.isValid { failures[test.name] = "was accepted" }
            } catch let failure as JSONSchemaFailure {
                guard case .violations = failure, !test.isValid else {
                    failures[test.name] = "\(failure)"
                    continue
                }
            } catch { failures[test.name] = "\(error)" }
        }
        return failures
    }
}
