internal import Bytes

/// Reads the head of an HTTP/1.1 request (RFC 9112), strictly: what another server could read differently is refused.
package enum HTTP1Parser {
    package enum Outcome: Equatable {
        /// The head ends after so many bytes.
        case complete(Int)
        case incomplete
        case refused(Refusal)
    }

    private static func refused(_ status: Int, _ reason: String) -> Outcome {
        .refused(Refusal(status: status, reason: reason))
    }

    /// Token characters of RFC 9110 §5.6.2, a bit each.
    @inline(__always)
    package static func isToken(_ byte: UInt8) -> Bool {
        let word: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : byte < 128 ? 0x57ff_ffff_c7ff_fffe : 0
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// Parses what begins at `bytes`. `head` holds a request only when the outcome is `complete`; else it is empty, but
    /// for the method and version that were read.
    package static func parse(
        _ bytes: Span<UInt8>, into head: inout RequestHead, limits: HTTPServerLimits
    ) -> Outcome {
        head.reset()
        let outcome = parseHead(bytes, into: &head, limits: limits)
        if case .complete = outcome { return outcome }
        let (method, minorVersion) = (head.method, head.minorVersion)
        head.reset()
        head.method = method
        head.minorVersion = minorVersion
        return outcome
    }

    private static func parseHead(
        _ bytes: Span<UInt8>, into head: inout RequestHead, limits: HTTPServerLimits
    ) -> Outcome {
        var at = 0
        // One empty line before a request is ignored (RFC 9112 §2.2).
        if bytes.count > 0, bytes[0] == 13 {
            if bytes.count == 1 { return .incomplete }
            guard bytes[1] == 10 else { return refused(400, "a line ends with CR alone") }
            at = 2
        }
        switch parseRequestLine(bytes, from: &at, into: &head, limits: limits) {
        case .complete: break
        case let other: return other
        }
        switch parseFields(bytes, from: &at, into: &head, limits: limits) {
        case .complete: break
        case let other: return other
        }
        if let refusal = checkFraming(&head) { return .refused(refusal) }
        head.list.bytes.append(bytes.extracting(0..<at))
        head.receivedEnd = at
        if let refusal = checkTarget(&head) { return .refused(refusal) }
        return .complete(at)
    }

    private static func parseRequestLine(
        _ bytes: Span<UInt8>, from at: inout Int, into head: inout RequestHead, limits: HTTPServerLimits
    ) -> Outcome {
        let count = bytes.count
        let line = at
        func tooLong(_ at: Int) -> Bool { at - line > limits.requestLineBytes }
        while at < count, isToken(bytes[at]) { at += 1 }
        if at == count { return at - line > 64 ? refused(400, "the method is too long") : .incomplete }
        guard at > line, at - line <= 64, bytes[at] == 0x20 else { return refused(400, "the method is malformed") }
        head.methodRange = line..<at
        head.method = HTTPMethod(bytes.extracting(line..<at))
        at += 1
        let target = at
        while at < count, bytes[at] > 0x20, bytes[at] < 0x7f { at += 1 }
        if tooLong(at) { return refused(414, "the request line is too long") }
        if at == count { return .incomplete }
        guard at > target, bytes[at] == 0x20 else { return refused(400, "the request target is malformed") }
        head.targetRange = target..<at
        at += 1
        // "HTTP/1.1" and the line's end.
        let version: StaticString = "HTTP/"
        let rest = min(count - at, 5)
        for offset in 0..<rest where bytes[at + offset] != version.byte(offset) {
            return refused(400, "the protocol version is malformed")
        }
        if count - at < 10 {
            if count - at >= 8, let refusal = checkVersion(bytes, at) { return .refused(refusal) }
            return .incomplete
        }
        if let refusal = checkVersion(bytes, at) { return .refused(refusal) }
        guard bytes[at + 8] == 13, bytes[at + 9] == 10 else {
            return refused(400, "the request line does not end with CR LF after the version")
        }
        head.minorVersion = Int(bytes[at + 7]) - 48
        head.keepsAlive = head.minorVersion == 1
        at += 10
        return tooLong(at - 2) ? refused(414, "the request line is too long") : .complete(at)
    }

    private static func checkVersion(_ bytes: Span<UInt8>, _ at: Int) -> Refusal? {
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        guard isDigit(bytes[at + 5]), bytes[at + 6] == 0x2e, isDigit(bytes[at + 7]) else {
            return Refusal(status: 400, reason: "the protocol version is malformed")
        }
        guard bytes[at + 5] == 49, bytes[at + 7] <= 49 else {
            return Refusal(status: 505, reason: "the protocol version is not HTTP/1.0 or HTTP/1.1")
        }
        return nil
    }

    private static func parseFields(
        _ bytes: Span<UInt8>, from at: inout Int, into head: inout RequestHead, limits: HTTPServerLimits
    ) -> Outcome {
        let count = bytes.count
        let start = at
        while true {
            if at - start > limits.headerBytes { return refused(431, "the header fields are too large") }
            if at >= count { return .incomplete }
            if bytes[at] == 13 {
                if at + 1 >= count { return .incomplete }
                guard bytes[at + 1] == 10 else { return refused(400, "a line ends with CR alone") }
                at += 2
                return .complete(at)
            }
            let name = at
            while at < count, isToken(bytes[at]) { at += 1 }
            if at - start > limits.headerBytes { return refused(431, "the header fields are too large") }
            if at == count { return .incomplete }
            // Space before the colon, a folded line and a bare LF all end here (RFC 9112 §5.1, §5.2).
            guard at > name, bytes[at] == 0x3a else { return refused(400, "a header field's name is malformed") }
            let nameEnd = at
            at += 1
            while at < count, bytes[at] == 0x20 || bytes[at] == 9 { at += 1 }
            let value = at
            while at < count, bytes[at] >= 0x20 && bytes[at] != 0x7f || bytes[at] == 9 { at += 1 }
            if at - start > limits.headerBytes { return refused(431, "the header fields are too large") }
            if at == count { return .incomplete }
            guard bytes[at] == 13 else { return refused(400, "a header field's value holds a control character") }
            if at + 1 == count { return .incomplete }
            guard bytes[at + 1] == 10 else { return refused(400, "a line ends with CR alone") }
            var valueEnd = at
            while valueEnd > value, bytes[valueEnd - 1] == 0x20 || bytes[valueEnd - 1] == 9 { valueEnd -= 1 }
            at += 2
            if head.list.fields.count == limits.fieldCount { return refused(431, "there are too many header fields") }
            head.list.fields.append(.init(name: name..<nameEnd, value: value..<valueEnd))
            if let refusal = note(
                bytes.extracting(name..<nameEnd), bytes.extracting(value..<valueEnd), in: &head)
            {
                return .refused(refusal)
            }
        }
    }

    /// Looks at the fields that decide how the message is framed and whether the connection stays.
    private static func note(_ name: Span<UInt8>, _ value: Span<UInt8>, in head: inout RequestHead) -> Refusal? {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard !head.sawHost else { return Refusal(status: 400, reason: "there is more than one Host field") }
            head.sawHost = true
            guard value.isEmpty || HostSyntax.isValid(value) else {
                return Refusal(status: 400, reason: "the Host field is malformed")
            }
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                return Refusal(status: 417, reason: "the expectation is not 100-continue")
            }
            head.expectsContinue = true
        case 10 where name.equalsIgnoringCase("connection"): noteConnection(value, in: &head)
        case 14 where name.equalsIgnoringCase("content-length"):
            guard value.count > 0, value.count <= 18 else {
                return Refusal(status: 400, reason: "the Content-Length is malformed")
            }
            var length = 0
            for index in value.indices {
                let digit = Int(value[index]) - 48
                guard digit >= 0, digit <= 9 else {
                    return Refusal(status: 400, reason: "the Content-Length is malformed")
                }
                length = length * 10 + digit
            }
            // Even equal repetitions are refused: another server may take another one (RFC 9112 §6.3).
            guard head.contentLength == nil else {
                return Refusal(status: 400, reason: "there is more than one Content-Length field")
            }
            head.contentLength = length
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard !head.isChunked else {
                return Refusal(status: 400, reason: "there is more than one Transfer-Encoding field")
            }
            if let refusal = checkCodings(value) { return refusal }
            head.isChunked = true
        default: break
        }
        return nil
    }

    /// A body ends where the last coding says, so only `chunked` can be last, and only once (RFC 9112 §6.1, §6.3).
    private static func checkCodings(_ value: Span<UInt8>) -> Refusal? {
        if value.equalsIgnoringCase("chunked") { return nil }
        var (count, start) = (0, 0)
        var isLast = false
        while start <= value.count {
            let end = value.firstIndex(of: 0x2c, from: start) ?? value.count
            let coding = value.extracting(start..<end).trimmed()
            if coding.isEmpty { return Refusal(status: 400, reason: "the Transfer-Encoding is malformed") }
            isLast = coding.equalsIgnoringCase("chunked")
            if isLast { count += 1 }
            start = end + 1
        }
        guard isLast, count == 1 else {
            return Refusal(status: 400, reason: "the Transfer-Encoding does not end with one chunked")
        }
        return Refusal(status: 501, reason: "the Transfer-Encoding is not chunked alone")
    }

    /// `Connection` is a list of names, of which two matter here.
    private static func noteConnection(_ value: Span<UInt8>, in head: inout RequestHead) {
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(of: 0x2c, from: start) ?? value.count
            let option = value.extracting(start..<end).trimmed()
            if option.equalsIgnoringCase("close") { head.sawClose = true }
            if option.equalsIgnoringCase("keep-alive"), head.minorVersion == 0 { head.keepsAlive = true }
            start = end + 1
        }
    }

    private static func checkFraming(_ head: inout RequestHead) -> Refusal? {
        if head.sawClose { head.keepsAlive = false }
        if head.isChunked {
            if head.contentLength != nil {
                return Refusal(status: 400, reason: "there is both a Content-Length and a Transfer-Encoding")
            }
            if head.minorVersion == 0 {
                return Refusal(status: 400, reason: "HTTP/1.0 has no Transfer-Encoding")
            }
        }
        if head.minorVersion == 0 { head.expectsContinue = false }
        guard head.sawHost || head.minorVersion == 0 else {
            return Refusal(status: 400, reason: "the Host field is missing")
        }
        return nil
    }
}

extension StaticString {
    fileprivate func byte(_ index: Int) -> UInt8 { withUTF8Buffer { unsafe $0[index] } }
}
