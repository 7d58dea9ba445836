internal import Bytes
package import JSON
internal import SchemaLanguages
package import SchemaRegistry

extension SchemaDirectory: RecordSchemaChecks {
    package var registries: [SchemaRegistryClient] { pool.clients }

    package func answer(_ run: RecordSchemaCheck) async throws -> JSONObject {
        let plan = try plan(run)
        do throws(SchemaRejection) {
            let schema: RegisteredSchema
            do throws(RegistryFailure) { schema = try await plan.slot.load() } catch {
                throw .unavailable(
                    error, subject: plan.slot.selection.subject, retryAfter: error.isTransient ? 1 : nil)
            }
            let ready = try ReadySchema(schema, plan.options, isKey: run.isKey, plan.form)
            let parser = JSONParser()
            var bytes: [UInt8] = []
            if run.isKey {
                bytes = try ready.key(run.payload, with: parser)
            } else {
                try ready.append(run.payload.span, with: parser, to: &bytes)
            }
            return Self.published(bytes, ready)
        } catch {
            let (status, _, body) = SchemaAnswer.document(error, tellsErrors: true)
            var answer: JSONObject = ["published": false, "status": .integer(status)]
            for (name, value) in body { answer[name] = value }
            return answer
        }
    }

    private struct Plan {
        let slot: SchemaSlot
        let options: PayloadOptions
        let form: RecordForm
    }

    private func plan(_ run: RecordSchemaCheck) throws(RecordSchemaCheckRefusal) -> Plan {
        let version = run.version.map { SchemaSelection.Version.number($0) } ?? .latest
        guard let id = run.plugin else {
            guard let subject = run.subject else {
                throw RecordSchemaCheckRefusal("give a 'plugin', or a 'subject'")
            }
            let clients = registries
            guard let client = clients.first, clients.count == 1 else {
                throw RecordSchemaCheckRefusal(
                    clients.isEmpty
                        ? "no plugin uses a schema registry" : "plugins use several schema registries: give a 'plugin'")
            }
            return Plan(
                slot: client.slot(SchemaSelection(subject: subject, version: version)),
                options: PayloadOptions(unions: run.usesPlainUnions ? .plain : .tagged), form: RecordForm())
        }
        guard let schemas = schemas(of: id) else {
            throw RecordSchemaCheckRefusal("no running plugin '\(id)' has a schema registry")
        }
        let part = run.isKey ? schemas.key : schemas.value
        if let subject = run.subject {
            let options = part?.options ?? PayloadOptions(unions: run.usesPlainUnions ? .plain : .tagged)
            return Plan(
                slot: schemas.client.slot(SchemaSelection(subject: subject, version: version)), options: options,
                form: schemas.form)
        }
        guard let part else {
            throw RecordSchemaCheckRefusal(
                "the plugin has no \(run.isKey ? "key_schema" : "value_schema"): give a 'subject'")
        }
        guard let topic = run.topic ?? part.places.keys.min(), let place = part.places[topic] else {
            throw RecordSchemaCheckRefusal(
                "the plugin does not write to the topic '\(run.topic ?? "")'; its topics: "
                    + part.places.keys.sorted().joined(separator: ", "))
        }
        return Plan(slot: part.slots[place], options: part.options, form: schemas.form)
    }

    private static func published(_ bytes: [UInt8], _ ready: ReadySchema) -> JSONObject {
        var record: JSONObject = [
            "bytes": .integer(bytes.count), "base64": .string(Base64.text(bytes.span)),
        ]
        if let header = ready.header {
            record["headers"] = [header.name: .string(Hex.text(header.value.span))]
        }
        return [
            "published": true, "status": 200, "part": ready.isKey ? "key" : "value",
            "subject": .string(ready.schema.subject ?? ""),
            "version": ready.schema.version.map { .integer($0) } ?? .null,
            "schema_id": .integer(Int(ready.schema.id)),
            "schema_type": .string(ready.schema.source.language.rawValue), "record": .object(record),
        ]
    }
}
