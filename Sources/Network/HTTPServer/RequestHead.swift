internal import Bytes

/// The head of a request: its bytes, copied once, and where each part lies in them.
package struct RequestHead: ~Copyable {
    /// As the client sent it, unless a plugin has set another.
    package internal(set) var method = HTTPMethod.get
    /// What the client has sent where a plugin has set another: the answer is written for it.
    private var clientMethod: HTTPMethod?
    /// A query that a plugin has set.
    private var queryRange: Range<Int>?
    /// Bytes of the body if the client told; nil without a body or with a chunked one.
    package internal(set) var contentLength: Int?
    package internal(set) var isChunked = false
    /// Whether the connection may carry another request after this one.
    package internal(set) var keepsAlive = true
    package internal(set) var expectsContinue = false
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package internal(set) var minorVersion = 1
    package internal(set) var isHTTP2 = false
    /// A body follows whose end is not told by the head: of HTTP/2.
    var hasOpenBody = false
    var list = FieldList()
    var methodRange = 0..<0
    /// As received, but for an absolute form without a path.
    var targetRange = 0..<0
    /// The path within the target: what is before `?`, without scheme and host of an absolute form.
    var pathRange = 0..<0
    /// Host of an absolute-form target, which wins over the Host field (RFC 9112 §3.2.2).
    var authorityRange: Range<Int>?
    var sawHost = false
    var sawClose = false
    /// Where the bytes end that the client has sent; behind them are those of plugins.
    var receivedEnd = 0

    package init() {}

    @_lifetime(borrow self)
    package func methodBytes() -> Span<UInt8> { list.bytes.span.extracting(methodRange) }

    /// Path and query as received; of an absolute form, what comes after the host.
    @_lifetime(borrow self)
    package func targetBytes() -> Span<UInt8> {
        list.bytes.span.extracting(pathRange.lowerBound..<targetRange.upperBound)
    }

    /// The path as received, up to the `?`.
    @_lifetime(borrow self)
    package func pathBytes() -> Span<UInt8> { list.bytes.span.extracting(pathRange) }

    /// Whether the client gets a head without a body.
    package var isHead: Bool { (clientMethod ?? method) == .head }

    /// Whether what goes on has a `?`.
    package var hasQueryMark: Bool {
        if let queryRange { return !queryRange.isEmpty }
        return targetRange.upperBound > pathRange.upperBound
    }

    /// What follows the first `?`, unless a plugin has set another query; empty without one.
    @_lifetime(borrow self)
    package func queryBytes() -> Span<UInt8> {
        if let queryRange { return list.bytes.span.extracting(queryRange) }
        let start = min(pathRange.upperBound + 1, targetRange.upperBound)
        return list.bytes.span.extracting(start..<targetRange.upperBound)
    }

    /// The host that the request is for, with its port if one is given: of an absolute form, else of the Host field
    /// (RFC 9112 §3.2.2). Empty when there is none.
    @_lifetime(borrow self)
    package func hostBytes() -> Span<UInt8> {
        let range = authorityRange ?? index(of: "host").map { list.fields[$0].value } ?? 0..<0
        return list.bytes.span.extracting(range)
    }

    package var fieldCount: Int { list.fields.count }
    /// Bytes of the head.
    package var byteCount: Int { list.bytes.count }

    /// The fields: the client's, and what plugins have made of them.
    package var fields: FieldList { _read { yield list } }

    @_lifetime(borrow self)
    package func name(_ index: Int) -> Span<UInt8> { list.bytes.span.extracting(list.fields[index].name) }

    @_lifetime(borrow self)
    package func value(_ index: Int) -> Span<UInt8> { list.bytes.span.extracting(list.fields[index].value) }

    /// Whether the client has sent that field, by HTTP/1.1.
    package func isClients(_ index: Int) -> Bool { list.fields[index].name.lowerBound < receivedEnd }

    /// The first field with that name, which is given in lower case.
    package func index(of name: StaticString) -> Int? { list.index(of: name) }

    /// The first field with that name in any case.
    package func index(of name: Span<UInt8>) -> Int? { list.index(of: name) }

    /// Adds a field, as a plugin does that tells later ones and the upstream something.
    package mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>) { list.add(name, value) }

    /// Replaces every field of that name by one.
    package mutating func setField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        list.set(name, value)
    }

    package mutating func setField(_ name: StaticString, _ value: Span<UInt8>) {
        list.remove(name)
        list.add(name, value)
    }

    package mutating func removeField(_ name: Span<UInt8>) { list.remove(name) }

    /// Sets the method that later plugins and the upstream see; the client is answered as it asked.
    package mutating func setMethod(_ name: Span<UInt8>) {
        if clientMethod == nil { clientMethod = method }
        method = HTTPMethod(name)
        methodRange = list.bytes.count..<list.bytes.count + name.count
        list.bytes.append(name)
    }

    /// Sets the query that later plugins and the upstream see, without its `?`; the target stays as it came.
    package mutating func setQuery(_ query: Span<UInt8>) {
        queryRange = list.bytes.count..<list.bytes.count + query.count
        list.bytes.append(query)
    }

    /// Whether the client wants trailer fields after the answer (RFC 9110 §10.1.4).
    package var takesTrailers: Bool {
        guard let index = index(of: "te") else { return false }
        return value(index).hasElement("trailers")
    }

    /// Whether a body follows the head.
    package var hasBody: Bool { isChunked || hasOpenBody || (contentLength ?? 0) > 0 }

    mutating func reset() {
        list.removeAll()
        method = .get
        clientMethod = nil
        queryRange = nil
        contentLength = nil
        isChunked = false
        keepsAlive = true
        expectsContinue = false
        minorVersion = 1
        isHTTP2 = false
        hasOpenBody = false
        methodRange = 0..<0
        targetRange = 0..<0
        pathRange = 0..<0
        authorityRange = nil
        sawHost = false
        sawClose = false
        receivedEnd = 0
    }
}
