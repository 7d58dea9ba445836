package import HTTPServer
package import PluginKit

/// What all loops share of a plugin that writes entries.
package protocol PreparedLogPlugin: PreparedPlugin {
    var entries: LogEntryConfiguration { get }
}

extension PreparedLogPlugin {
    /// Bodies are looked at where entries have them only.
    package var phases: PluginPhases? { entries.bodies.isWanted ? [.log, .bodyFilter] : nil }
}

/// A plugin that writes an entry for each request: it keeps bodies for it as they pass.
package protocol LogPlugin: Plugin {
    var entry: LogEntry { get }
}

extension LogPlugin {
    package func requestBodyObserver(
        _ exchange: inout Exchange, _ context: RequestContext
    ) -> (any BodyObserver)? { entry.requestBody(exchange, context, self) }

    package func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse {
        entry.responseBody(exchange, context, self).map { .observed($0) } ?? .none
    }
}
