import Bytes
import EventLoop
import HTTPServer
import Observability
import System

/// The settings of a node: every one with a value that was checked.
struct Settings: Sendable, Equatable {
    /// By name; what was not set is not there.
    private var given: [String: String]
    /// What to tell the operator about the sources.
    let warnings: [String]

    init(_ given: [String: String], warnings: [String] = []) {
        self.given = given
        self.warnings = warnings
    }

    /// The value, or the default; empty when there is neither.
    subscript(name: String) -> String {
        guard let setting = SettingsCatalogue.setting(name) else { preconditionFailure("no setting is called \(name)") }
        return given[name] ?? setting.defaultValue
    }

    func integer(_ name: String) -> Int {
        guard let value = Int(self[name]) else { preconditionFailure("\(name) was not checked") }
        return value
    }

    /// A value for what nobody has set.
    mutating func setDefault(_ name: String, _ value: String) {
        if given[name] == nil { given[name] = value }
    }

    func isGiven(_ name: String) -> Bool { given[name] != nil }

    var usesDatabase: Bool {
        switch self["database"] {
        case "off": false
        case "sqlite": true
        default: self["declarative_config"].isEmpty
        }
    }

    var eventLoops: Int { Int(self["event_loops"]) ?? CurrentProcess.processorCount }

    var logLevel: LogLevel { LogLevel(name: self["log_level"]) ?? .notice }

    var logFormat: Logger.Format {
        Logger.Format(rawValue: self["log_format"]) ?? (StandardStream.error.isTerminal ? .text : .json)
    }

    func listeners(_ name: String) throws(SettingsError) -> [ListenAddress] {
        do { return try ListenAddress.parse(self[name]) } catch {
            throw SettingsError("\(name): \(error.description)")
        }
    }

    /// For a node that is only tried: what is edited goes when it stops.
    var keepsDatabaseInMemory = false

    var databasePath: String { keepsDatabaseInMemory ? ":memory:" : "\(self["data_dir"])/sluice.db" }

    /// Where schemas are kept; nil: in memory.
    var registryPath: String? { keepsDatabaseInMemory ? nil : "\(self["data_dir"])/registry.db" }

    var serverLimits: HTTPServerLimits {
        var limits = HTTPServerLimits()
        limits.requestLineBytes = integer("request_line_bytes")
        limits.headerBytes = integer("header_bytes")
        limits.fieldCount = integer("header_count")
        limits.headerTimeout = UInt64(integer("header_timeout"))
        limits.bodyTimeout = UInt64(integer("body_timeout"))
        limits.idleTimeout = UInt64(integer("idle_timeout"))
        limits.writeTimeout = UInt64(integer("write_timeout"))
        limits.requestsPerConnection = integer("requests_per_connection")
        limits.connections = integer("connections_per_loop")
        return limits
    }

    /// The plugins that may be used, of those that are there.
    func enabledPlugins(of bundled: [String]) throws(SettingsError) -> [String] {
        var names: [String] = []
        for word in self["plugins"].split(separator: ",") {
            let name = word.filter { $0 != " " }
            switch name {
            case "bundled": names += bundled
            case "off", "": continue
            default:
                guard bundled.contains(name) else {
                    let hint = NearestName.suggestion(for: name, among: bundled + ["bundled", "off"])
                    throw SettingsError("plugins: there is no plugin '\(name)'\(hint)")
                }
                names.append(name)
            }
        }
        return bundled.filter(names.contains)
    }
}

/// A setting that cannot be used.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
