internal import GatewayModel
package import JSON
package import Observability
package import PluginKit
internal import SchemaLanguages
package import SchemaRegistry
internal import Synchronization

/// The schemas of one plugin's records, for all loops.
package final class RecordSchemas: Sendable {
    /// A record's key or value.
    struct Part: Sendable {
        let isKey: Bool
        let options: PayloadOptions
        /// Each schema once.
        let slots: [SchemaSlot]
        /// By topic, the place in `slots`.
        let places: [String: Int]

        func place(of topic: String) -> Int? { slots.count == 1 ? 0 : places[topic] }
    }

    let client: SchemaRegistryClient
    let value: Part?
    let key: Part?
    let form: RecordForm
    private let isWarm = Mutex(false)

    /// Nil when no registry is configured.
    ///
    /// - Parameter topics: All that records may go to.
    package init?(
        _ config: JSONObject, _ context: PluginBuildContext, topics: [String], maximumBytes: Int,
        _ directory: SchemaDirectory
    ) throws {
        guard let confluent = config["schema_registry"]?["confluent"]?.objectValue else { return nil }
        client = directory.pool.client(
            for: try SchemaRegistryConfiguration.read(confluent, context, ownRegistry: directory.ownRegistry))
        form = RecordForm(
            place: SchemaIdentifierPlace(rawValue: confluent["schema_id_location"]?.stringValue ?? "") ?? .prefix,
            validatesOnly: confluent["validate_only"]?.boolValue ?? false)
        value = try Self.part(confluent, isKey: false, topics, maximumBytes, client)
        key = try Self.part(confluent, isKey: true, topics, maximumBytes, client)
    }

    private static func part(
        _ confluent: JSONObject, isKey: Bool, _ topics: [String], _ maximumBytes: Int, _ client: SchemaRegistryClient
    ) throws -> Part? {
        let field = isKey ? "key_schema" : "value_schema"
        guard let fields = confluent[field]?.objectValue else { return nil }
        let version = try version(fields, field, registers: confluent["auto_register"]?.boolValue ?? false)
        let strategy = SubjectNameStrategy(rawValue: confluent["subject_name_strategy"]?.stringValue ?? "") ?? .topic
        let record = try recordName(fields, field, version, isNeeded: strategy.needsRecordName)
        var slots: [SchemaSlot] = []
        var places: [String: Int] = [:]
        for topic in topics {
            let subject =
                fields["subject_name"]?.stringValue ?? strategy.subject(topic: topic, record: record, isKey: isKey)
            let slot = client.slot(SchemaSelection(subject: subject, version: version))
            if let place = slots.firstIndex(where: { $0 === slot }) {
                places[topic] = place
            } else {
                places[topic] = slots.count
                slots.append(slot)
            }
        }
        let unions: PayloadOptions.Unions = fields["payload_encoding"] == "simple_json" ? .plain : .tagged
        return Part(
            isKey: isKey,
            options: PayloadOptions(
                unions: unions, message: fields["record_name"]?.stringValue, maximumBytes: maximumBytes), slots: slots,
            places: places)
    }

    private static func version(
        _ fields: JSONObject, _ field: String, registers: Bool
    ) throws -> SchemaSelection.Version {
        if let text = fields["schema"]?.stringValue {
            let language = SchemaLanguage(rawValue: fields["schema_type"]?.stringValue ?? "") ?? .avro
            return .schema(language, text: text, registers: registers)
        }
        return fields["schema_version"]?.stringValue.flatMap { Int($0) }.map { .number($0) } ?? .latest
    }

    /// What a strategy calls the record: as it is configured, or as the schema says.
    private static func recordName(
        _ fields: JSONObject, _ field: String, _ version: SchemaSelection.Version, isNeeded: Bool
    ) throws -> String {
        if let name = fields["record_name"]?.stringValue { return name }
        guard isNeeded, !EntityCheck.isSet(fields["subject_name"]),
            case .schema(let language, let text, _) = version
        else { return "" }
        do throws(SchemaFault) {
            if let name = try CompiledSchema(SchemaSource(language, text)).recordName { return name }
        } catch { throw PluginBuildError("schema_registry.confluent.\(field).schema", error.message) }
        throw PluginBuildError(
            "schema_registry.confluent.\(field).record_name", "required: the schema does not name its record")
    }

    /// Of values and keys.
    package var slots: [SchemaSlot] { [value, key].compactMap { $0 }.flatMap(\.slots) }

    /// Asks for all schemas, so that the first request need not wait. Only the first call does.
    package func warm(_ logger: Logger) {
        let isFirst = isWarm.withLock { isWarm in
            defer { isWarm = true }
            return !isWarm
        }
        guard isFirst else { return }
        for slot in slots {
            Task {
                do throws(RegistryFailure) { _ = try await slot.load() } catch {
                    logger.warn(
                        "schema not available",
                        ["subject": .string(slot.selection.subject), "detail": .string(error.message)])
                }
            }
        }
    }
}
