internal import Bytes
internal import JSON
package import Kafka
internal import SchemaLanguages
package import SchemaRegistry

/// What a registry has said of schemas that were waited for, by their slots.
package typealias LoadedSchemas = [ObjectIdentifier: Result<RegisteredSchema, RegistryFailure>]

extension [SchemaSlot] {
    /// Waits for what the registry says of each.
    package func load() async -> LoadedSchemas {
        var loaded: LoadedSchemas = [:]
        for slot in self {
            do throws(RegistryFailure) { loaded[ObjectIdentifier(slot)] = .success(try await slot.load()) } catch {
                loaded[ObjectIdentifier(slot)] = .failure(error)
            }
        }
        return loaded
    }
}

/// Holds keys and values against their schemas and serialises them: one for each loop and plugin.
package final class RecordSerializer {
    package enum Preparation {
        case ready
        case rejected(SchemaRejection)
        /// These have to be loaded first.
        case missing([SchemaSlot])
    }

    private let schemas: RecordSchemas
    private let parser = JSONParser()
    private var readyValues: [ReadySchema?]
    private var readyKeys: [ReadySchema?]

    package init(_ schemas: RecordSchemas) {
        self.schemas = schemas
        readyValues = Array(repeating: nil, count: schemas.value?.slots.count ?? 0)
        readyKeys = Array(repeating: nil, count: schemas.key?.slots.count ?? 0)
    }

    package var hasValueSchema: Bool { schemas.value != nil }

    /// Looks up the schemas of the topics' records.
    ///
    /// - Parameter loaded: Those that were waited for, by their slot.
    package func prepare(
        _ topics: [ProducerTopic], hasKey: Bool, loaded: LoadedSchemas
    ) -> Preparation {
        var missing: [SchemaSlot] = []
        for topic in topics {
            for part in [schemas.value, hasKey ? schemas.key : nil] {
                guard let part, let place = part.place(of: topic.name) else { continue }
                let slot = part.slots[place]
                if missing.contains(where: { $0 === slot }) { continue }
                var schema: RegisteredSchema?
                if let result = loaded[ObjectIdentifier(slot)] {
                    switch result {
                    case .success(let found): schema = found
                    case .failure(let failure): return .rejected(rejection(failure, slot))
                    }
                } else {
                    switch slot.knowledge() {
                    case .ready(let found): schema = found
                    case .failed(let failure): return .rejected(rejection(failure, slot))
                    case .unknown: missing.append(slot)
                    }
                }
                if let schema, let rejection = take(schema, part, place) { return .rejected(rejection) }
            }
        }
        return missing.isEmpty ? .ready : .missing(missing)
    }

    private func take(_ schema: RegisteredSchema, _ part: RecordSchemas.Part, _ place: Int) -> SchemaRejection? {
        let known = part.isKey ? readyKeys[place] : readyValues[place]
        if known?.schema === schema { return nil }
        do throws(SchemaRejection) {
            let ready = try ReadySchema(schema, part.options, isKey: part.isKey, schemas.form)
            if part.isKey { readyKeys[place] = ready } else { readyValues[place] = ready }
            return nil
        } catch { return error }
    }

    private func rejection(_ failure: RegistryFailure, _ slot: SchemaSlot) -> SchemaRejection {
        let pause = schemas.client.pause.map { max(1, Int(($0 + 999) / 1_000)) }
        return .unavailable(
            failure, subject: slot.selection.subject, retryAfter: failure.isTransient ? pause ?? 1 : nil)
    }

    // MARK: - After `prepare`

    /// Appends what is published for a value: `json` itself when no schema is configured for values.
    package func appendValue(
        _ json: Span<UInt8>, for topic: ProducerTopic, to output: inout [UInt8]
    ) throws(SchemaRejection) {
        guard let place = schemas.value?.place(of: topic.name), let ready = readyValues[place] else {
            output.append(json)
            return
        }
        try ready.append(json, with: parser, to: &output)
    }

    /// Whether two topics' values are the same bytes.
    package func isSameValue(_ one: ProducerTopic, _ other: ProducerTopic) -> Bool {
        guard let value = schemas.value else { return true }
        return value.place(of: one.name) == value.place(of: other.name)
    }

    /// What is published for a key.
    package func key(_ text: [UInt8], for topic: ProducerTopic) throws(SchemaRejection) -> [UInt8] {
        guard let place = schemas.key?.place(of: topic.name), let ready = readyKeys[place] else { return text }
        return try ready.key(text, with: parser)
    }

    /// Adds the record headers that name the schemas, where that is configured.
    package func addHeaders(for topic: ProducerTopic, hasKey: Bool, to headers: inout RecordHeaders) {
        if let place = schemas.value?.place(of: topic.name), let header = readyValues[place]?.header {
            headers.append(name: header.name, value: header.value.span)
        }
        if hasKey, let place = schemas.key?.place(of: topic.name), let header = readyKeys[place]?.header {
            headers.append(name: header.name, value: header.value.span)
        }
    }
}
