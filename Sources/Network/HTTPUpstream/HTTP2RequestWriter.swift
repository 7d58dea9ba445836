internal import Bytes
internal import HTTP2
internal import HTTPServer

/// The head of a request to an upstream by HTTP/2 (RFC 9113 §8.3.1).
enum HTTP2RequestWriter {
    static func fields(of request: borrowing UpstreamRequest, isSecure: Bool) -> HTTP2Fields {
        var fields = HTTP2Fields()
        fields.append(":method", request.method.span)
        fields.append(":scheme", isSecure ? "https" : "http" as StaticString)
        fields.append(":authority", request.authority.span)
        fields.append(":path", request.target.span)
        for index in 0..<request.fields.count {
            fields.append(request.fields.name(index), request.fields.value(index))
        }
        if case .length(let length) = request.body { fields.append("content-length", decimal: length) }
        return fields
    }
}
