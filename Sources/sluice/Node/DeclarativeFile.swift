import Bytes
import GatewayModel
import System
import YAML

/// The declarative file of a node without a database.
enum DeclarativeFile {
    /// Nil when the settings name none.
    static func read(_ settings: Settings, schema: GatewaySchema) throws -> Configuration? {
        let path = settings["declarative_config"]
        if path.isEmpty { return nil }
        return try read(path, maximumBytes: settings.integer("config_body_bytes"), schema: schema)
    }

    /// Reads and checks a file; what is wrong is told with the file's name, line and column.
    static func read(_ path: String, maximumBytes: Int, schema: GatewaySchema) throws -> Configuration {
        let text = try File.read(path, maximumBytes: maximumBytes)
        var limits = YAML.Limits()
        limits.bytes = maximumBytes
        do throws(DeclarativeConfiguration.Failure) {
            return try DeclarativeConfiguration.read(
                text, schema: schema, now: Int(WallClock.milliseconds / 1000), limits: limits)
        } catch { throw DeclarativeFileError(path: path, failure: error) }
    }
}

/// All that is wrong with a declarative file, a line each, as compilers tell it: `file:line:column: what`.
struct DeclarativeFileError: Error, CustomStringConvertible {
    let path: String
    let failure: DeclarativeConfiguration.Failure

    var description: String {
        let lines = failure.problems.map { problem -> String in
            let place = problem.location.map { ":\($0.line):\($0.column)" } ?? ""
            let entity = problem.entity.map { " (\($0))" } ?? ""
            let field = problem.path.map(\.text).joined(separator: ".")
            return "\(path)\(place): \(field.isEmpty ? "" : "\(field): ")\(problem.message)\(entity)"
        }
        return lines.joined(separator: "\n")
    }
}
