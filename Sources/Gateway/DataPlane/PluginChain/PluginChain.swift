internal import PluginKit

/// The plugins of one scope on one loop, by phase, in their order.
final class PluginChain {
    /// A class, for a request takes hold of each step: one count instead of one for each part.
    final class AccessStep {
        let plugin: any Plugin
        let bodyLimit: (bytes: Int, message: String)?
        let priority: Int
        let name: String
        /// As traces call it.
        let spanName: String

        init(_ configuration: PluginConfiguration, _ plugin: any Plugin) {
            self.plugin = plugin
            bodyLimit = plugin.bodyLimit.map { ($0, "the request body is larger than \($0) bytes") }
            priority = configuration.priority
            name = configuration.name
            spanName = "kong.access.plugin.\(configuration.name)"
        }
    }

    let rewrite: [any Plugin]
    let access: [AccessStep]
    let headerFilter: [any Plugin]
    let bodyFilter: [any Plugin]
    let log: [any Plugin]
    /// Who begins traces; nil: nobody, and no times are taken.
    let tracer: (any Plugin)?

    init(_ configurations: [PluginConfiguration], plugin: (PluginConfiguration) -> any Plugin) {
        func all(_ phase: PluginPhases) -> [any Plugin] {
            configurations.filter { $0.phases.contains(phase) }.map(plugin)
        }
        rewrite = configurations.filter { $0.isGlobal && $0.phases.contains(.rewrite) }.map(plugin)
        access = configurations.filter { $0.phases.contains(.access) }.map { AccessStep($0, plugin($0)) }
        headerFilter = all(.headerFilter)
        bodyFilter = all(.bodyFilter)
        log = all(.log)
        tracer = all(.trace).first
    }

    /// Without plugins.
    static var none: PluginChain { PluginChain([]) { _ in preconditionFailure("there is nothing to make") } }

    /// Where to go on in this chain after a step of another one of the same request.
    func index(after step: AccessStep) -> Int {
        access.firstIndex { $0.priority < step.priority || $0.priority == step.priority && $0.name > step.name }
            ?? access.count
    }
}
