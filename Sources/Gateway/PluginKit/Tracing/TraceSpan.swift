/// A fact about what a span stands for.
package struct TraceAttribute: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case text(String)
        case integer(Int)
        case flag(Bool)
    }

    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ text: String) { self.init(name, .text(text)) }
    package init(_ name: String, _ number: Int) { self.init(name, .integer(number)) }
}

/// A part of a request's time.
package struct TraceSpan: Sendable, Equatable {
    /// OpenTelemetry's kinds, by their numbers.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case server, client, producer, consumer
    }

    package let id: SpanID
    package let parent: SpanID?
    package let name: String
    package let kind: Kind
    /// Nanoseconds since 1970.
    package let start: Int64
    /// 0: it has not ended.
    package var end: Int64
    package var attributes: [TraceAttribute]
    /// What went wrong, when something did; a name or a short description without anything of the request's.
    package var failure: String?

    package init(
        id: SpanID, parent: SpanID?, name: String, kind: Kind = .internal, start: Int64, end: Int64 = 0,
        attributes: [TraceAttribute] = [], failure: String? = nil
    ) {
        self.id = id
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.attributes = attributes
        self.failure = failure
    }
}
