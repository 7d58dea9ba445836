import Bytes
import EventLoop
import GatewayModel
import HTTPServer
import JSON
import PluginKit

/// What a kind of plugin does, as closures; each gets the `config` too.
struct Script: Sendable {
    typealias Phase = @Sendable (inout Exchange, RequestContext, JSONObject) -> Verdict

    var bodyLimit: Int?
    var rewrite: Phase?
    var access: Phase?
    var headerFilter: (@Sendable (inout Exchange, RequestContext, JSONObject) -> Void)?
    var bodyUse: (@Sendable (inout Exchange, RequestContext, JSONObject) -> BodyUse)?
    var changeBody: (@Sendable (inout Exchange, RequestContext, JSONObject) -> Void)?
    var log: (@Sendable (inout Exchange, RequestContext, JSONObject, RequestOutcome) -> Void)?

    var phases: PluginPhases {
        var phases: PluginPhases = []
        if rewrite != nil { phases.insert(.rewrite) }
        if access != nil { phases.insert(.access) }
        if headerFilter != nil { phases.insert(.headerFilter) }
        if bodyUse != nil { phases.insert(.bodyFilter) }
        if log != nil { phases.insert(.log) }
        return phases
    }
}

extension PluginDefinition {
    /// A kind of plugin whose `config` has a `label`.
    static func scripted(
        _ name: String, priority: Int, journal: Journal? = nil, _ script: Script
    ) -> PluginDefinition {
        let schema = PluginSchema(
            name: name, priority: priority, allowsConsumerGroup: true,
            config: RecordSchema(fields: [NamedField("label", .string.required().default("-"))]))
        return PluginDefinition(schema: schema, phases: script.phases) { config, _ in
            journal?.note("prepare \(name) \(config.label)")
            return PreparedScript(script: script, config: config)
        }
    }

    /// Shows in the answer that it ran: `X-Trace` in access, `X-Filtered` in the header filter; the log goes to the
    /// journal.
    static func marker(_ name: String, priority: Int, journal: Journal? = nil) -> PluginDefinition {
        .scripted(
            name, priority: priority, journal: journal,
            Script(
                access: { exchange, _, config in
                    exchange.response.addField("X-Trace", "\(name):\(config.label)")
                    return .next
                },
                headerFilter: { exchange, _, config in
                    exchange.response.addField("X-Filtered", "\(name):\(config.label)")
                },
                log: { _, _, config, outcome in journal?.note("log \(name) \(config.label) \(outcome)") }))
    }

    /// Answers 200 with its label, and with the body that it read if it reads one.
    static func answering(_ name: String = "answer", priority: Int = 1, bodyLimit: Int? = nil) -> PluginDefinition {
        .scripted(
            name, priority: priority,
            Script(
                bodyLimit: bodyLimit,
                access: { exchange, _, config in
                    exchange.response.status = 200
                    exchange.response.body = bodyLimit == nil ? Array(config.label.utf8) : exchange.body
                    return .answer
                }))
    }

    /// Takes the consumer's id from the field `X-Consumer`, be it one that is configured or not.
    static let authentication = PluginDefinition.scripted(
        "authentication", priority: 5000,
        Script(access: { exchange, context, _ in
            context.consumer = consumer(of: exchange, context)
            return .next
        }))

    static func consumer(of exchange: borrowing Exchange, _ context: RequestContext) -> ConsumerInfo? {
        guard let index = exchange.request.index(of: "x-consumer") else { return nil }
        let id = exchange.request.value(index).string
        return context.entities?.consumer(id) ?? ConsumerInfo(id: id, username: nil, customID: nil)
    }
}

extension JSONObject {
    /// What tells configurations of one kind of plugin apart.
    var label: String { self["label"]?.stringValue ?? "" }
}

private struct PreparedScript: PreparedPlugin {
    let script: Script
    let config: JSONObject

    func plugin(on loop: EventLoop) -> any Plugin { ScriptedPlugin(script, config) }
}

private final class ScriptedPlugin: Plugin {
    private let script: Script
    private let config: JSONObject

    init(_ script: Script, _ config: JSONObject) {
        self.script = script
        self.config = config
    }

    var bodyLimit: Int? { script.bodyLimit }

    func rewrite(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        script.rewrite?(&exchange, context, config) ?? .next
    }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        script.access?(&exchange, context, config) ?? .next
    }

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        script.headerFilter?(&exchange, context, config)
    }

    func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse {
        script.bodyUse?(&exchange, context, config) ?? .none
    }

    func changeBody(_ exchange: inout Exchange, _ context: RequestContext) {
        script.changeBody?(&exchange, context, config)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        script.log?(&exchange, context, config, outcome)
    }
}
