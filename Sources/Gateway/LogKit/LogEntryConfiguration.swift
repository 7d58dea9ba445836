internal import Bytes
internal import GatewayModel
package import JSON
internal import Observability
package import PluginKit
internal import ScriptKit
internal import Scripting
internal import Synchronization
internal import System

/// What entries are at first.
enum LogTemplate: String, Sendable, CaseIterable {
    /// Kong's standard entry.
    case kong
    /// Optum's, as `kong-kafka-log` writes it.
    case optum
    /// The Elastic Common Schema.
    case ecs
}

/// What a log plugin's configuration says of entries (`LogEntryFields`), for all loops.
package final class LogEntryConfiguration: Sendable {
    /// A place that a script fills.
    struct Script: Sendable {
        let path: FieldPath
        let source: String
    }

    /// Beside what the defaults allow, scripts of a request shall not hold up the others of its loop.
    static let scriptLimits: LuaLimits = {
        var limits = LuaLimits()
        limits.instructions = 200_000
        limits.milliseconds = 20
        return limits
    }()

    let scripts: [Script]
    let template: LogTemplate
    let changes: LogFormat
    let redaction: Redaction
    let bodies: BodyCapture.Rules
    let pluginID: String
    let logger: Logger
    /// Of all ids, those below it are taken; nil: all.
    private let sampledBelow: UInt64?
    private let alwaysFrom: Int
    private let throttle = LogThrottle()
    private let faults = Atomic(0)

    /// - Parameter config: A plugin's, complete and valid.
    package init(_ config: JSONObject, _ context: PluginBuildContext) throws {
        pluginID = context.pluginID
        logger = context.logger
        let format = config["log_format"]?.objectValue ?? [:]
        do throws(FieldPath.Problem) {
            var scripts: [Script] = []
            for (path, source) in config["custom_fields_by_lua"]?.objectValue ?? [:] {
                scripts.append(Script(path: try FieldPath(path), source: source.stringValue ?? ""))
            }
            self.scripts = scripts
            changes = try LogFormat(format)
        } catch { throw PluginBuildError("", error.description) }
        template = LogTemplate(rawValue: format["template"]?.stringValue ?? "") ?? .kong
        redaction = Redaction(
            headers: (format["redact_headers"] ?? LogEntryFields.defaultRedactedHeaders).texts,
            arguments: (format["redact_query_args"] ?? LogEntryFields.defaultRedactedArguments).texts)
        bodies = BodyCapture.Rules(config["log_bodies"]?.objectValue ?? [:])
        isStandard = scripts.isEmpty && template == .kong && changes.isEmpty && !bodies.isWanted
        let rate = format["sample_rate"]?.numberValue ?? 1
        sampledBelow = rate >= 1 ? nil : UInt64(rate * 0x1p64)
        alwaysFrom = format["sample_always_from"]?.integerValue ?? .max
        // Each by itself was looked at by the schema: all together must have room.
        do throws(LuaError) { _ = try makeScripts() } catch {
            throw PluginBuildError("custom_fields_by_lua", error.message)
        }
    }

    /// Whether entries are Kong's as they are, as long as no other plugin's script has changed them.
    let isStandard: Bool

    /// Whether that request leaves an entry.
    func takes(_ id: RequestID, status: Int) -> Bool {
        guard let sampledBelow else { return true }
        return id.sample < sampledBelow || status >= alwaysFrom
    }

    typealias Scripts = (host: RequestScripts, chunks: [(path: FieldPath, chunk: LuaChunk)])

    /// For one loop; nil when there are none.
    func makeScripts() throws(LuaError) -> Scripts? {
        if scripts.isEmpty { return nil }
        let host = try RequestScripts(limits: Self.scriptLimits, logger: logger, pluginID: pluginID)
        var chunks: [(path: FieldPath, chunk: LuaChunk)] = []
        for script in scripts {
            chunks.append((script.path, try host.sandbox.compile(script.source, name: script.path.text)))
        }
        return (host, chunks)
    }

    /// Names in the log that a script or a change has failed: the first of ten seconds, with the number of all.
    func failed(_ place: String, _ detail: String, _ context: RequestContext) {
        let total = faults.add(1, ordering: .relaxed).newValue
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "log entry not changed",
            [
                "plugin_id": .string(pluginID), "field": .string(place),
                "detail": .string(String(detail.prefix(1_000))),
                "request_id": .string(context.requestID.description), "failed": .integer(total),
                "held_back": .integer(held),
            ])
    }
}
