package import GatewayModel
package import JSON
internal import Observability
package import PluginKit

/// The field `queue` of plugins that deliver entries to a server.
package enum QueueFields {
    /// - Parameter batchSize: The default of `max_batch_size`.
    package static func field(batchSize: Int = 1) -> NamedField {
        NamedField(
            "queue",
            .record([
                NamedField(
                    "max_batch_size",
                    .integer.default(.integer(batchSize)).between(1, 1_000_000).describe("Entries sent at once.")),
                NamedField(
                    "max_coalescing_delay",
                    .number.default(1).between(0, 3_600).describe(
                        "Seconds that a batch which is not full waits for company.")),
                NamedField(
                    "max_entries",
                    .integer.default(10_000).between(1, 1_000_000).describe(
                        "Entries that wait at most; a further one drops the oldest, which is counted and told.")),
                NamedField("max_bytes", .integer.between(1, 1_000_000_000_000).describe("Bytes that wait at most.")),
                NamedField(
                    "initial_retry_delay",
                    .number.default(0.01).between(0.001, 1_000_000).describe(
                        "Seconds before the second try; doubled before each further one.")),
                NamedField(
                    "max_retry_time",
                    .number.default(60).between(0, 1_000_000).describe(
                        "Seconds that a batch is tried, from its first try on; 0: once.")),
                NamedField(
                    "max_retry_delay",
                    .number.default(60).between(0.001, 1_000_000).describe("Seconds between two tries at most.")),
                NamedField(
                    "concurrency_limit",
                    .integer.default(1).oneOf([-1, 1]).describe(
                        "Batches sent at a time. A queue of Sluice's sends one after another: -1 (no limit in Kong) makes "
                            + "no difference.")),
            ]).required().default([:]).describe("How entries are kept, collected and tried again."))
    }

    /// A field of earlier versions of Kong, which takes the place of one of the queue's.
    package struct Former {
        let name: String
        /// Of the queue's; nil: it has no effect any more.
        let replacement: String?
        /// What Kong takes for not given.
        let formerDefault: JSONValue

        package init(name: String, replacement: String?, formerDefault: JSONValue) {
            self.name = name
            self.replacement = replacement
            self.formerDefault = formerDefault
        }
    }

    /// The queue's options, as former fields change them; each that is used is named in the log.
    package static func options(
        _ config: JSONObject, _ context: PluginBuildContext, former: [Former]
    ) -> DeliveryOptions {
        var queue = config["queue"]?.objectValue ?? [:]
        for field in former {
            guard let value = config[field.name], value != .null, value != field.formerDefault else { continue }
            if let replacement = field.replacement { queue[replacement] = value }
            context.logger.warn(
                "a field of the configuration is deprecated",
                [
                    "plugin": .string(context.pluginName), "plugin_id": .string(context.pluginID),
                    "field": .string(field.name),
                    "instead": .string("queue.\(field.replacement ?? "max_retry_time")"),
                    "has_effect": .boolean(field.replacement != nil),
                ])
        }
        return DeliveryOptions(queue)
    }
}
