internal import EventLoop
internal import JSON
internal import Kafka
internal import KafkaKit
internal import SchemaLanguages
internal import SchemaRegistry

/// Entries that are held against schemas.
extension PreparedKafkaLog {
    /// Serialises an entry and hands it over; without its schema it waits.
    ///
    /// - Parameter loaded: What the registry has said of all schemas; nil for an entry that has not waited for that.
    func send(
        _ value: [UInt8], key: [UInt8]?, by serializer: RecordSerializer, loaded: LoadedSchemas? = nil,
        on loop: EventLoop
    ) {
        let isLate = loaded != nil
        switch serializer.prepare([target.topic], hasKey: key != nil, loaded: loaded ?? [:]) {
        case .ready: break
        case .rejected(let rejection): return drop(rejection, isLate: isLate)
        case .missing: return wait(value, key: key, on: loop)
        }
        do throws(SchemaRejection) {
            var serialized: [UInt8] = []
            try serializer.appendValue(value.span, for: target.topic, to: &serialized)
            var serializedKey: [UInt8]?
            if let key { serializedKey = try serializer.key(key, for: target.topic) }
            var headers = RecordHeaders()
            serializer.addHeaders(for: target.topic, hasKey: key != nil, to: &headers)
            target.send(serialized.span, key: serializedKey, headers: headers, isLate: isLate, on: loop)
        } catch { drop(error, isLate: isLate) }
    }

    /// Until the registry has answered; a producer that stops meanwhile waits too.
    private func wait(_ value: [UInt8], key: [UInt8]?, on loop: EventLoop) {
        guard let schemas else { return }
        guard target.producer.announce(target.topic) else { return drop("Stopped", "the node stops", isLate: false) }
        let isWaiting = late.add((value, key), waitingFor: schemas, on: loop) { [self] entry, serializer, loaded in
            send(entry.value, key: entry.key, by: serializer, loaded: loaded, on: loop)
        }
        if !isWaiting { drop("SchemaMissing", "the registry has not answered yet", isLate: true) }
    }

    // MARK: - What does not become a record

    private func drop(_ rejection: SchemaRejection, isLate: Bool) {
        switch rejection {
        case .unavailable(let failure, let subject, _):
            drop("SchemaUnavailable", "\(subject): \(failure.message)", isLate: isLate)
        case .unfit(let fault, _, let isKey):
            drop(isKey ? "UnfitKey" : "UnfitEntry", Self.detail(fault), isLate: isLate)
        case .unusable(let fault, _): drop("SchemaUnusable", fault.message, isLate: isLate)
        case .noGUID: drop("SchemaUnusable", "the registry gives the schema no GUID", isLate: isLate)
        }
    }

    private func drop(_ error: String, _ detail: String, isLate: Bool) {
        if isLate {
            // Nothing more is told of an entry that the producer's end has counted.
            guard target.producer.dropAnnounced(target.topic, error) else { return }
        } else {
            target.topic.drop(error)
        }
        target.dropped(error, detail)
    }

    /// Where it does not fit and by which rule: what stands there is nobody's business.
    private static func detail(_ fault: PayloadFault) -> String {
        guard case .violations(let violations, _) = fault, let first = violations.first else {
            return fault.description
        }
        return "'\(first.pointer)' breaks the rule '\(first.rule)', one of \(violations.count) violations"
    }
}
