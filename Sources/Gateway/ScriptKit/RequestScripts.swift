package import HTTPServer
internal import JSON
package import Observability
package import PluginKit
package import Scripting
internal import System

/// Scripts of a plugin's configuration on one loop, with the functions of Kong's plugin development kit that read a
/// request. They see nothing of other requests.
package final class RequestScripts {
    package let sandbox: LuaSandbox
    /// The request that a script runs for.
    private var request: (view: RequestView, context: RequestContext)?
    private let logger: Logger
    private let pluginID: String

    package init(limits: LuaLimits, logger: Logger, pluginID: String) throws(LuaError) {
        self.logger = logger
        self.pluginID = pluginID
        sandbox = try LuaSandbox(limits: limits)
        try defineRequest()
        try defineAnswer()
        try defineEntities()
        try defineRest()
        try defineVariables()
    }

    /// Runs `work`, within which scripts see that request.
    package func with<Result, Failure: Error>(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ work: (LuaSandbox) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        request = (RequestView(exchange, context), context)
        defer { request = nil }
        return try work(sandbox)
    }

    /// Why a text is no script; nil when it is one.
    package static func problem(_ source: String) -> String? {
        do throws(LuaError) {
            _ = try LuaSandbox().compile(source, name: "script")
            return nil
        } catch { return "error parsing function: \(error.message)" }
    }

    // MARK: - Definitions

    /// A function that reads the request. Between requests, as when a script is compiled, there is nothing to read.
    func define(
        _ path: String, _ function: @escaping (RequestView, [JSONValue]) throws -> JSONValue?
    ) throws(LuaError) {
        try sandbox.define(path) { [unowned self] arguments in
            guard let request else { throw ScriptRefusal("there is no request here") }
            return try function(request.view, arguments)
        }
    }

    private func defineRest() throws(LuaError) {
        try sandbox.define("kong.node.get_hostname") { _ in .string(CurrentProcess.hostName) }
        try sandbox.define("ngx.time") { _ in .integer(Int(WallClock.milliseconds / 1_000)) }
        try sandbox.define("ngx.now") { _ in .number(Double(WallClock.milliseconds) / 1_000) }
        try sandbox.define("kong.ctx.shared.__index") { [unowned self] arguments in
            request?.context.shared[arguments.text(0) ?? ""]
        }
        try sandbox.define("kong.ctx.shared.__newindex") { [unowned self] arguments in
            guard let context = request?.context, let name = arguments.text(0) else { return nil }
            guard context.shared[name] != nil || context.shared.count < Self.mostShared else {
                throw ScriptRefusal("kong.ctx.shared holds \(Self.mostShared) values at most")
            }
            let value = arguments.count > 1 ? arguments[1] : .null
            if value.isNull { context.shared.removeValue(forKey: name) } else { context.shared[name] = value }
            return nil
        }
        try sandbox.define("kong.log.set_serialize_value") { [unowned self] arguments in
            try setField(arguments)
            return nil
        }
        let levels: [(String, LogLevel)] = [
            ("__call", .notice), ("debug", .debug), ("info", .info), ("notice", .notice), ("warn", .warn),
            ("err", .error), ("crit", .crit),
        ]
        for (name, level) in levels {
            try sandbox.define("kong.log.\(name)") { [unowned self] arguments in
                // A called table is its own first argument.
                write(name == "__call" ? Array(arguments.dropFirst()) : arguments, level)
                return nil
            }
        }
    }

    private static let mostShared = 100

    private func setField(_ arguments: [JSONValue]) throws {
        guard let context = request?.context else { throw ScriptRefusal("there is no request here") }
        guard let key = arguments.text(0) else { throw ScriptRefusal("key must be a string") }
        let value = arguments.count > 1 ? arguments[1] : JSONValue.null
        guard
            let mode = LogField.Mode(rawValue: arguments.count > 2 ? arguments[2]["mode"]?.stringValue ?? "set" : "set")
        else { throw ScriptRefusal("mode must be one of set, add, replace") }
        guard context.logFields.count < LogField.most else {
            throw ScriptRefusal("an entry gets \(LogField.most) fields at most")
        }
        context.logFields.append(LogField(try FieldPath(key), value.isNull ? nil : value, mode: mode))
    }

    private func write(_ arguments: [JSONValue], _ level: LogLevel) {
        guard logger.isEnabled(level) else { return }
        let text = arguments.map { $0.stringValue ?? $0.text }.joined()
        let id = request?.view.id ?? "-"
        let plugin = pluginID
        logger.log(level, "script") {
            ["text": .string(String(text.prefix(1_000))), "plugin_id": .string(plugin), "request_id": .string(id)]
        }
    }
}

/// Why a function refuses what a script asks.
struct ScriptRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension [JSONValue] {
    /// The argument in that place as text.
    func text(_ place: Int) -> String? { place < count ? self[place].stringValue : nil }
}
