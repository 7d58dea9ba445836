internal import Bytes
internal import GatewayModel
package import HTTPServer
internal import JSON
internal import Observability
package import PluginKit
internal import ScriptKit
internal import Scripting

/// Makes the entries of one log plugin on one loop: the template's form, what scripts set, what `log_format` changes.
package final class LogEntry {
    private let configuration: LogEntryConfiguration
    private let standard: StandardEntry
    /// What Optum calls the application is for `log_format.constants` to say.
    private let optum = OptumEntry(application: (id: "", name: ""))
    private let scripts: LogEntryConfiguration.Scripts?
    private var scratch: [UInt8] = []

    package init(_ configuration: LogEntryConfiguration) {
        self.configuration = configuration
        standard = StandardEntry(configuration.redaction)
        scripts = Self.compile(configuration)
    }

    /// Compiled before, when the configuration was checked; what fails now is told and left out.
    private static func compile(_ configuration: LogEntryConfiguration) -> LogEntryConfiguration.Scripts? {
        do throws(LuaError) { return try configuration.makeScripts() } catch {
            configuration.logger.error(
                "scripts not loaded",
                ["plugin_id": .string(configuration.pluginID), "detail": .string(error.message)])
            return nil
        }
    }

    /// Appends the entry, a JSON object. False: this request leaves none.
    ///
    /// - Parameter plugin: Who has kept bodies by `requestBody` and `responseBody`.
    package func write(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ outcome: RequestOutcome, of plugin: any Plugin,
        to output: inout [UInt8]
    ) -> Bool {
        guard configuration.takes(context.requestID, status: exchange.response.status) else { return false }
        if let scripts { run(scripts, exchange, context) }
        if configuration.isStandard, !context.hasLogFields {
            standard.write(exchange, context, outcome, to: &output)
            return true
        }
        scratch.removeAll(keepingCapacity: true)
        if configuration.template == .optum {
            optum.write(exchange, context, outcome, to: &scratch)
        } else {
            standard.write(exchange, context, outcome, hasEntities: false, to: &scratch)
        }
        let text = scratch
        guard var entry = Self.parse(text.span) else {
            output += text
            configuration.failed("", "the entry is no document that could be changed", context)
            return true
        }
        if configuration.template != .optum { standard.addEntities(context, to: &entry) }
        addBodies(exchange, context, plugin, to: &entry)
        if configuration.template == .ecs { entry = ECSEntry.make(of: entry) }
        for field in context.logFields {
            do throws(FieldPath.Problem) { try field.apply(to: &entry) } catch {
                configuration.failed(field.path.text, error.description, context)
            }
        }
        configuration.changes.apply(to: &entry) { path, problem in
            configuration.failed(path.text, problem.description, context)
        }
        entry.write(to: &output)
        return true
    }

    private static func parse(_ text: Span<UInt8>) -> JSONValue? {
        do throws(JSONError) { return try JSONValue.parse(text) } catch { return nil }
    }

    private func run(
        _ scripts: LogEntryConfiguration.Scripts, _ exchange: borrowing Exchange, _ context: RequestContext
    ) {
        scripts.host.with(exchange, context) { (sandbox) throws(Never) in
            for (path, chunk) in scripts.chunks {
                guard context.logFields.count < LogField.most else { return }
                do throws(LuaError) {
                    context.logFields.append(LogField(path, try sandbox.run(chunk)))
                } catch { configuration.failed(path.text, error.message, context) }
            }
        }
    }

    // MARK: - Bodies

    /// Bodies of one request.
    private final class Kept {
        var request: BodyCapture?
        var response: BodyCapture?
    }

    /// Who keeps the body of the request while it passes; nil when entries do not have it.
    func requestBody(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ plugin: any Plugin
    ) -> BodyCapture? {
        guard configuration.bodies.request, takesRequestBody(exchange) else { return nil }
        let capture = BodyCapture(maximum: configuration.bodies.maximum)
        kept(context, plugin).request = capture
        return capture
    }

    /// Who keeps the body of the answer.
    func responseBody(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ plugin: any Plugin
    ) -> BodyCapture? {
        guard configuration.bodies.response,
            configuration.bodies.takes(exchange.response.value(of: "content-type"))
        else { return nil }
        let capture = BodyCapture(maximum: configuration.bodies.maximum)
        kept(context, plugin).response = capture
        return capture
    }

    private func takesRequestBody(_ exchange: borrowing Exchange) -> Bool {
        guard let index = exchange.request.index(of: "content-type") else { return false }
        return configuration.bodies.takes(exchange.request.value(index).string)
    }

    private func kept(_ context: RequestContext, _ plugin: any Plugin) -> Kept {
        if let kept = context.note(of: plugin) as? Kept { return kept }
        let kept = Kept()
        context.setNote(kept, of: plugin)
        return kept
    }

    private func addBodies(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ plugin: any Plugin, to entry: inout JSONValue
    ) {
        guard configuration.bodies.isWanted else { return }
        let kept = context.note(of: plugin) as? Kept
        var request = kept?.request
        // One that was read whole is still there.
        if configuration.bodies.request, request == nil, !exchange.body.isEmpty, takesRequestBody(exchange) {
            request = BodyCapture(maximum: configuration.bodies.maximum)
            request?.passed(exchange.body.span)
        }
        for (part, capture) in [("request", request), ("response", kept?.response)] {
            guard let capture, case .object(var whole) = entry, case .object(var inner)? = whole[part] else { continue }
            for (name, value) in capture.members { inner[name] = value }
            whole[part] = .object(inner)
            entry = .object(whole)
        }
    }
}
