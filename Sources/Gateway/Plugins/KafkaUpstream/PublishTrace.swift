internal import Bytes
internal import HTTPServer
internal import Kafka
internal import KafkaKit
internal import PluginKit
internal import SchemaRegistry

/// What traces tell of records: the context that they carry, and the spans in which they are made and published.
enum PublishTrace {
    private static let parentField = Array("traceparent".utf8)
    private static let stateField = Array("tracestate".utf8)
    private static let publishing = "kafka.produce"
    private static let serializing = "sluice.schema"

    /// Whether a field of that name, in lower case, is the trace's own business.
    static func isOwn(_ name: [UInt8]) -> Bool { name == parentField || name == stateField }

    /// Has records say what the trace is, as W3C's Trace Context does; their consumers then are its next part.
    static func write(_ trace: RequestTrace, to headers: inout RecordHeaders) {
        var text: [UInt8] = []
        trace.appendParent(trace.published, to: &text)
        headers.append(name: parentField.span, value: text.span)
        let state = trace.state
        if !state.isEmpty { headers.append(name: stateField.span, value: state.span) }
    }

    // MARK: - Schemas

    static func beginSerializing(_ context: RequestContext) { context.trace?.begin(serializing) }

    /// - Parameter records: Those that fit their schemas.
    static func serialized(_ records: Int, _ context: RequestContext) {
        context.trace?.end(serializing, attributes: [TraceAttribute("messaging.batch.message_count", records)])
    }

    static func rejected(_ rejection: SchemaRejection, _ context: RequestContext) {
        guard let trace = context.trace else { return }
        if case .unavailable(let failure, _, _) = rejection {
            trace.end(serializing, failure: "schema not available: \(failure.kind.rawValue)")
        } else {
            trace.end(serializing, failure: "the record does not fit its schema")
        }
    }

    // MARK: - Publishing

    /// The first record is handed over.
    static func begin(_ context: RequestContext) {
        guard let trace = context.trace else { return }
        trace.begin(publishing, id: trace.published, kind: .producer)
    }

    /// Nobody waits for the records' reports.
    static func queued(_ topics: @autoclosure () -> [String], _ context: RequestContext) {
        context.trace?.end(publishing, attributes: attributes(topics()))
    }

    /// All reports are there.
    static func end(_ results: [RecordResult], _ context: RequestContext) {
        guard let trace = context.trace else { return }
        let failure = results.compactMap(\.failure).first
        trace.end(
            publishing,
            attributes: attributes(results.map(\.topic))
                + (results.count == 1 ? results[0].report.map(place) ?? [] : []), failure: failure?.name)
    }

    static func failed(_ failure: ProduceFailure, topic: String, _ context: RequestContext) {
        context.trace?.end(publishing, attributes: attributes([topic]), failure: failure.name)
    }

    /// OpenTelemetry's conventions for messages.
    private static func attributes(_ topics: [String]) -> [TraceAttribute] {
        var attributes = [
            TraceAttribute("messaging.system", "kafka"), TraceAttribute("messaging.operation", "publish"),
        ]
        // Of several topics none is the destination.
        if let topic = topics.first, topics.allSatisfy({ $0 == topic }) {
            attributes.append(TraceAttribute("messaging.destination.name", topic))
        }
        if topics.count != 1 { attributes.append(TraceAttribute("messaging.batch.message_count", topics.count)) }
        return attributes
    }

    private static func place(_ report: DeliveryReport) -> [TraceAttribute] {
        var place: [TraceAttribute] = []
        if report.partition >= 0 {
            place.append(TraceAttribute("messaging.kafka.destination.partition", Int(report.partition)))
        }
        if report.offset >= 0 { place.append(TraceAttribute("messaging.kafka.message.offset", Int(report.offset))) }
        return place
    }
}
