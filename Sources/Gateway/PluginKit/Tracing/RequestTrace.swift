internal import Bytes
internal import System

/// The trace that a request is part of, as the tracing plugin of its chain began it: what services and records are told,
/// and, when the trace is sampled, the spans that are recorded meanwhile. Belongs to the request's loop.
package final class RequestTrace {
    /// What the request came with, or what was made for it.
    package struct Context {
        package let id: TraceID
        /// The caller's span; nil: the trace begins here.
        package let parent: SpanID?
        /// `tracestate`, as it came; empty: none.
        package let state: [UInt8]
        /// Whether spans are recorded.
        package let isSampled: Bool

        package init(id: TraceID, parent: SpanID?, state: [UInt8] = [], isSampled: Bool) {
            self.id = id
            self.parent = parent
            self.state = state
            self.isSampled = isSampled
        }
    }

    package let id: TraceID
    /// The caller's span; nil: the trace begins here.
    package let parent: SpanID?
    /// `tracestate`, as it came; empty: none.
    package let state: [UInt8]
    package let isSampled: Bool
    /// The request's own span.
    package let root: SpanID
    /// What its service is told: the span of the try that succeeds.
    package let forwarded: SpanID
    /// What records are told: the span in which they are published.
    package let published: SpanID
    /// Nanoseconds since 1970.
    package let startedAt: Int64
    private let makeID: () -> SpanID
    /// Those that have ended, and those that have not.
    package private(set) var spans: [TraceSpan] = []
    /// Spans that there was no room for.
    package private(set) var dropped = 0
    /// The plugin whose access phase goes on: its step and the place of its span.
    private var plugin: (step: Int, place: Int)?

    /// A request makes no more spans than that.
    private static let most = 128

    /// - Parameter makeID: Gives an id that no other span has.
    package init(_ context: Context, startedAt: Int64, makeID: @escaping () -> SpanID) {
        id = context.id
        parent = context.parent
        state = context.state
        isSampled = context.isSampled
        self.startedAt = startedAt
        self.makeID = makeID
        root = makeID()
        forwarded = isSampled ? makeID() : root
        published = isSampled ? makeID() : root
    }

    // MARK: - Spans

    /// Records a span that is over. Nothing happens where the trace is not sampled; neither in the calls below.
    package func add(
        _ name: String, id: SpanID? = nil, kind: TraceSpan.Kind = .internal, from start: Int64, to end: Int64,
        attributes: [TraceAttribute] = [], failure: String? = nil
    ) {
        _ = append(name, id, kind, start, end, attributes, failure)
    }

    /// Begins a span of that name, unless one goes on already.
    package func begin(_ name: String, id: SpanID? = nil, kind: TraceSpan.Kind = .internal) {
        guard isSampled, !spans.contains(where: { $0.end == 0 && $0.name == name }) else { return }
        _ = append(name, id, kind, WallClock.nanoseconds, 0, [], nil)
    }

    /// Ends the span of that name.
    package func end(
        _ name: String, attributes: @autoclosure () -> [TraceAttribute] = [], failure: String? = nil
    ) {
        guard isSampled, let place = spans.lastIndex(where: { $0.end == 0 && $0.name == name }) else { return }
        spans[place].end = WallClock.nanoseconds
        spans[place].attributes += attributes()
        spans[place].failure = failure
    }

    /// Ends whatever goes on.
    package func endAll(at time: Int64) {
        for place in spans.indices where spans[place].end == 0 { spans[place].end = time }
    }

    private func append(
        _ name: String, _ id: SpanID?, _ kind: TraceSpan.Kind, _ start: Int64, _ end: Int64,
        _ attributes: [TraceAttribute], _ failure: String?
    ) -> Int? {
        guard isSampled else { return nil }
        guard spans.count < Self.most else {
            dropped += 1
            return nil
        }
        spans.append(
            TraceSpan(
                id: id ?? makeID(), parent: root, name: name, kind: kind, start: start, end: end,
                attributes: attributes, failure: failure))
        return spans.count - 1
    }

    // MARK: - Plugins

    /// The access phase of a plugin begins; of one whose turn it is again because it waited for the body, it goes on.
    ///
    /// - Parameter step: Its place in the chain.
    package func beginAccess(step: Int, name: String) {
        if plugin?.step == step { return }
        endAccess()
        if let place = append(name, nil, .internal, WallClock.nanoseconds, 0, [], nil) { plugin = (step, place) }
    }

    /// The access phase that went on is over.
    package func endAccess() {
        guard let (_, place) = plugin else { return }
        spans[place].end = WallClock.nanoseconds
        plugin = nil
    }

    // MARK: - What others are told

    /// Appends W3C's `traceparent` that names a span as the parent.
    package func appendParent(_ span: SpanID, to output: inout [UInt8]) {
        output.append("00-" as StaticString)
        id.append(to: &output)
        output.append(UInt8(ascii: "-"))
        span.append(to: &output)
        output.append(isSampled ? "-01" : "-00" as StaticString)
    }
}
