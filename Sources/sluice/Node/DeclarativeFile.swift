import GatewayModel
import System
import YAML

/// The declarative file of a node without a database.
enum DeclarativeFile {
    /// Nil when the settings name none.
    static func read(_ settings: Settings, schema: GatewaySchema) throws -> Configuration? {
        let path = settings["declarative_config"]
        if path.isEmpty { return nil }
        return try read(path, maximumBytes: settings.integer("config_body_bytes"), schema: schema).configuration
    }

    /// Reads and checks a file; what is wrong is told with the file's name, line and column. decK's references to the
    /// environment stand for what this process's has.
    ///
    /// - Parameter keepsPlain: Leaves passwords as they are written, instead of making hashes of them.
    static func read(
        _ path: String, maximumBytes: Int, schema: GatewaySchema, keepsPlain: Bool = false
    ) throws -> DeclarativeDocument {
        let text = try File.read(path, maximumBytes: maximumBytes)
        var limits = YAML.Limits()
        limits.bytes = maximumBytes
        do throws(DeclarativeConfiguration.Failure) {
            return try DeclarativeConfiguration.document(
                text, schema: schema, now: Int(WallClock.milliseconds / 1000), limits: limits,
                environment: CurrentProcess.environment, keepsPlain: keepsPlain)
        } catch { throw DeclarativeFileError(path: path, failure: error) }
    }
}

/// All that is wrong with a declarative file, a line each, as compilers tell it: `file:line:column: what`.
struct DeclarativeFileError: Error, CustomStringConvertible {
    let path: String
    let failure: DeclarativeConfiguration.Failure

    var description: String {
        failure.problems.map { "\(FaultTable.place($0, in: path)) \($0.text)" }.joined(separator: "\n")
    }
}
