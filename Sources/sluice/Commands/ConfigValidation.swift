import Bytes
import GatewayModel
import JSON
import System

/// `sluice config validate`.
enum ConfigValidation {
    static let action = ConfigCommand.Action(
        name: "validate", usage: "validate FILE", summary: "Tells all that is wrong with a declarative file",
        help: """
            Usage: sluice config validate FILE [--json]

            Checks a declarative file (YAML or JSON, formats 1.1, 2.1 and 3.0, Kong's and decK's) against the schemas of
            all entities and bundled plugins, and the references between them. FILE may be - for standard input. decK's
            ${{ env "DECK_…" }} stand for what the environment has. Nothing is changed, and no node is asked.

            Problems are told a line each on standard error, as FILE:LINE:COLUMN: FIELD: WHAT.

              --json    Tells on standard output instead: {"file", "valid", "entities" or "faults": [{"line", "column",
                        "path", "pointer", "message", "suggestion", "entity"}]}

            Exit status: 0 valid, 1 not valid or not to be read, 2 wrong usage.

            """, run: run)

    private static func run(_ arguments: inout Arguments) throws -> Int32 {
        let isJSON = arguments.take("json") != nil
        guard let path = arguments.takeWord() else { throw UsageError("expected one file") }
        try arguments.requireNothingLeft()
        do {
            let document = try DeclarativeFile.read(
                path == "-" ? "/dev/stdin" : path, maximumBytes: ConfigCommand.maximumBytes,
                schema: ConfigCommand.schema)
            let configuration = document.configuration
            let counts = configuration.schema.definitions.map(\.name)
                .map { (name: $0, count: configuration.count($0)) }.filter { $0.count > 0 }
            if isJSON {
                let entities = JSONObject(counts.map { ($0.name, .integer($0.count)) })
                tell(["file": .string(path), "valid": true, "entities": .object(entities)])
            } else {
                let list = counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
                StandardStream.output.write("\(path): valid\(list.isEmpty ? "" : " (\(list))")\n")
            }
            return 0
        } catch let error as DeclarativeFileError {
            if isJSON {
                tell([
                    "file": .string(path), "valid": false, "faults": .array(error.failure.problems.map(fault)),
                ])
            } else {
                let error = DeclarativeFileError(path: path, failure: error.failure)
                StandardStream.error.write(FaultTable(error: error, style: TextStyle(of: .error)).text)
            }
            return 1
        }
    }

    private static func tell(_ value: JSONValue) { StandardStream.output.write(value.prettyText + "\n") }

    private static func fault(_ problem: DeclarativeConfiguration.Failure.Problem) -> JSONValue {
        let tokens = problem.path.map { element -> String in
            switch element {
            case .name(let name): name
            case .index(let index): String(index)
            }
        }
        var fault: JSONObject = [:]
        if let location = problem.location {
            fault["line"] = .integer(location.line)
            fault["column"] = .integer(location.column)
        }
        fault["path"] = .string(problem.pathText)
        fault["pointer"] = .string(JSONPointer(tokens: tokens).description)
        fault["message"] = .string(problem.message)
        if let suggestion = problem.suggestion { fault["suggestion"] = .string(suggestion) }
        if let entity = problem.entity { fault["entity"] = .string(entity) }
        return .object(fault)
    }
}
