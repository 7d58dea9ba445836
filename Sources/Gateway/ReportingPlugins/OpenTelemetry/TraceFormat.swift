internal import Bytes
package import HTTPServer
package import PluginKit

/// A way in which requests carry their trace in header fields.
package enum TraceFormat: String, Sendable, CaseIterable {
    case w3c, b3
    case b3Single = "b3-single"
    case jaeger

    /// What a request says of its trace. Without an id it says whether the trace is sampled, and nothing else.
    package struct Found: Equatable {
        package var id: TraceID?
        package var parent: SpanID?
        package var isSampled: Bool?
        /// W3C's `tracestate`.
        package var state: [UInt8] = []

        package init(
            id: TraceID? = nil, parent: SpanID? = nil, isSampled: Bool? = nil, state: [UInt8] = []
        ) {
            self.id = id
            self.parent = parent
            self.isSampled = isSampled
            self.state = state
        }
    }

    /// What the request says in this format; nil where it says nothing, or nothing that can be right.
    package func found(in request: borrowing RequestHead) -> Found? {
        switch self {
        case .w3c: Self.w3c(request)
        case .b3: Self.b3(request)
        case .b3Single: Self.b3Single(request)
        case .jaeger: Self.jaeger(request)
        }
    }

    /// Has the request say what the trace is, and that `trace.forwarded` is the parent.
    package func write(_ trace: RequestTrace, to request: inout RequestHead) {
        var text: [UInt8] = []
        switch self {
        case .w3c:
            trace.appendParent(trace.forwarded, to: &text)
            request.setField("traceparent", text.span)
            // Another trace's state says nothing of this one.
            if trace.state.isEmpty { Self.remove("tracestate", from: &request) }
        case .b3:
            Self.appendB3(trace.id, to: &text)
            request.setField("x-b3-traceid", text.span)
            request.setField("x-b3-spanid", trace.forwarded.digits.span)
            if let parent = Self.parent(trace) {
                request.setField("x-b3-parentspanid", parent.digits.span)
            } else {
                Self.remove("x-b3-parentspanid", from: &request)
            }
            Self.remove("x-b3-flags", from: &request)
            let isSampled = trace.isSampled ? "1" : "0"
            request.setField("x-b3-sampled", Array(isSampled.utf8).span)
        case .b3Single:
            Self.appendB3(trace.id, to: &text)
            text.append(UInt8(ascii: "-"))
            trace.forwarded.append(to: &text)
            text.append(trace.isSampled ? "-1" : "-0" as StaticString)
            if let parent = Self.parent(trace) {
                text.append(UInt8(ascii: "-"))
                parent.append(to: &text)
            }
            request.setField("b3", text.span)
        case .jaeger:
            trace.id.append(to: &text)
            text.append(UInt8(ascii: ":"))
            trace.forwarded.append(to: &text)
            text.append(UInt8(ascii: ":"))
            if let parent = Self.parent(trace) { parent.append(to: &text) } else { text.append(UInt8(ascii: "0")) }
            text.append(trace.isSampled ? ":01" : ":00" as StaticString)
            request.setField("uber-trace-id", text.span)
        }
    }

    /// The parent of the span that is told.
    private static func parent(_ trace: RequestTrace) -> SpanID? {
        trace.forwarded == trace.root ? trace.parent : trace.root
    }

    /// As long as it came, which for B3 may be 64 bits.
    private static func appendB3(_ id: TraceID, to text: inout [UInt8]) {
        if id.high == 0, let short = SpanID(id.low) { return short.append(to: &text) }
        id.append(to: &text)
    }

    private static func remove(_ name: String, from request: inout RequestHead) {
        request.removeField(Array(name.utf8).span)
    }

    // MARK: - Reading

    /// The one field of that name; nil where there is none, or several, which contradict each other.
    private static func only(_ name: StaticString, _ request: borrowing RequestHead) -> Int? {
        guard let index = request.index(of: name) else { return nil }
        for other in index + 1..<max(index + 1, request.fieldCount)
        where request.name(other).equalsIgnoringCase(name) {
            return nil
        }
        return index
    }

    /// Trace Context, level 1: `version-trace-parent-flags`, digits in lower case.
    private static func w3c(_ request: borrowing RequestHead) -> Found? {
        guard let index = only("traceparent", request) else { return nil }
        let text = request.value(index)
        guard text.count >= 55, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = number(text.extracting(0..<2), lowerCase: true), version != 0xff,
            // Later versions may add to it.
            version == 0 ? text.count == 55 : text.count == 55 || text[55] == dash,
            let high = number(text.extracting(3..<19), lowerCase: true),
            let low = number(text.extracting(19..<35), lowerCase: true),
            let span = number(text.extracting(36..<52), lowerCase: true),
            let flags = number(text.extracting(53..<55), lowerCase: true),
            let id = TraceID(high: high, low: low), let parent = SpanID(span)
        else { return nil }
        var found = Found(id: id, parent: parent, isSampled: flags & 1 == 1)
        for index in 0..<request.fieldCount where request.name(index).equalsIgnoringCase("tracestate") {
            if !found.state.isEmpty { found.state.append(UInt8(ascii: ",")) }
            found.state.append(request.value(index))
        }
        return found
    }

    private static func b3(_ request: borrowing RequestHead) -> Found? {
        var found = Found()
        if let index = only("x-b3-traceid", request), let spanIndex = only("x-b3-spanid", request) {
            guard let id = traceID(request.value(index)), let span = spanID(request.value(spanIndex)) else {
                return nil
            }
            found.id = id
            found.parent = span
        }
        if let index = only("x-b3-flags", request), request.value(index).equals("1") {
            found.isSampled = true
        } else if let index = only("x-b3-sampled", request) {
            let text = request.value(index)
            if text.equals("1") || text.equalsIgnoringCase("true") { found.isSampled = true }
            if text.equals("0") || text.equalsIgnoringCase("false") { found.isSampled = false }
        }
        return found.id == nil && found.isSampled == nil ? nil : found
    }

    /// `trace-span-sampled-parent`, of which the last two may be missing; or `0`, `1` or `d` alone.
    private static func b3Single(_ request: borrowing RequestHead) -> Found? {
        guard let index = only("b3", request) else { return nil }
        let text = request.value(index)
        if text.count == 1 { return sampled(text[0]).map { Found(isSampled: $0) } }
        let parts = ranges(text, separator: dash)
        guard (2...4).contains(parts.count), let id = traceID(text.extracting(parts[0])),
            let span = spanID(text.extracting(parts[1]))
        else { return nil }
        var found = Found(id: id, parent: span)
        if parts.count > 2 {
            guard parts[2].count == 1, let isSampled = sampled(text[parts[2].lowerBound]) else { return nil }
            found.isSampled = isSampled
        }
        if parts.count > 3, spanID(text.extracting(parts[3])) == nil { return nil }
        return found
    }

    private static func sampled(_ byte: UInt8) -> Bool? {
        switch byte {
        case UInt8(ascii: "1"), UInt8(ascii: "d"): true
        case UInt8(ascii: "0"): false
        default: nil
        }
    }

    /// `trace:span:parent:flags`, numbers without leading zeros perhaps.
    private static func jaeger(_ request: borrowing RequestHead) -> Found? {
        guard let index = only("uber-trace-id", request) else { return nil }
        let text = request.value(index)
        let parts = ranges(text, separator: UInt8(ascii: ":"))
        guard parts.count == 4, (1...32).contains(parts[0].count), (1...16).contains(parts[1].count),
            (1...16).contains(parts[2].count), (1...2).contains(parts[3].count)
        else { return nil }
        let split = max(parts[0].lowerBound, parts[0].upperBound - 16)
        guard let high = number(text.extracting(parts[0].lowerBound..<split)),
            let low = number(text.extracting(split..<parts[0].upperBound)), let id = TraceID(high: high, low: low),
            let span = number(text.extracting(parts[1])).flatMap({ SpanID($0) }),
            number(text.extracting(parts[2])) != nil, let flags = number(text.extracting(parts[3]))
        else { return nil }
        return Found(id: id, parent: span, isSampled: flags & 1 == 1)
    }

    // MARK: - Numbers

    private static let dash = UInt8(ascii: "-")

    private static func ranges(_ text: Span<UInt8>, separator: UInt8) -> [Range<Int>] {
        // Nothing here is longer.
        if text.count > 128 { return [] }
        var ranges: [Range<Int>] = []
        var start = 0
        while let end = text.firstIndex(of: separator, from: start) {
            ranges.append(start..<end)
            start = end + 1
        }
        ranges.append(start..<text.count)
        return ranges
    }

    /// 16 or 32 digits.
    private static func traceID(_ text: Span<UInt8>) -> TraceID? {
        guard text.count == 16 || text.count == 32, let low = number(text.extracting(text.count - 16..<text.count)),
            let high = number(text.extracting(0..<text.count - 16))
        else { return nil }
        return TraceID(high: high, low: low)
    }

    private static func spanID(_ text: Span<UInt8>) -> SpanID? {
        text.count == 16 ? number(text).flatMap { SpanID($0) } : nil
    }

    /// Up to 16 hexadecimal digits; 0 for none.
    private static func number(_ text: Span<UInt8>, lowerCase: Bool = false) -> UInt64? {
        var number: UInt64 = 0
        for index in text.indices {
            let byte = text[index]
            guard let digit = Hex.value(of: byte), !lowerCase || !(0x41...0x46).contains(byte) else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }
}

extension SpanID {
    /// Its 16 digits.
    fileprivate var digits: [UInt8] {
        var digits: [UInt8] = []
        append(to: &digits)
        return digits
    }
}
