internal import JSON
package import LogKit
package import PluginKit

/// Every request as a line of a file: compatible with Kong's `file-log` (reference section 6), and never in the way of an
/// answer.
package enum FileLog {
    package static func definition(outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            let path = config["path"]?.stringValue ?? ""
            return try PreparedOutputLog(
                config, context, to: outputs.file(path, logger: context.logger), at: .file(path), areLines: true,
                areFresh: config["reopen"]?.boolValue ?? false)
        }
    }
}
