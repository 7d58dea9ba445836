internal import Bytes

/// The answer to a request. The server adds `Date`, `Content-Length` and `Connection` itself.
package struct Response: Sendable {
    package var status = 200
    /// The whole body, unless it is streamed.
    package var body: [UInt8] = []
    var list = FieldList()
    /// Fields after a body in pieces.
    var trailers = FieldList()

    package init() {}

    package var fieldCount: Int { list.fields.count }

    /// The fields, for those who change several.
    package var fields: FieldList {
        _read { yield list }
        _modify { yield &list }
    }

    package func name(_ index: Int) -> String { list.bytes.span.extracting(list.fields[index].name).string }
    package func value(_ index: Int) -> String { list.bytes.span.extracting(list.fields[index].value).string }

    /// The first value of that field, whose name is given in lower case.
    package func value(of name: StaticString) -> String? {
        list.index(of: name).map { list.bytes.span.extracting(list.fields[$0].value).string }
    }

    /// Whether there is a field of that name, which is given in lower case.
    package func hasField(_ name: StaticString) -> Bool { list.index(of: name) != nil }

    package mutating func addField(_ name: StaticString, _ value: Span<UInt8>) { list.add(name, value) }
    package mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>) { list.add(name, value) }
    package mutating func addFields(_ fields: borrowing FieldList) { list.add(fields) }
    package mutating func addField(_ name: String, _ value: String) {
        list.add(Array(name.utf8).span, Array(value.utf8).span)
    }

    /// Replaces every field of that name by one.
    package mutating func setField(_ name: StaticString, _ value: Span<UInt8>) {
        if !list.fields.isEmpty { list.remove(name) }
        list.add(name, value)
    }

    package mutating func setField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        list.remove(name)
        list.add(name, value)
    }

    package mutating func setField(_ name: StaticString, _ value: String) { setField(name, Array(value.utf8).span) }

    package mutating func setField(_ name: StaticString, _ value: StaticString) {
        if !list.fields.isEmpty { list.remove(name) }
        value.withUTF8Buffer { unsafe list.add(name, $0.span) }
    }

    package mutating func setField(_ name: StaticString, decimal value: Int) {
        if !list.fields.isEmpty { list.remove(name) }
        list.add(name, decimal: value)
    }

    package mutating func removeField(_ name: StaticString) { list.remove(name) }

    /// Adds a field that comes after the body, for clients that take such fields.
    package mutating func addTrailer(_ name: Span<UInt8>, _ value: Span<UInt8>) { trailers.add(name, value) }

    /// Back to an empty 200.
    package mutating func reset() {
        status = 200
        body.removeAll(keepingCapacity: true)
        list.removeAll()
        if !trailers.fields.isEmpty { trailers.removeAll() }
    }
}
