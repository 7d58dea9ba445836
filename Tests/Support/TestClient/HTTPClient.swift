/// A client that keeps its connection and reads one answer after another. Its calls block.
///
/// `@unchecked Sendable`: a test may hand it to another thread, but uses it on one at a time.
package final class HTTPClient: @unchecked Sendable {
    package let connection: RawClient
    private let server: AnyObject?
    private let limit: Int32
    private var unread: [UInt8] = []

    /// Why there is no answer; with what had come of it.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case closed(String), silent(String), malformed(String)

        package var description: String {
            switch self {
            case .closed(let text): "the connection ended after: \(text.prefix(300))"
            case .silent(let text): "no more came after: \(text.prefix(300))"
            case .malformed(let text): "no HTTP answer: \(text.prefix(300))"
            }
        }
    }

    /// - Parameters:
    ///   - server: What lives as long as its client.
    ///   - limit: Milliseconds in which the next bytes of an answer must come.
    package init(port: UInt16, keeping server: AnyObject? = nil, limit: Int32 = 20_000) throws {
        connection = try RawClient(port: port)
        self.server = server
        self.limit = limit
    }

    /// Sends a request and reads its answer.
    ///
    /// - Parameter head: Request line without version, then fields, a line each; `Host` is added if none is given, and
    ///   `Content-Length` for a body.
    package func ask(_ head: String, body: String? = nil) throws -> HTTPAnswer {
        try ask(head, body: body.map { Array($0.utf8) })
    }

    package func ask(_ head: String, body: [UInt8]?) throws -> HTTPAnswer {
        try send(head, body: body)
        return try answer(hasBody: !head.hasPrefix("HEAD "))
    }

    package func send(_ head: String, body: String? = nil) throws {
        try send(head, body: body.map { Array($0.utf8) })
    }

    package func send(_ head: String, body: [UInt8]?) throws {
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[0] += " HTTP/1.1"
        if !lines.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: gateway.test") }
        if let body { lines.append("Content-Length: \(body.count)") }
        try connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
    }

    /// Sends a request whose body comes in chunks, one for each text.
    package func sendChunked(_ head: String, _ pieces: [String]) throws {
        try send(head + "\nTransfer-Encoding: chunked")
        let chunks = pieces.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
        try connection.send(chunks + "0\r\n\r\n")
    }

    /// The next answer.
    package func answer(hasBody: Bool = true) throws -> HTTPAnswer {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let start = (0..<max(0, unread.count - 3)).first(where: { Array(unread[$0..<$0 + 4]) == end }) {
                return try answer(headEnd: start, hasBody: hasBody)
            }
            try receive()
        }
    }

    private func answer(headEnd: Int, hasBody: Bool) throws -> HTTPAnswer {
        let head = String(decoding: unread[..<headEnd], as: UTF8.self)
        let lines = head.split(separator: "\r\n").map(String.init)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw Failure.malformed(head) }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let bodyStart = headEnd + 4
        if hasBody, fields.contains(where: { $0.name.lowercased() == "transfer-encoding" }) {
            let body = try chunkedBody(from: bodyStart)
            return HTTPAnswer(status: status, fields: fields, body: body)
        }
        let count = hasBody && status >= 200 && status != 204 && status != 304 ? length : 0
        while unread.count < bodyStart + count { try receive() }
        let body = String(decoding: unread[bodyStart..<bodyStart + count], as: UTF8.self)
        unread.removeFirst(bodyStart + count)
        return HTTPAnswer(status: status, fields: fields, body: body)
    }

    /// The content of a body in chunks; trailers are left out.
    private func chunkedBody(from start: Int) throws -> String {
        var content: [UInt8] = []
        var at = start
        while true {
            let line = try self.line(from: at)
            guard let size = Int(String(decoding: unread[at..<line].prefix { $0 != 0x3b }, as: UTF8.self), radix: 16)
            else { throw Failure.malformed(String(decoding: unread[at...], as: UTF8.self)) }
            at = line + 2
            if size == 0 { break }
            while unread.count < at + size + 2 { try receive() }
            content += unread[at..<at + size]
            at += size + 2
        }
        while true {
            let line = try self.line(from: at)
            defer { at = line + 2 }
            if line == at { break }
        }
        unread.removeFirst(at)
        return String(decoding: content, as: UTF8.self)
    }

    /// Where the line that begins at `start` ends.
    private func line(from start: Int) throws -> Int {
        while true {
            if let end = (start..<max(start, unread.count - 1)).first(where: {
                unread[$0] == 13 && unread[$0 + 1] == 10
            }) {
                return end
            }
            try receive()
        }
    }

    private func receive() throws {
        let text = { String(decoding: self.unread, as: UTF8.self) }
        guard let bytes = try connection.readBytes(within: limit) else { throw Failure.silent(text()) }
        if bytes.isEmpty { throw Failure.closed(text()) }
        unread += bytes
    }
}
