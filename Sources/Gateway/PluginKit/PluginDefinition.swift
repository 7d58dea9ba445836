package import GatewayModel
package import JSON

/// The phases of a request that a plugin can take part in.
package struct PluginPhases: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let rewrite = PluginPhases(rawValue: 1)
    package static let access = PluginPhases(rawValue: 2)
    package static let headerFilter = PluginPhases(rawValue: 4)
    package static let log = PluginPhases(rawValue: 8)
    /// Its `bodyUse` is asked. Chains without such a plugin let bodies pass at no cost.
    package static let bodyFilter = PluginPhases(rawValue: 16)
    /// Its `beginTrace` is called. Chains without such a plugin take no times.
    package static let trace = PluginPhases(rawValue: 32)
}

/// A kind of plugin: what it is called, how it is configured and how it is made.
package struct PluginDefinition: Sendable {
    package typealias Make = @Sendable (JSONObject, PluginBuildContext) throws -> any PreparedPlugin

    package let schema: PluginSchema
    /// Those it takes part in; the chain asks once, when the snapshot is built.
    package let phases: PluginPhases
    /// Makes one from its complete, valid `config`; throws a `PluginBuildError` when it cannot work. Called when a
    /// snapshot is compiled, never on an event loop.
    package let make: Make

    package init(schema: PluginSchema, phases: PluginPhases, make: @escaping Make) {
        self.schema = schema
        self.phases = phases
        self.make = make
    }
}
