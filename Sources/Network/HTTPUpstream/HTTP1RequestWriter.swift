internal import Bytes
internal import HTTPServer

/// Writes the head of a request to an upstream (RFC 9112 §3).
enum HTTP1RequestWriter {
    static func write(_ request: borrowing UpstreamRequest, to output: inout [UInt8]) {
        output.append(request.method.span)
        output.append(0x20)
        output.append(request.target.span)
        output.append(" HTTP/1.1\r\nHost: " as StaticString)
        output.append(request.authority.span)
        output.append("\r\n" as StaticString)
        request.fields.write(to: &output)
        switch request.body {
        case .none: break
        case .length(let length):
            output.append("Content-Length: " as StaticString)
            output.append(decimal: length)
            output.append("\r\n" as StaticString)
        case .open: output.append("Transfer-Encoding: chunked\r\n" as StaticString)
        }
        if !request.upgrade.isEmpty {
            output.append("Connection: Upgrade\r\nUpgrade: " as StaticString)
            output.append(request.upgrade.span)
            output.append("\r\n" as StaticString)
        }
        output.append("\r\n" as StaticString)
    }
}
