internal import Bytes

/// The head of a request by HTTP/2 while its fields come (RFC 9113 §8.3). What the protocol forbids was refused before.
extension RequestHead {
    /// Takes a field; a refusal stands for the whole request.
    mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>, limits: HTTPServerLimits) -> Refusal? {
        guard name.count > 0 else { return Refusal(status: 400, reason: "a header field's name is malformed") }
        if name[0] == 0x3a { return takePseudo(name, value, limits) }
        guard list.bytes.count + name.count + value.count <= limits.headerBytes + limits.requestLineBytes else {
            return Refusal(status: 431, reason: "the header fields are too large")
        }
        switch name.count {
        case 4 where name.equals("host"):
            // What `:authority` says counts, and stands there already.
            if sawHost { return nil }
            guard HostSyntax.isValid(value) else { return Refusal(status: 400, reason: "the Host field is malformed") }
            sawHost = true
        case 6 where name.equals("cookie"):
            if let index = list.index(of: "cookie") {
                joinCookie(index, value)
                return nil
            }
        case 6 where name.equals("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                return Refusal(status: 417, reason: "the expectation is not 100-continue")
            }
            expectsContinue = true
        case 14 where name.equals("content-length"):
            guard let length = Self.length(value), contentLength == nil else {
                return Refusal(status: 400, reason: "the Content-Length is malformed")
            }
            contentLength = length
        default: break
        }
        guard list.fields.count < limits.fieldCount else {
            return Refusal(status: 431, reason: "there are too many header fields")
        }
        list.add(name, value)
        return nil
    }

    private mutating func takePseudo(
        _ name: Span<UInt8>, _ value: Span<UInt8>, _ limits: HTTPServerLimits
    ) -> Refusal? {
        guard list.bytes.count + value.count <= limits.requestLineBytes else {
            return Refusal(status: 414, reason: "the request target is too long")
        }
        let start = list.bytes.count
        switch name.count {
        case 7 where name.equals(":method"):
            method = HTTPMethod(value)
            list.bytes.append(value)
            methodRange = start..<list.bytes.count
        case 5 where name.equals(":path"):
            for index in value.indices where value[index] <= 0x20 || value[index] >= 0x7f || value[index] == 0x23 {
                return Refusal(status: 400, reason: "the request target is malformed")
            }
            list.bytes.append(value)
            targetRange = start..<list.bytes.count
            let query = value.firstIndex(of: 0x3f) ?? value.count
            pathRange = start..<start + query
        case 10 where name.equals(":authority"):
            guard HostSyntax.isValid(value) else { return Refusal(status: 400, reason: "the authority is malformed") }
            sawHost = true
            list.add("host", value)
        default: break
        }
        return nil
    }

    /// Crumbs of cookies are one field to everybody else (RFC 9113 §8.2.3).
    private mutating func joinCookie(_ index: Int, _ value: Span<UInt8>) {
        let field = list.fields[index]
        let before = list.bytes.span.extracting(field.value).array
        let start = list.bytes.count
        list.bytes.append(before.span)
        list.bytes.append("; " as StaticString)
        list.bytes.append(value)
        list.fields[index].value = start..<list.bytes.count
    }

    /// The head is complete.
    mutating func finishHTTP2(endsStream: Bool) -> Refusal? {
        isHTTP2 = true
        hasOpenBody = !endsStream
        if method == .connect { return Refusal(status: 501, reason: "tunnels are not offered") }
        guard targetRange.count > 0 else { return Refusal(status: 400, reason: "the request target is missing") }
        guard sawHost else { return Refusal(status: 400, reason: "the Host field is missing") }
        return nil
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
