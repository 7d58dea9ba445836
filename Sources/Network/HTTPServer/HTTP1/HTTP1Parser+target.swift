internal import Bytes

extension HTTP1Parser {
    private enum Target {
        case found(path: Range<Int>, authority: Range<Int>?)
        case refused(Refusal)
    }

    /// Notes where the path lies in the target.
    static func checkTarget(_ head: inout RequestHead) -> Refusal? {
        switch locate(head.list.bytes.span, head.targetRange, head.method) {
        case .refused(let refusal): return refusal
        case .found(let path, let authority):
            head.pathRange = path
            head.authorityRange = authority
            guard let authority else { return nil }
            // The target's host counts, whatever the Host field says (RFC 9112 §3.2.2).
            if let index = head.list.index(of: "host") {
                head.list.fields[index].value = authority
            } else {
                let host = head.list.bytes.span.extracting(authority).array
                head.list.add("Host", host.span)
            }
            if path.isEmpty { addPath(&head) }
            return nil
        }
    }

    /// An absolute form without a path means `/`, and with OPTIONS `*` (RFC 9110 §4.2.3, RFC 9112 §3.2.4).
    private static func addPath(_ head: inout RequestHead) {
        let query = head.list.bytes.span.extracting(head.pathRange.lowerBound..<head.targetRange.upperBound).array
        let start = head.list.bytes.count
        head.list.bytes.append(head.method == .options && query.isEmpty ? 0x2a : 0x2f)
        head.list.bytes.append(query.span)
        head.pathRange = start..<start + 1
        head.targetRange = start..<head.list.bytes.count
    }

    /// The four forms of RFC 9112 §3.2; of an absolute form the path is found.
    private static func locate(_ bytes: Span<UInt8>, _ target: Range<Int>, _ method: HTTPMethod) -> Target {
        func refused(_ reason: String, status: Int = 400) -> Target {
            .refused(Refusal(status: status, reason: reason))
        }
        func pathEnd(_ start: Int) -> Int {
            bytes.extracting(..<target.upperBound).firstIndex(of: 0x3f, from: start) ?? target.upperBound
        }
        for index in target where bytes[index] == 0x23 { return refused("the request target holds a fragment") }
        if method == .connect { return refused("tunnels are not offered", status: 501) }
        if bytes[target.lowerBound] == 0x2f {
            return .found(path: target.lowerBound..<pathEnd(target.lowerBound), authority: nil)
        }
        if target.count == 1, bytes[target.lowerBound] == 0x2a {
            guard method == .options else { return refused("the request target * goes with OPTIONS only") }
            return .found(path: target, authority: nil)
        }
        let whole = bytes.extracting(target)
        let schemeCount =
            whole.count > 7 && whole.extracting(0..<7).equalsIgnoringCase("http://")
            ? 7 : whole.count > 8 && whole.extracting(0..<8).equalsIgnoringCase("https://") ? 8 : 0
        guard schemeCount > 0 else { return refused("the request target is malformed") }
        let authority = target.lowerBound + schemeCount
        var end = authority
        while end < target.upperBound, bytes[end] != 0x2f, bytes[end] != 0x3f { end += 1 }
        guard HostSyntax.isValid(bytes.extracting(authority..<end)) else {
            return refused("the request target's host is malformed")
        }
        return .found(path: end..<pathEnd(end), authority: authority..<end)
    }
}
