internal import Bytes
internal import PluginKit

/// Writes spans as OTLP's Protobuf messages (opentelemetry-proto, trace v1).
enum SpanWriter {
    /// A span as a field of `ScopeSpans`: such fields, one behind the other, are what batches are made of.
    static func span(_ span: TraceSpan, of trace: RequestTrace) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(2) { writer in
            writer.data(1, bytes(trace.id.high) + bytes(trace.id.low))
            writer.data(2, bytes(span.id.bits))
            if !trace.state.isEmpty { writer.text(3, String(decoding: trace.state, as: UTF8.self)) }
            if let parent = span.parent { writer.data(4, bytes(parent.bits)) }
            writer.text(5, span.name)
            writer.varint(6, UInt64(span.kind.rawValue))
            writer.fixed64(7, UInt64(max(0, span.start)))
            writer.fixed64(8, UInt64(max(0, span.end)))
            for attribute in span.attributes { Self.attribute(9, attribute, to: &writer) }
            if let failure = span.failure {
                writer.message(15) { status in
                    status.text(2, failure)
                    status.varint(3, 2)
                }
            }
            writer.fixed32(16, trace.isSampled ? 1 : 0)
        }
        return writer.bytes
    }

    /// `Resource` with these attributes, as a field of `ResourceSpans`.
    static func resource(_ attributes: [TraceAttribute]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { resource in for one in attributes { attribute(1, one, to: &resource) } }
        return writer.bytes
    }

    /// The whole `ExportTraceServiceRequest`.
    ///
    /// - Parameters:
    ///   - resource: As `resource` makes it.
    ///   - spans: As `span` makes them.
    static func request(resource: [UInt8], spans: [[UInt8]]) -> [UInt8] {
        var scope = ProtobufWriter()
        scope.message(1) { scope in
            scope.text(1, "kong-internal")
            scope.text(2, "0.1.0")
        }
        var scopeSpans = scope.bytes
        scopeSpans.reserveCapacity(scope.bytes.count + spans.reduce(0) { $0 + $1.count })
        for span in spans { scopeSpans.append(contentsOf: span) }
        var inner = ProtobufWriter()
        inner.data(2, scopeSpans)
        var request = ProtobufWriter()
        request.data(1, resource + inner.bytes)
        return request.bytes
    }

    private static func attribute(_ field: Int, _ attribute: TraceAttribute, to writer: inout ProtobufWriter) {
        writer.message(field) { pair in
            pair.text(1, attribute.name)
            pair.message(2) { value in
                switch attribute.value {
                case .text(let text): value.text(1, text)
                case .flag(let flag): value.varint(2, flag ? 1 : 0)
                case .integer(let number): value.integer(3, number)
                }
            }
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
    }
}
