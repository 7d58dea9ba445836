internal import Bytes

/// Writes the head of a response (RFC 9112 §4 and §6).
enum HTTP1ResponseWriter {
    /// How the body is delimited.
    enum Framing {
        /// `Content-Length`.
        case length(Int)
        case chunked
        /// The connection ends with the body (HTTP/1.0).
        case close
        /// The status has no body (RFC 9110 §6.4.1).
        case none
    }

    static func write(
        _ response: borrowing Response, framing: Framing, keepsAlive: Bool, minorVersion: Int, date: [UInt8],
        to output: inout [UInt8]
    ) {
        writeStatusLine(response.status, to: &output)
        let (hasDate, hasFraming) = look(at: response)
        if !hasFraming, !response.list.hasRemoved {
            output.append(response.list.bytes.span)
        } else {
            writeFields(of: response, to: &output)
        }
        if !hasDate {
            output.append("Date: " as StaticString)
            output.append(date.span)
            output.append("\r\n" as StaticString)
        }
        switch framing {
        case .length(let count):
            output.append("Content-Length: " as StaticString)
            output.append(decimal: count)
            output.append("\r\n" as StaticString)
        case .chunked: output.append("Transfer-Encoding: chunked\r\n" as StaticString)
        case .close, .none: break
        }
        if !keepsAlive {
            output.append("Connection: close\r\n\r\n" as StaticString)
        } else if minorVersion == 0 {
            output.append("Connection: keep-alive\r\n\r\n" as StaticString)
        } else {
            output.append("\r\n" as StaticString)
        }
    }

    /// Writes the fields that follow a chunked body, a line each.
    static func writeTrailers(_ response: borrowing Response, to output: inout [UInt8]) {
        for index in response.trailers.fields.indices {
            output.append(response.trailers.bytes.span.extracting(response.trailers.fields[index].line))
        }
    }

    private static func look(at response: borrowing Response) -> (hasDate: Bool, hasFraming: Bool) {
        var (hasDate, hasFraming) = (false, false)
        for index in response.list.fields.indices {
            let field = response.list.fields[index]
            if isFraming(response, field) { hasFraming = true }
            if field.name.count == 4, isName(response, field, "date") { hasDate = true }
        }
        return (hasDate, hasFraming)
    }

    /// One after another, without those that were removed or are not the handler's to say.
    private static func writeFields(of response: borrowing Response, to output: inout [UInt8]) {
        for index in response.list.fields.indices {
            let field = response.list.fields[index]
            if isFraming(response, field) { continue }
            output.append(response.list.bytes.span.extracting(field.line))
        }
    }

    /// How the message is framed is the server's to say.
    private static func isFraming(_ response: borrowing Response, _ field: FieldList.Field) -> Bool {
        switch field.name.count {
        case 14: isName(response, field, "content-length")
        case 17: isName(response, field, "transfer-encoding")
        default: false
        }
    }

    private static func isName(_ response: borrowing Response, _ field: FieldList.Field, _ name: StaticString) -> Bool {
        response.list.bytes.span.extracting(field.name).equalsIgnoringCase(name)
    }

    private static func writeStatusLine(_ status: Int, to output: inout [UInt8]) {
        if status == 200 { return output.append("HTTP/1.1 200 OK\r\n" as StaticString) }
        output.append("HTTP/1.1 " as StaticString)
        output.append(decimal: min(max(status, 100), 999))
        output.append(0x20)
        output.append(reason(status))
        output.append("\r\n" as StaticString)
    }

    /// The phrase of RFC 9110 §15, or none.
    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 101: "Switching Protocols"
        case 201: "Created"
        case 202: "Accepted"
        case 203: "Non-Authoritative Information"
        case 204: "No Content"
        case 205: "Reset Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
