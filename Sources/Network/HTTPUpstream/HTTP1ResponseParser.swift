internal import Bytes
package import HTTPServer

/// Reads the head of an answer by HTTP/1.1 (RFC 9112 §4), strictly.
package enum HTTP1ResponseParser {
    package enum Outcome: Equatable {
        /// The head ends after so many bytes.
        case complete(Int)
        case incomplete
        case malformed(String)
    }

    package static func parse(
        _ bytes: Span<UInt8>, into head: inout ResponseHead, limits: HTTPServerLimits
    ) -> Outcome {
        head.reset()
        var at = 0
        switch parseStatusLine(bytes, &at, &head) {
        case .complete: break
        case let other: return other
        }
        var options: [[UInt8]] = []
        let outcome = parseFields(bytes, &at, &head, &options, limits)
        guard case .complete = outcome else { return outcome }
        if head.isChunked, head.contentLength != nil {
            return .malformed("the answer has both a Content-Length and a Transfer-Encoding")
        }
        // HTTP/1.0 knows no chunks: whatever the answer says, nothing follows it (RFC 9112 §6.1).
        if head.isChunked, bytes[7] == 0x30 { head.keepsAlive = false }
        // What `Connection` names is for this connection alone (RFC 9110 §7.6.1).
        for option in options { head.fields.removeField(option.span) }
        return outcome
    }

    private static func parseStatusLine(
        _ bytes: Span<UInt8>, _ at: inout Int, _ head: inout ResponseHead
    ) -> Outcome {
        let version: StaticString = "HTTP/1."
        let known = min(bytes.count, 7)
        guard
            version.withUTF8Buffer({ version in
                let version = unsafe version.span
                return bytes.extracting(0..<known).equals(version.extracting(0..<known))
            })
        else { return .malformed("the answer is no HTTP/1") }
        guard bytes.count >= 13 else { return .incomplete }
        let minor = bytes[7]
        guard minor == 0x30 || minor == 0x31, bytes[8] == 0x20 else { return .malformed("the answer is no HTTP/1.1") }
        head.keepsAlive = minor == 0x31
        for place in 9..<12 {
            let digit = Int(bytes[place]) - 48
            guard digit >= 0, digit <= 9 else { return .malformed("the answer's status is malformed") }
            head.status = head.status * 10 + digit
        }
        guard head.status >= 100 else { return .malformed("the answer's status is malformed") }
        at = 12
        // The phrase says nothing that the status does not.
        guard bytes[at] == 0x20 || bytes[at] == 13 else { return .malformed("the answer's status is malformed") }
        while at < bytes.count, bytes[at] >= 0x20 && bytes[at] != 0x7f || bytes[at] == 9 {
            at += 1
            if at > 1024 { return .malformed("the answer's status line is too long") }
        }
        return lineEnd(bytes, &at, "the answer's status line")
    }

    private static func lineEnd(_ bytes: Span<UInt8>, _ at: inout Int, _ what: String) -> Outcome {
        if at == bytes.count { return .incomplete }
        guard bytes[at] == 13 else { return .malformed("\(what) holds a control character") }
        if at + 1 == bytes.count { return .incomplete }
        guard bytes[at + 1] == 10 else { return .malformed("\(what) does not end with CR LF") }
        at += 2
        return .complete(at)
    }

    private static func parseFields(
        _ bytes: Span<UInt8>, _ at: inout Int, _ head: inout ResponseHead, _ options: inout [[UInt8]],
        _ limits: HTTPServerLimits
    ) -> Outcome {
        let start = at
        var count = 0
        while true {
            if at - start > limits.headerBytes { return .malformed("the answer's header fields are too large") }
            if at >= bytes.count { return .incomplete }
            if bytes[at] == 13 { return lineEnd(bytes, &at, "the answer's head") }
            let name = at
            while at < bytes.count, HTTP1Parser.isToken(bytes[at]) { at += 1 }
            if at == bytes.count { return .incomplete }
            guard at > name, bytes[at] == 0x3a else { return .malformed("a header field's name is malformed") }
            let nameEnd = at
            at += 1
            while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 9 { at += 1 }
            let value = at
            while at < bytes.count, bytes[at] >= 0x20 && bytes[at] != 0x7f || bytes[at] == 9 { at += 1 }
            var valueEnd = at
            while valueEnd > value, bytes[valueEnd - 1] == 0x20 || bytes[valueEnd - 1] == 9 { valueEnd -= 1 }
            switch lineEnd(bytes, &at, "a header field's value") {
            case .complete: break
            case let other: return other
            }
            count += 1
            guard count <= limits.fieldCount else { return .malformed("the answer has too many header fields") }
            let problem = take(
                bytes.extracting(name..<nameEnd), bytes.extracting(value..<valueEnd), &head, &options)
            if let problem { return .malformed(problem) }
        }
    }

    /// Keeps a field, or notes what it says of the connection and the body.
    private static func take(
        _ name: Span<UInt8>, _ value: Span<UInt8>, _ head: inout ResponseHead, _ options: inout [[UInt8]]
    ) -> String? {
        switch name.count {
        case 7 where name.equalsIgnoringCase("upgrade"): head.upgrade = value.array
        case 10 where name.equalsIgnoringCase("connection"): noteConnection(value, &head, &options)
        case 10 where name.equalsIgnoringCase("keep-alive"): break
        case 16 where name.equalsIgnoringCase("proxy-connection"): break
        case 14 where name.equalsIgnoringCase("content-length"):
            guard let length = length(value), head.contentLength == nil || head.contentLength == length else {
                return "the answer's Content-Length is malformed"
            }
            head.contentLength = length
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard value.equalsIgnoringCase("chunked"), !head.isChunked else {
                return "the answer's Transfer-Encoding is not chunked alone"
            }
            head.isChunked = true
        default: head.fields.add(name, value)
        }
        return nil
    }

    private static func noteConnection(_ value: Span<UInt8>, _ head: inout ResponseHead, _ options: inout [[UInt8]]) {
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(of: 0x2c, from: start) ?? value.count
            let option = value.extracting(start..<end).trimmed()
            if option.equalsIgnoringCase("close") {
                head.keepsAlive = false
            } else if option.equalsIgnoringCase("keep-alive") {
                head.keepsAlive = true
            } else if !option.isEmpty {
                options.append(option.array)
            }
            start = end + 1
        }
    }

    private static func length(_ value: Span<UInt8>) -> Int? {
        guard value.count > 0, value.count <= 18 else { return nil }
        var length = 0
        for index in value.indices {
            let digit = Int(value[index]) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            length = length * 10 + digit
        }
        return length
    }
}
